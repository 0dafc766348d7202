/** Oddities of streams. */

import { createBrotliCompress, createDeflate, constants as zlib } from "node:zlib";
import type { Profile } from "../../../../spec/rules.ts";
import { count } from "../calls.ts";
import { compresses, gzips } from "../gzip.ts";
import { type HttpResponse, responseText } from "../http.ts";
import type { Oddity } from "../oddities.ts";
import { counter, perConnection } from "../per-connection.ts";
import type { Field, Message, Override, Room, Stream } from "../steps.ts";
import { ticks } from "../ticks.ts";
import { every, inTurn, later, wait } from "../timing.ts";

/** Answers the request for a stream in another way. */
const answers =
  (change: (response: HttpResponse) => HttpResponse): Override =>
  (plain) => ({ answerSubscription: (request) => change(plain.answerSubscription(request)) });

const headers = (more: Readonly<Record<string, string>>): Override =>
  answers((response) => ({ ...response, headers: { ...response.headers, ...more } }));

/** Ends the body where the TCP connection ends. */
const untilClose = (version: string): Override =>
  answers(({ status, headers: { "Transfer-Encoding": _, ...rest } }) => ({
    version,
    status,
    headers: { ...rest, Connection: "close" },
  }));

/** Writes other lines for an event. */
const writes =
  (change: (fields: readonly Field[]) => readonly Field[]): Override =>
  (plain) => ({ fields: (event, stream) => change(plain.fields(event, stream)) });

const writesText =
  (change: (text: string) => string): Override =>
  (plain) => ({ eventText: (fields, stream) => change(plain.eventText(fields, stream)) });

const isData = ([name]: Field) => name === "data";

/** Frames each piece of the body in another way; it is chunked. */
const frames =
  (frame: (bytes: Buffer, plainly: (piece: Buffer) => Buffer) => readonly Buffer[]): Override =>
  (plain) => ({
    frameBody: (stream, bytes) => Buffer.concat(frame(bytes, (piece) => plain.frameBody(stream, piece))),
  });

/** Three pieces, cut wherever it happens to be. */
const inThree = (bytes: Buffer): Buffer[] => {
  const third = Math.ceil(bytes.length / 3);
  return [bytes.subarray(0, third), bytes.subarray(third, 2 * third), bytes.subarray(2 * third)];
};

/** Does something when a stream has opened. */
const onOpen =
  (action: (room: Room, stream: Stream) => void): Override =>
  (plain, room) => ({
    onStreamOpen(stream) {
      plain.onStreamOpen(stream);
      action(room, stream);
    },
  });

const text = (room: Room, stream: Stream, lines: string) => room.steps.sendBody(stream, Buffer.from(lines));

/** Counts the messages in the ids of events, and sends a stream that opens the earlier ones that `missed` picks. */
const replays =
  (missed: (lastEventId: string | undefined) => (number: number, count: number) => boolean): Override =>
  (plain, room) => {
    const messages: Message[] = [];
    return {
      onBroadcast(message) {
        messages.push(message);
        plain.onBroadcast(message);
      },
      eventFor: (message, stream) => ({
        ...plain.eventFor(message, stream),
        id: String(messages.indexOf(message) + 1),
      }),
      onStreamOpen(stream) {
        const test = missed(stream.request.headers.get("last-event-id"));
        plain.onStreamOpen(stream);
        for (const [at, message] of messages.entries()) {
          if (test(at + 1, messages.length)) room.steps.deliverOnStream(stream, message);
        }
      },
    };
  };

/** What the bytes of a stream look like is the same whoever published: the shorter run will do. */
const unbridged: readonly Profile[] = ["core-sse", "publish"];

export const streamOddities = {
  // The head
  "streams.media-type-with-parameters": {
    description: "The media type is written `Text/Event-Stream ; charset=UTF-8`.",
    claims: unbridged,
    steps: headers({ "Content-Type": "Text/Event-Stream ; charset=UTF-8" }),
  },
  "streams.further-headers": {
    description: "The head has further headers: of CORS, of proxies, of caches, and a cookie.",
    claims: unbridged,
    steps: headers({
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "X-Request-Id",
      "Cache-Control": "no-cache, no-transform",
      Connection: "keep-alive",
      "Keep-Alive": "timeout=5",
      Vary: "Origin, Accept-Encoding",
      "Set-Cookie": "session=1; Path=/; HttpOnly",
      "X-Accel-Buffering": "no",
      "X-Request-Id": "x".repeat(2000),
      "X-Empty": "",
    }),
  },
  "streams.lower-case-headers": {
    description: "The names of headers are in lower case, and the status line has no reason phrase.",
    claims: unbridged,
    steps: (_, room) => ({
      sendHead({ connection, response }) {
        const entries = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
        const head = { status: "200 ", headers: Object.fromEntries(entries) };
        room.steps.write(connection, Buffer.from(responseText(head)));
      },
    }),
  },
  "streams.informational-responses-first": {
    description: "Two informational responses come before the head.",
    claims: unbridged,
    steps: (plain, room) => ({
      sendHead(stream) {
        for (const status of ["102 Processing", "103 Early Hints"]) {
          const early = responseText({ status, headers: { Link: "</style.css>; rel=preload" } });
          room.steps.write(stream.connection, Buffer.from(early));
        }
        plain.sendHead(stream);
      },
    }),
  },
  "streams.head-with-the-first-event": {
    description: "The head is held back until there is something to send.",
    claims: unbridged,
    steps: (plain) => {
      const heads = perConnection(() => ({ sent: false }));
      return {
        sendHead() {},
        sendBody(stream, bytes) {
          const head = heads(stream.connection);
          if (!head.sent) plain.sendHead(stream);
          head.sent = true;
          plain.sendBody(stream, bytes);
        },
      };
    },
  },
  "streams.answered-late": {
    description: "The request for a stream is answered after 200 ms.",
    claims: unbridged,
    steps: (plain) => ({
      onSubscribe: (connection, request) => later(200, () => plain.onSubscribe(connection, request)),
    }),
  },

  // The body
  "streams.not-chunked": {
    description: "The body is not chunked; it ends where the TCP connection does.",
    claims: unbridged,
    steps: untilClose("HTTP/1.1"),
  },
  "streams.http-1.0": {
    description: "The response is one of HTTP/1.0.",
    claims: unbridged,
    steps: untilClose("HTTP/1.0"),
  },
  "streams.chunk-extensions": {
    description: "Chunks have extensions, and their sizes zeros in front and capital digits.",
    claims: unbridged,
    steps: frames((bytes, plainly) => {
      const framed = plainly(bytes);
      const end = framed.indexOf("\r\n");
      const size = framed.toString("latin1", 0, end).toUpperCase().padStart(8, "0");
      return [Buffer.from(`${size};name=value;other="a; b"`), framed.subarray(end)];
    }),
  },
  "streams.chunks-cut-anywhere": {
    description: "Each event comes in three chunks, cut within its lines and its characters.",
    claims: unbridged,
    steps: frames((bytes, plainly) => inThree(bytes).map(plainly)),
  },
  "streams.single-bytes": {
    description: "The first 100 bytes of each event are written one by one.",
    claims: unbridged,
    steps: (plain) => ({
      sendBody(stream, bytes) {
        for (const byte of bytes.subarray(0, 100)) plain.sendBody(stream, Buffer.from([byte]));
        if (bytes.length > 100) plain.sendBody(stream, bytes.subarray(100));
      },
    }),
  },
  "streams.pauses-within-events": {
    description: "Every 20th event comes in three pieces, 50 ms apart, and those behind it wait.",
    claims: unbridged,
    steps: (plain) => {
      const queue = inTurn();
      const events = counter();
      return {
        sendBody(stream, bytes) {
          const pauses = events(stream.connection) % 20 === 0;
          queue(stream.connection, async () => {
            if (!pauses) return plain.sendBody(stream, bytes);
            for (const piece of inThree(bytes)) {
              plain.sendBody(stream, piece);
              await wait(50);
            }
          });
        },
      };
    },
  },
  "streams.joined": {
    description: "The events of 10 ms are written at once.",
    claims: unbridged,
    steps: (plain) => {
      const waiting = perConnection(() => ({ bytes: Buffer.alloc(0) }));
      return {
        sendBody(stream, bytes) {
          const line = waiting(stream.connection);
          line.bytes = Buffer.concat([line.bytes, bytes]);
          if (line.bytes.length > bytes.length) return;
          later(10, () => {
            plain.sendBody(stream, line.bytes);
            line.bytes = Buffer.alloc(0);
          });
        },
      };
    },
  },
  "streams.gzip": {
    description: "A stream is compressed for a client that accepts gzip, and flushed after each event.",
    claims: unbridged,
    steps: gzips(zlib.Z_SYNC_FLUSH),
  },
  "streams.deflate": {
    description: "A stream is compressed for a client that accepts deflate, and flushed after each event.",
    claims: unbridged,
    steps: compresses("deflate", () => createDeflate({ flush: zlib.Z_SYNC_FLUSH })),
  },
  "streams.brotli": {
    description: "A stream is compressed for a client that accepts Brotli, and flushed after each event.",
    claims: unbridged,
    steps: compresses("br", () =>
      createBrotliCompress({
        flush: zlib.BROTLI_OPERATION_FLUSH,
        params: { [zlib.BROTLI_PARAM_QUALITY]: 1 },
      }),
    ),
  },

  // Lines
  "streams.comments": {
    description: "There are comments before, within and behind each event.",
    claims: unbridged,
    steps: (plain) => ({
      fields: (event, stream) =>
        plain.fields(event, stream).flatMap((field) => [["", "a comment"], field, ["", "data: not an event"]] as const),
      eventText: (fields, stream) => `: before\n\n${plain.eventText(fields, stream)}:\n\n`,
    }),
  },
  "streams.comments-every-50-ms": {
    description: "Each stream gets a comment every 50 ms, with an empty line behind it by turns.",
    claims: unbridged,
    steps: onOpen((room, stream) => {
      const comments = count();
      every(50, stream.connection, () => text(room, stream, comments() % 2 === 0 ? ": still there\n\n" : ":\n"));
    }),
  },
  "streams.line-feeds-and-carriage-returns": {
    description: "Lines end with CR LF.",
    claims: unbridged,
    steps: writesText((lines) => lines.replaceAll("\n", "\r\n")),
  },
  "streams.carriage-returns": {
    description: "Lines end with a carriage return alone.",
    claims: unbridged,
    steps: writesText((lines) => lines.replaceAll("\n", "\r")),
  },
  "streams.mixed-line-ends": {
    description:
      "Lines end by turns with CR LF, with a line feed and with a carriage return; the empty one with CR LF.",
    steps: () => {
      const lines = count();
      const end = () => ["\r\n", "\n", "\r"][lines() % 3];
      return {
        eventText: (fields) => `${fields.map(([name, value]) => `${name}: ${value}${end()}`).join("")}\r\n`,
      };
    },
  },
  "streams.byte-order-mark": {
    description: "A stream begins with a byte order mark.",
    claims: unbridged,
    steps: onOpen((room, stream) => text(room, stream, "\ufeff")),
  },
  "streams.without-space": {
    description: "There is no space behind the colon of a field, where the value does not begin with one.",
    claims: unbridged,
    steps: () => ({
      eventText: (fields) =>
        `${fields.map(([name, value]) => `${name}:${value.startsWith(" ") ? " " : ""}${value}\n`).join("")}\n`,
    }),
  },
  "streams.empty-lines": {
    description: "There are further empty lines before and behind each event.",
    claims: unbridged,
    steps: writesText((lines) => `\n\n${lines}\n\n\n`),
  },

  // Fields
  "streams.data-first": {
    description: "The data of an event stands before its other fields.",
    steps: writes((fields) => [...fields.filter(isData), ...fields.filter((field) => !isData(field))]),
  },
  "streams.data-over-many-lines": {
    description: "JSON is cut between its tokens and goes over many lines of data.",
    steps: (plain) => ({
      fields: (event, stream) =>
        plain.fields({ ...event, data: JSON.stringify(JSON.parse(event.data), null, 1) }, stream),
    }),
  },
  "streams.message-written-out": {
    description: "An event without a name is sent under the name `message`, which means the same.",
    steps: (plain) => ({
      fields: (event, stream) => plain.fields({ name: "message", ...event }, stream),
    }),
  },
  "streams.own-ids": {
    description: "The events of a stream have ids that count them.",
    steps: (plain) => {
      const events = counter();
      return {
        fields: (event, stream) => plain.fields({ ...event, id: String(events(stream.connection)) }, stream),
      };
    },
  },
  "streams.retry": {
    description: "A stream begins by setting the reconnection time, and each event does so again.",
    steps: (plain, room) => ({
      ...onOpen((_, stream) => text(room, stream, "retry: 1000\n\n"))(plain, room),
      ...writes((fields) => [["retry", "3000"], ...fields])(plain, room),
    }),
  },
  "streams.unknown-fields": {
    description: "Events have fields that no client knows, some without a value or a colon.",
    steps: (plain) => ({
      fields: (event, stream) => [["time", "12:30"], ["Data", "not data"], ...plain.fields(event, stream), ["x", ""]],
      eventText: (fields, stream) => `nothing\n${plain.eventText(fields, stream)}`,
    }),
  },

  // Events of the server's own
  "streams.greets": {
    description: "A stream begins with an event `hello`, whose data is not JSON.",
    steps: onOpen((room, stream) => room.steps.sendEvent(stream, { name: "hello", data: "connected" })),
  },
  "streams.greets-without-data": {
    description: "A stream begins with a name and an id without data, of which no event comes.",
    steps: onOpen((room, stream) => text(room, stream, "event: hello\nid: 0\n\n")),
  },
  "streams.tells-the-time": {
    description: "Each stream is told the time every 50 ms, by turns in a plain event and in one with a name.",
    steps: onOpen((room, stream) => {
      const events = count();
      every(50, stream.connection, () => {
        const data = JSON.stringify({ now: Date.now() });
        room.steps.sendEvent(stream, events() % 2 === 0 ? { data } : { name: "time", data });
      });
    }),
  },
  "streams.replays-to-newcomers": {
    description: "A stream that opens gets the last five messages that there were before.",
    steps: replays(() => (number, messages) => number > messages - 5),
  },
  "streams.replays-what-was-missed": {
    description: "A stream that says which event it saw last gets those that came after it.",
    steps: replays((lastEventId) => (number) => lastEventId !== undefined && number > Number(lastEventId)),
  },

  // Pace
  "streams.200-ms-late": {
    description: "Messages are sent on streams 200 ms late.",
    steps: (plain) => ({
      deliverOnStream: (stream, message) => later(200, () => plain.deliverOnStream(stream, message)),
    }),
  },

  // Servers that do less
  "streams.alone": {
    description: "A server that has streams and nothing else; they tell the time.",
    claims: ["core-sse"],
    steps: ticks(300),
  },
  "streams.bridged-without-posts": {
    description: "A server that bridges what connections send to its streams, and takes no POST.",
    claims: ["core-ws", "core-sse", "bridge"],
    steps: (plain) => ({
      routeOf(request) {
        const route = plain.routeOf(request);
        return route === "publish" ? undefined : route;
      },
    }),
  },
} satisfies { readonly [name: string]: Oddity };
