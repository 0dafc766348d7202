/** Subjects that are no broadcast servers: none of them conforms, and none may make the kit hang. */
import type { Socket } from "node:net";
import { closePayload, frameBytes, opcode } from "./frames.ts";
import { agreement, parseRequest, refusal, responseText } from "./handshake.ts";
import { type Listener, listen } from "./listener.ts";
import { type ShamServer, startWith } from "./sham-server.ts";

export interface NullSubject {
  readonly description: string;
  start(port?: number): Promise<ShamServer>;
}

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

export const nullSubjects = {
  "null.silent": {
    description: "Accepts TCP connections and says nothing.",
    start: serves(() => {}),
  },
  "null.closes-at-once": {
    description: "Accepts TCP connections and ends them at once.",
    start: serves((socket) => socket.end()),
  },
  "null.resets-after-request": {
    description: "Resets the TCP connection when the request has come.",
    start: serves((socket) => onRequest(socket, () => socket.resetAndDestroy())),
  },
  "null.refuses-tcp": {
    description: "Nothing listens at the address.",
    async start(port) {
      const listener = await serves(() => {})(port);
      await listener.close();
      return { url: listener.url, close: async () => {} };
    },
  },
  "null.answers-500": {
    description: "Answers every request with 500.",
    start: answersHttp("500 Internal Server Error", "Something went wrong."),
  },
  "null.answers-404": {
    description: "Answers every request with 404.",
    start: answersHttp("404 Not Found", "<h1>Not Found</h1>"),
  },
  "null.answers-200": {
    description: "Answers every request with a web page.",
    start: answersHttp("200 OK", "<!doctype html><title>Hello</title>"),
  },
  "null.streams-garbage": {
    description: "Streams bytes without sense for ever.",
    start: serves((socket) => floods(socket, 5, () => garbage(1000))),
  },
  "null.endless-header": {
    description: "Answers the request with a status line and headers without end.",
    start: serves((socket) =>
      onRequest(socket, () => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\n");
        floods(socket, 5, () => `X-Filler: ${"x".repeat(100)}\r\n`);
      }),
    ),
  },
  "null.echoes-bytes": {
    description: "Sends every byte back, the request too.",
    start: serves((socket) => socket.pipe(socket)),
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
} satisfies { readonly [name: string]: NullSubject };

export type NullSubjectName = keyof typeof nullSubjects;
