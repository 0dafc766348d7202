/** Subjects that are no broadcast servers: none of them conforms, and none may make the kit hang. */
import type { Socket } from "node:net";
import type { Profile } from "../../../spec/rules.ts";
import { closePayload, frameBytes, opcode } from "./frames.ts";
import { agreement } from "./handshake.ts";
import { parseRequest, refusal, responseText } from "./http.ts";
import { type Listener, listen } from "./listener.ts";
import { type ShamServer, startWith } from "./sham-server.ts";
import type { Message, Override } from "./steps.ts";
import { every } from "./timing.ts";

export interface NullSubject {
  readonly description: string;
  /** What is claimed of it, each by itself. Default: `core-ws`. */
  readonly claims?: readonly (readonly Profile[])[];
  start(port?: number): Promise<ShamServer>;
}

const asStreams: readonly (readonly Profile[])[] = [["core-sse"], ["core-sse", "publish"]];
const asAnything: readonly (readonly Profile[])[] = [["core-ws"], ...asStreams];

const serves =
  (attend: (socket: Socket) => void) =>
  (port?: number): Promise<Listener> =>
    listen((socket) => {
      socket.resume();
      attend(socket);
    }, port);

/** Calls `then` with the head of the first HTTP request. */
function onRequest(socket: Socket, then: (head: string) => void): void {
  let received = "";
  const read = (chunk: Buffer) => {
    received += chunk.toString("latin1");
    if (!received.includes("\r\n\r\n")) return;
    socket.off("data", read);
    then(received.slice(0, received.indexOf("\r\n\r\n")));
  };
  socket.on("data", read);
}

const answersHttp = (status: string, body: string) =>
  serves((socket) => onRequest(socket, () => socket.end(responseText(refusal(status, body)))));

/** Completes the opening handshake, then does something else. */
const opens = (then: (socket: Socket) => void) =>
  serves((socket) =>
    onRequest(socket, (head) => {
      socket.write(responseText(agreement(parseRequest(head))));
      then(socket);
    }),
  );

const acceptance = responseText({ status: "202 Accepted", headers: { "Content-Length": "0", Connection: "close" } });
const streamHead = responseText({ status: "200 OK", headers: { "Content-Type": "text/event-stream" } });

/** Accepts whatever is posted, and answers all else with a stream, with which it then does something. */
const opensStream = (then: (socket: Socket) => void, head = streamHead) =>
  serves((socket) =>
    onRequest(socket, (request) => {
      if (request.startsWith("POST ")) socket.end(acceptance);
      else {
        socket.write(head);
        then(socket);
      }
    }),
  );

/** Writes again and again, but never more than the other side reads. */
function floods(socket: Socket, ms: number, bytes: () => Buffer | string): void {
  const timer = setInterval(() => {
    if (socket.writable && !socket.writableNeedDrain) socket.write(bytes());
  }, ms);
  socket.once("close", () => clearInterval(timer));
}

const text = (content: string) => frameBytes(opcode.text, Buffer.from(content));

const garbage = (size: number) => Buffer.from(Array.from({ length: size }, (_, at) => (at * 151 + size) % 256));

/** The header of a frame of 2^40 bytes. */
const endlessFrame = Buffer.from([0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0]);

const chunkedHead = responseText({
  status: "200 OK",
  headers: { "Content-Type": "text/event-stream", "Transfer-Encoding": "chunked" },
});

/** Each stream gets one message after the other, and then from the first one again. */
const replays: Override = (plain, room) => {
  const published: Message[] = [];
  return {
    onPublished(post, message) {
      published.push(message);
      room.steps.answerPost(post, "202 Accepted");
    },
    onStreamOpen(stream) {
      plain.onStreamOpen(stream);
      let sent = 0;
      every(1, stream.connection, () => {
        const message = published[sent % published.length];
        if (message === undefined || stream.connection.socket.writableNeedDrain) return;
        sent += 1;
        room.steps.deliverOnStream(stream, message);
      });
    },
  };
};

export const nullSubjects = {
  "null.silent": {
    description: "Accepts TCP connections and says nothing.",
    claims: asAnything,
    start: serves(() => {}),
  },
  "null.closes-at-once": {
    description: "Accepts TCP connections and ends them at once.",
    claims: asAnything,
    start: serves((socket) => socket.end()),
  },
  "null.resets-after-request": {
    description: "Resets the TCP connection when the request has come.",
    claims: asAnything,
    start: serves((socket) => onRequest(socket, () => socket.resetAndDestroy())),
  },
  "null.refuses-tcp": {
    description: "Nothing listens at the address.",
    claims: asAnything,
    async start(port) {
      const listener = await serves(() => {})(port);
      await listener.close();
      return { ...listener, close: async () => {} };
    },
  },
  "null.answers-500": {
    description: "Answers every request with 500.",
    claims: asAnything,
    start: answersHttp("500 Internal Server Error", "Something went wrong."),
  },
  "null.answers-404": {
    description: "Answers every request with 404.",
    claims: asAnything,
    start: answersHttp("404 Not Found", "<h1>Not Found</h1>"),
  },
  "null.answers-200": {
    description: "Answers every request with a web page.",
    claims: asAnything,
    start: answersHttp("200 OK", "<!doctype html><title>Hello</title>"),
  },
  "null.streams-garbage": {
    description: "Streams bytes without sense for ever.",
    claims: asAnything,
    start: serves((socket) => floods(socket, 5, () => garbage(1000))),
  },
  "null.endless-header": {
    description: "Answers the request with a status line and headers without end.",
    claims: asAnything,
    start: serves((socket) =>
      onRequest(socket, () => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\n");
        floods(socket, 5, () => `X-Filler: ${"x".repeat(100)}\r\n`);
      }),
    ),
  },
  "null.echoes-bytes": {
    description: "Sends every byte back, the request too.",
    claims: asAnything,
    start: serves((socket) => socket.pipe(socket)),
  },
  "null.streams-byte-by-byte": {
    description: "Opens a stream rightly, one byte a second.",
    claims: asStreams,
    start: opensStream((socket) => {
      let left = streamHead;
      floods(socket, 1000, () => {
        const [first = ""] = left;
        left = left.slice(1);
        return first;
      });
    }, ""),
  },
  "null.handshake-byte-by-byte": {
    description: "Answers the handshake rightly, one byte a second.",
    start: serves((socket) =>
      onRequest(socket, (head) => {
        let left = responseText(agreement(parseRequest(head)));
        floods(socket, 1000, () => {
          const [first = ""] = left;
          left = left.slice(1);
          return first;
        });
      }),
    ),
  },
  "null.opens-then-silent": {
    description: "Completes the handshake, then says nothing.",
    start: opens(() => {}),
  },
  "null.opens-then-garbage": {
    description: "Completes the handshake, then streams bytes without sense.",
    start: opens((socket) => floods(socket, 5, () => garbage(1000))),
  },
  "null.opens-then-closes": {
    description: "Completes the handshake, then closes with 1000.",
    start: opens((socket) => socket.end(frameBytes(opcode.close, closePayload(1000)))),
  },
  "null.opens-then-ends": {
    description: "Completes the handshake, then ends the TCP connection without a Close frame.",
    start: opens((socket) => socket.end()),
  },
  "null.opens-then-echoes-bytes": {
    description: "Completes the handshake, then sends every byte back, the mask too.",
    start: opens((socket) => socket.pipe(socket)),
  },
  "null.endless-garbage-messages": {
    description: "Completes the handshake, then sends text messages that are not JSON, without end.",
    start: opens((socket) => floods(socket, 1, () => text('{"type": nonsense'))),
  },
  "null.endless-broadcasts": {
    description: "Completes the handshake, then sends objects that nobody published, without end.",
    start: opens((socket) => floods(socket, 1, () => text('{"type":"chat","text":"spam"}'))),
  },
  "null.endless-pongs": {
    description: "Completes the handshake, then sends pongs that nobody asked for, without end.",
    start: opens((socket) => floods(socket, 1, () => text('{"type":"pong"}'))),
  },
  "null.endless-control-pings": {
    description: "Completes the handshake, then sends Ping frames without end.",
    start: opens((socket) => floods(socket, 1, () => frameBytes(opcode.ping, Buffer.alloc(0)))),
  },
  "null.endless-frame": {
    description: "Completes the handshake, then sends one frame of 2^40 bytes, a few bytes at a time.",
    start: opens((socket) => {
      socket.write(endlessFrame);
      floods(socket, 20, () => "x".repeat(10));
    }),
  },
  "null.endless-fragments": {
    description: "Completes the handshake, then sends fragments of one message without end.",
    start: opens((socket) => {
      socket.write(frameBytes(opcode.text, Buffer.from("{"), { fin: false }));
      floods(socket, 1, () => frameBytes(opcode.continuation, Buffer.from(" "), { fin: false }));
    }),
  },
  "null.answers-pings-only": {
    description: "Answers pings as it should, and delivers nothing.",
    start: (port) => startWith([() => ({ onBroadcast() {} })], port),
  },
  "null.echo-server": {
    description: "Sends every text message back to its sender.",
    start: (port) => startWith([(_, room) => ({ onText: (sender, text) => room.steps.sendText(sender, text) })], port),
  },
  "null.relays-blindly": {
    description: "Sends every text message to everybody, pings and what is not JSON too.",
    start: (port) =>
      startWith(
        [
          (_, room) => ({
            onText(_sender, text) {
              for (const connection of [...room.connections]) room.steps.sendText(connection, text);
            },
          }),
        ],
        port,
      ),
  },
  "null.stream-endless-header": {
    description: "Answers with status 200 and headers without end.",
    claims: asStreams,
    start: opensStream((socket) => floods(socket, 5, () => `X-Filler: ${"x".repeat(100)}\r\n`), "HTTP/1.1 200 OK\r\n"),
  },
  "null.stream-ends": {
    description: "Opens a stream, then ends it.",
    claims: asStreams,
    start: opensStream((socket) => socket.end()),
  },
  "null.stream-silent": {
    description: "Opens a stream, then says nothing.",
    claims: asStreams,
    start: opensStream(() => {}),
  },
  "null.stream-garbage": {
    description: "Opens a stream, then sends bytes without sense.",
    claims: asStreams,
    start: opensStream((socket) => floods(socket, 5, () => garbage(1000))),
  },
  "null.stream-endless-comments": {
    description: "Opens a stream, then sends comments without end.",
    claims: asStreams,
    start: opensStream((socket) => floods(socket, 1, () => ": still there\n\n")),
  },
  "null.stream-endless-line": {
    description: "Opens a stream, then sends a line of data that does not end.",
    claims: asStreams,
    start: opensStream((socket) => {
      socket.write("data: ");
      floods(socket, 1, () => "x".repeat(1000));
    }),
  },
  "null.stream-endless-event": {
    description: "Opens a stream, then sends an event that does not end.",
    claims: asStreams,
    start: opensStream((socket) => floods(socket, 1, () => "data: x\n")),
  },
  "null.stream-endless-garbage-events": {
    description: "Opens a stream, then sends events that are not JSON, without end.",
    claims: asStreams,
    start: opensStream((socket) => floods(socket, 1, () => 'data: {"type": nonsense\n\n')),
  },
  "null.stream-endless-broadcasts": {
    description: "Accepts what is posted, and sends objects that nobody published, without end.",
    // Where nobody can publish, that is what a stream may be.
    claims: [["core-sse", "publish"]],
    start: opensStream((socket) => floods(socket, 1, () => 'data: {"type":"chat","text":"spam"}\n\n')),
  },
  "null.stream-broken-chunks": {
    description: "Opens a stream whose head announces chunks, then sends events without any.",
    claims: asStreams,
    start: opensStream((socket) => floods(socket, 50, () => 'data: {"now":1}\r\n\r\n'), chunkedHead),
  },
  "null.stream-endless-chunk": {
    description: "Opens a stream, then sends one chunk of 2^40 bytes, a few bytes at a time.",
    claims: asStreams,
    start: opensStream((socket) => {
      socket.write("10000000000\r\n");
      floods(socket, 20, () => "x".repeat(10));
    }, chunkedHead),
  },
  "null.stream-for-everything": {
    description: "Answers every request with a stream, POST too, on which nothing comes.",
    claims: asStreams,
    start: serves((socket) => onRequest(socket, () => socket.write(streamHead))),
  },
  "null.stream-never-fed": {
    description: "Has streams and accepts what is posted; neither knows of the other.",
    claims: [["core-sse", "publish"]],
    start: (port) => startWith([() => ({ subscribers: () => [] })], port),
  },
  "null.stream-replays-for-ever": {
    description: "Sends everything that was ever published again and again.",
    claims: [["core-sse", "publish"]],
    start: (port) => startWith([replays], port),
  },
} satisfies { readonly [name: string]: NullSubject };

export type NullSubjectName = keyof typeof nullSubjects;
