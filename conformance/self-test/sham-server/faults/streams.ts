/** Faults in opening streams, in keeping them open, and in serving many of them. */
import type { Fault } from "../faults.ts";
import { type HttpRequest, listHeader, refusal } from "../http.ts";
import { perConnection } from "../per-connection.ts";
import type { Connection, Override, Room, Stream } from "../steps.ts";
import { alone } from "../ticks.ts";
import { every, later } from "../timing.ts";

/** Refuses a stream for a reason that is none. */
const refuses =
  (reason: (request: HttpRequest) => boolean, status: string): Override =>
  (plain) => ({
    answerSubscription: (request) => (reason(request) ? refusal(status) : plain.answerSubscription(request)),
  });

const anybody = () => true;
const comesBack = ({ headers }: HttpRequest) => headers.has("last-event-id");
const isBrowser = ({ headers }: HttpRequest) => headers.has("sec-fetch-mode");
const namesTheMediaType = ({ headers }: HttpRequest) => headers.get("accept") === "text/event-stream";

/** Opens a stream with other headers, for some; nothing takes one out. */
const opensWith =
  (
    headers: Readonly<Record<string, string | undefined>>,
    test: (request: HttpRequest) => boolean = anybody,
  ): Override =>
  (plain) => ({
    answerSubscription(request) {
      const response = plain.answerSubscription(request);
      const entries = Object.entries({ ...response.headers, ...(test(request) && headers) });
      const kept = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
      return { ...response, headers: Object.fromEntries(kept) };
    },
  });

/** Opens the stream, and never sends anything to those for which `test` is true. */
const forgets =
  (test: (stream: Stream) => boolean): Override =>
  (plain) => ({
    onStreamOpen(stream) {
      if (!test(stream)) plain.onStreamOpen(stream);
    },
  });

/** Does something with a stream some time after it opened. */
const after =
  (ms: number, action: (room: Room, stream: Stream) => void): Override =>
  (plain, room) => ({
    onStreamOpen(stream) {
      plain.onStreamOpen(stream);
      later(ms, () => action(room, stream));
    },
  });

/** Sends each message to some of the streams alone; `choose` is called once for each message. */
const servesOnly =
  (start: () => (streams: readonly Stream[]) => readonly Stream[]): Override =>
  (plain) => {
    const choose = start();
    return { subscribers: (message) => choose(plain.subscribers(message)) };
  };

/** Refuses a stream beside as many others. */
const hasPlaces =
  (places: number, status = "503 Service Unavailable"): Override =>
  (plain, room) => ({
    answerSubscription: (request) =>
      room.streams.length < places ? plain.answerSubscription(request) : refusal(status),
  });

/** Beside as many others a request for a stream waits until one of those has ended. */
const hasWorkers =
  (workers: number): Override =>
  (plain, room) => {
    const waiting: { connection: Connection; request: HttpRequest }[] = [];
    return {
      onSubscribe(connection, request) {
        if (room.streams.length < workers) plain.onSubscribe(connection, request);
        else waiting.push({ connection, request });
      },
      leaveStream(stream) {
        plain.leaveStream(stream);
        // Who has gone meanwhile is not waiting any more.
        let next = waiting.shift();
        while (next !== undefined && !next.connection.socket.writable) next = waiting.shift();
        if (next !== undefined) plain.onSubscribe(next.connection, next.request);
      },
    };
  };

/** Does something more when the client of a stream has gone; the stream is off the books by then. */
const whenOneLeaves =
  (action: (room: Room, stream: Stream, how: "fin" | "reset") => void): Override =>
  (plain, room) => ({
    onStreamLost(stream, how) {
      plain.onStreamLost(stream, how);
      action(room, stream, how);
    },
  });

const isLive = ({ connection }: Stream) => connection.state === "streaming";

/** A stream that ended in one of these ways stays on the books. */
const keepsTheDead =
  (ways: readonly ("fin" | "reset")[], subscribers: (room: Room) => readonly Stream[]): Override =>
  (plain, room) => ({
    onStreamLost(stream, how) {
      if (ways.includes(how)) stream.connection.state = "closed";
      else plain.onStreamLost(stream, how);
    },
    subscribers: () => subscribers(room),
  });

function crashesOnTheDead(room: Room): readonly Stream[] {
  if (!room.streams.every(isLive)) room.crash();
  return room.streams;
}

/** Counts the streams that opened, and refuses them beyond so many, whatever has ended. */
const opensInAll =
  (places: number): Override =>
  (plain) => {
    let opened = 0;
    return {
      onStreamOpen(stream) {
        opened += 1;
        plain.onStreamOpen(stream);
      },
      answerSubscription: (request) =>
        opened < places ? plain.answerSubscription(request) : refusal("503 Service Unavailable"),
    };
  };

export const streamFaults = {
  // S9a: a GET is answered with a stream
  "streams.only-for-their-media-type": {
    breaks: "CORE-S9a",
    description: "A request that does not name `text/event-stream` in `Accept` is refused with 406.",
    steps: refuses((request) => !namesTheMediaType(request), "406 Not Acceptable"),
  },
  "streams.accepted": {
    breaks: "CORE-S9a",
    description: "A stream is answered with 202.",
    steps: refuses(anybody, "202 Accepted"),
  },
  "streams.no-content": {
    breaks: "CORE-S9a",
    description: "A stream is answered with 204.",
    steps: refuses(anybody, "204 No Content"),
  },
  "streams.upgrade-required": {
    breaks: "CORE-S9a",
    description: "A GET that is no opening handshake is refused with 426.",
    steps: refuses(anybody, "426 Upgrade Required"),
  },
  "streams.behind-a-slash": {
    breaks: "CORE-S9a",
    description: "A request for a stream is sent on to the same path with a slash behind it.",
    steps: (plain) => ({
      answerSubscription(request) {
        if (request.path.endsWith("/")) return plain.answerSubscription(request);
        const response = refusal("308 Permanent Redirect");
        return { ...response, headers: { ...response.headers, Location: `${request.path}/` } };
      },
    }),
  },
  "streams.media-type-json": {
    breaks: "CORE-S9a",
    description: "The media type of a stream is `application/json`.",
    steps: opensWith({ "Content-Type": "application/json" }),
  },
  "streams.media-type-plain": {
    breaks: "CORE-S9a",
    description: "The media type of a stream is `text/plain; charset=utf-8`.",
    steps: opensWith({ "Content-Type": "text/plain; charset=utf-8" }),
  },
  "streams.media-type-html": {
    breaks: "CORE-S9a",
    description: "The media type of a stream is what the framework sets if nobody does, `text/html; charset=utf-8`.",
    steps: opensWith({ "Content-Type": "text/html; charset=utf-8" }),
  },
  "streams.media-type-misspelt": {
    breaks: "CORE-S9a",
    description: "The media type of a stream is `text/event-streams`.",
    steps: opensWith({ "Content-Type": "text/event-streams" }),
  },
  "streams.media-type-missing": {
    breaks: "CORE-S9a",
    description: "A stream has no `Content-Type`.",
    steps: opensWith({ "Content-Type": undefined }),
  },
  "streams.media-type-beside-another": {
    breaks: "CORE-S9a",
    description: "Two layers each set a `Content-Type`: `text/plain` and `text/event-stream`.",
    steps: opensWith({ "Content-Type": "text/plain", "content-type": "text/event-stream" }),
  },
  "streams.media-type-of-gzip": {
    breaks: "CORE-S9a",
    description: "To a client that accepts compression the media type is `application/octet-stream`.",
    steps: opensWith({ "Content-Type": "application/octet-stream" }, (request) =>
      listHeader(request, "accept-encoding").includes("gzip"),
    ),
  },
  "streams.none-for-browsers": {
    breaks: "CORE-S9a",
    description: "A request with a browser's headers is answered with 404: it is led to the web pages.",
    steps: refuses(isBrowser, "404 Not Found"),
  },
  "streams.no-compression-no-stream": {
    breaks: "CORE-S9a",
    description: "A request that names encodings is refused with 406, as none of them is at hand.",
    steps: refuses(({ headers }) => headers.has("accept-encoding"), "406 Not Acceptable"),
  },
  "streams.nobody-comes-back": {
    breaks: "CORE-S9a",
    description: "A client that says which event it saw last is answered with 204, so that it stops.",
    steps: refuses(comesBack, "204 No Content"),
  },
  "streams.unknown-last-event": {
    breaks: "CORE-S9a",
    description: "A client that says which event it saw last is refused with 412: that event is not kept.",
    steps: refuses(comesBack, "412 Precondition Failed"),
  },
  "streams.last-event-no-uuid": {
    breaks: "CORE-S9a",
    description: "A `Last-Event-ID` that is no UUID is refused with 400.",
    steps: refuses(
      ({ headers }) => !/^[0-9a-f-]{36}$/.test(headers.get("last-event-id") ?? "-".repeat(36)),
      "400 Bad Request",
    ),
  },
  "streams.never-answered": {
    breaks: "CORE-S9a",
    description: "A request for a stream is read, and not answered.",
    steps: () => ({ onSubscribe() {} }),
  },
  "streams.head-not-ended": {
    breaks: "CORE-S9a",
    description: "The empty line behind the headers is missing.",
    steps: (plain) => ({
      write(receiver, bytes) {
        const { stream } = receiver;
        const isHead = stream !== undefined && bytes.toString("latin1", 0, 5) === "HTTP/";
        plain.write(receiver, isHead ? bytes.subarray(0, -2) : bytes);
      },
    }),
  },

  // S9b: a stream stays open
  "streams.end-after-a-second": {
    breaks: "CORE-S9b",
    description: "A stream ends a second after it opened.",
    steps: after(1000, (room, stream) => room.end(stream)),
  },
  "streams.end-after-three-seconds": {
    breaks: "CORE-S9b",
    description: "A stream ends three seconds after it opened.",
    steps: after(3000, (room, stream) => room.end(stream)),
  },
  "streams.cut-after-three-seconds": {
    breaks: "CORE-S9b",
    description: "Three seconds are what a response may take: then its TCP connection is cut.",
    steps: after(3000, (_, { connection }) => connection.socket.destroy()),
  },
  "streams.end-when-idle": {
    breaks: "CORE-S9b",
    description: "A stream on which nothing was sent for two seconds ends.",
    steps: (plain, room) => {
      const sent = perConnection(() => ({ at: performance.now() }));
      return {
        onStreamOpen(stream) {
          plain.onStreamOpen(stream);
          sent(stream.connection).at = performance.now();
          every(100, stream.connection, () => {
            if (performance.now() - sent(stream.connection).at > 2000) room.end(stream);
          });
        },
        sendBody(stream, bytes) {
          plain.sendBody(stream, bytes);
          sent(stream.connection).at = performance.now();
        },
      };
    },
  },
  "streams.end-at-once": {
    breaks: "CORE-S9b",
    description: "The framework ends each response when its handler returns, that of a stream too.",
    steps: after(0, (room, stream) => room.end(stream)),
  },
  "streams.length-0": {
    breaks: "CORE-S9b",
    description: "The head of a stream says `Content-Length: 0`.",
    steps: opensWith({ "Transfer-Encoding": undefined, "Content-Length": "0" }),
  },
  "streams.not-chunked": {
    breaks: "CORE-S9b",
    description: "The head says that the body is chunked, and it is not.",
    steps: () => ({ frameBody: (_, bytes) => bytes }),
  },
  "streams.head-alone": {
    breaks: "CORE-S9b",
    description: "A stream is opened, and nothing is ever sent on it.",
    steps: forgets(anybody),
  },
  "streams.unserved-without-their-media-type": {
    breaks: "CORE-S9b",
    description: "A client that does not name `text/event-stream` gets the head of a stream, and no event.",
    steps: forgets(({ request }) => !namesTheMediaType(request)),
  },
  "streams.unserved-after-coming-back": {
    breaks: "CORE-S9b",
    description: "A client that comes back gets what it missed, which is nothing, and no event that is new.",
    steps: forgets(({ request }) => comesBack(request)),
  },
  "streams.forgotten-after-three-seconds": {
    breaks: "CORE-S9b",
    description: "A stream stays open, and is served for three seconds.",
    steps: after(3000, (room, stream) => {
      room.streams.splice(0, room.streams.length, ...room.streams.filter((other) => other !== stream));
    }),
  },
  "streams.alone-end-after-a-second": {
    breaks: "CORE-S9b",
    description: "Nobody can publish, and a stream ends a second after it opened.",
    ...alone(after(1000, (room, stream) => room.end(stream))),
  },

  // S10a: streams side by side
  "streams.newest-alone": {
    breaks: "CORE-S10a",
    description: "Only the stream that opened last is sent anything; the others stay open.",
    steps: servesOnly(() => (streams) => streams.slice(-1)),
  },
  "streams.oldest-alone": {
    breaks: "CORE-S10a",
    description: "Only the stream that opened first is sent anything; the others stay open.",
    steps: servesOnly(() => (streams) => streams.slice(0, 1)),
  },
  "streams.newest-takes-over": {
    breaks: "CORE-S10a",
    description: "A stream that opens ends the one that was open, as there is one for each client's address.",
    steps: (plain, room) => ({
      onStreamOpen(stream) {
        for (const other of [...room.streams]) room.end(other);
        plain.onStreamOpen(stream);
      },
    }),
  },
  "streams.second-refused": {
    breaks: "CORE-S10a",
    description: "There is one stream at a time; another is refused with 503.",
    steps: hasPlaces(1),
  },
  "streams.beyond-three-refused": {
    breaks: "CORE-S10a",
    description: "There are three streams at a time; another is refused with 429.",
    steps: hasPlaces(3, "429 Too Many Requests"),
  },
  "streams.second-waits": {
    breaks: "CORE-S10a",
    description: "The server does one thing at a time: a second stream opens when the first has ended.",
    steps: hasWorkers(1),
  },
  "streams.fifth-waits": {
    breaks: "CORE-S10a",
    description: "There are four workers: a fifth stream opens when one of the others has ended.",
    steps: hasWorkers(4),
  },
  "streams.beyond-five-unserved": {
    breaks: "CORE-S10a",
    description: "Five streams are served; further ones open, and are sent nothing.",
    steps: servesOnly(() => (streams) => streams.slice(0, 5)),
  },
  "streams.in-turn": {
    breaks: "CORE-S10a",
    description: "Streams take messages out of one queue, each the next one.",
    steps: servesOnly(() => {
      let messages = 0;
      return (streams) => {
        messages += 1;
        return streams.filter((_, at) => at === messages % streams.length);
      };
    }),
  },
  "streams.one-a-second": {
    breaks: "CORE-S10a",
    description: "Streams are kept by the second in which they opened: one replaces another of the same second.",
    steps: (plain, room) => {
      const second = perConnection(() => ({ opened: Math.floor(Date.now() / 1000) }));
      return {
        onStreamOpen(stream) {
          const { opened } = second(stream.connection);
          const others = room.streams.filter((other) => second(other.connection).opened !== opened);
          room.streams.splice(0, room.streams.length, ...others);
          plain.onStreamOpen(stream);
        },
      };
    },
  },
  "streams.alone-second-refused": {
    breaks: "CORE-S10a",
    description: "Nobody can publish, and there is one stream at a time.",
    ...alone(hasPlaces(1)),
  },

  // S10b: the others, when one ends
  "streams.reset-crashes": {
    breaks: "CORE-S10b",
    description: "A stream whose TCP connection is reset ends the process.",
    steps: whenOneLeaves((room, _, how) => {
      if (how === "reset") room.crash();
    }),
  },
  "streams.write-to-the-dead-crashes": {
    breaks: "CORE-S10b",
    description: "The first message after a stream ended is written to it too, and ends the process.",
    steps: keepsTheDead(["fin", "reset"], crashesOnTheDead),
  },
  "streams.write-after-reset-crashes": {
    breaks: "CORE-S10b",
    description: "The first message after a stream was reset is written to it too, and ends the process.",
    steps: keepsTheDead(["reset"], crashesOnTheDead),
  },
  "streams.one-ends-all-end": {
    breaks: "CORE-S10b",
    description: "When a client leaves, the streams of the others end too.",
    steps: whenOneLeaves((room) => {
      for (const other of [...room.streams]) room.end(other);
    }),
  },
  "streams.all-unsubscribed": {
    breaks: "CORE-S10b",
    description: "When a client leaves, every listener is taken off; the others' streams stay open.",
    steps: whenOneLeaves((room) => room.streams.splice(0, room.streams.length)),
  },
  "streams.skipped-behind-the-dead": {
    breaks: "CORE-S10b",
    description:
      "A stream that ended is taken off the list while that is walked, and the one behind it misses a message.",
    steps: keepsTheDead(["fin", "reset"], (room) => {
      const served: Stream[] = [];
      for (let at = 0; at < room.streams.length; at += 1) {
        const stream = room.streams[at];
        if (stream !== undefined && isLive(stream)) served.push(stream);
        else room.streams.splice(at, 1);
      }
      return served;
    }),
  },
  "streams.stuck-at-a-reset": {
    breaks: "CORE-S10b",
    description: "The write to a stream that was reset fails, and those that opened after it get nothing any more.",
    steps: keepsTheDead(["reset"], (room) => {
      const dead = room.streams.findIndex((stream) => !isLive(stream));
      return dead === -1 ? [...room.streams] : room.streams.slice(0, dead);
    }),
  },
  "streams.removed-twice": {
    breaks: "CORE-S10b",
    description: "An end is noticed twice, and the second time the stream that opened last is taken off the list.",
    steps: whenOneLeaves((room, stream) => room.streams.splice(room.streams.indexOf(stream), 1)),
  },
  "streams.removed-by-old-place": {
    breaks: "CORE-S10b",
    description: "A stream that ends is taken off the place in the list at which it was put when it opened.",
    steps: (plain, room) => {
      const place = perConnection(() => ({ at: room.streams.length }));
      return {
        onStreamOpen(stream) {
          place(stream.connection);
          plain.onStreamOpen(stream);
        },
        leaveStream({ connection }) {
          connection.state = "closed";
          room.streams.splice(place(connection).at, 1);
        },
      };
    },
  },
  "streams.pause-after-one-ends": {
    breaks: "CORE-S10b",
    description: "For a second after a stream ended nothing is sent to anybody.",
    steps: (plain) => {
      let endedAt = Number.NEGATIVE_INFINITY;
      return {
        onStreamLost(stream, how) {
          endedAt = performance.now();
          plain.onStreamLost(stream, how);
        },
        subscribers: (message) => (performance.now() - endedAt < 1000 ? [] : plain.subscribers(message)),
      };
    },
  },
  "streams.alone-one-ends-all-end": {
    breaks: "CORE-S10b",
    description: "Nobody can publish, and when a client leaves, the streams of the others end too.",
    ...alone(
      whenOneLeaves((room) => {
        for (const other of [...room.streams]) room.end(other);
      }),
    ),
  },

  // S10c: new streams after others
  "streams.never-freed": {
    breaks: "CORE-S10c",
    description: "There is room for 100 streams, and one that ended keeps its place.",
    steps: opensInAll(100),
  },
  "streams.never-freed-of-200": {
    breaks: "CORE-S10c",
    description: "There is room for 200 streams, and one that ended keeps its place.",
    steps: opensInAll(200),
  },
  "streams.freed-by-reset-alone": {
    breaks: "CORE-S10c",
    description: "There is room for 50 streams, and one that its client ended in order keeps its place.",
    steps: (plain, room) => ({
      ...hasPlaces(50)(plain, room),
      onStreamLost(stream, how) {
        if (how === "reset") plain.onStreamLost(stream, how);
      },
    }),
  },
  "streams.freed-by-a-sweep": {
    breaks: "CORE-S10c",
    description: "There is room for 50 streams, and the places of those that ended are freed once a minute.",
    steps: (plain, room) => ({
      ...hasPlaces(50)(plain, room),
      onStreamLost(stream, how) {
        later(60_000, () => plain.onStreamLost(stream, how));
      },
    }),
  },
  "streams.gone-before-they-open": {
    breaks: "CORE-S10c",
    description: "A client is looked up for 10 ms, and its stream is put on the books for ever if it has left by then.",
    steps: (plain, room) => ({
      ...hasPlaces(50)(plain, room),
      onSubscribe: (connection, request) => later(10, () => plain.onSubscribe(connection, request)),
    }),
  },
  "streams.unserved-after-100": {
    breaks: "CORE-S10c",
    description: "After 100 streams a new one opens, and is sent nothing.",
    steps: forgets(({ number }) => number > 100),
  },
  "streams.alone-accepts-100": {
    breaks: "CORE-S10c",
    description: "Nobody can publish, and after 100 streams no TCP connection is accepted; what is connected stays.",
    ...alone((plain, room) => ({
      onStreamOpen(stream) {
        plain.onStreamOpen(stream);
        if (stream.number === 100) room.stopAccepting();
      },
    })),
  },
  "streams.alone-never-freed": {
    breaks: "CORE-S10c",
    description: "Nobody can publish, there is room for 100 streams, and one that ended keeps its place.",
    ...alone(opensInAll(100)),
  },
} satisfies { readonly [name: string]: Fault };
