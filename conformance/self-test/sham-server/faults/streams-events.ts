/** Faults in what is sent on streams: the data of events, their lines, and when these come. */
import { inspect } from "node:util";
import { constants as zlib } from "node:zlib";
import type { Fault } from "../faults.ts";
import { gzips } from "../gzip.ts";
import { counter, perConnection } from "../per-connection.ts";
import type { Connection, Field, Override, Stream, StreamEvent } from "../steps.ts";
import { alone } from "../ticks.ts";
import { every, later } from "../timing.ts";

/** A stream begins with this event. */
const greets =
  (event: StreamEvent): Override =>
  (plain, room) => ({
    onStreamOpen(stream) {
      plain.onStreamOpen(stream);
      room.steps.sendEvent(stream, event);
    },
  });

/** Every stream is sent this data again and again. */
const beats =
  (ms: number, data: string): Override =>
  (plain, room) => ({
    onStreamOpen(stream) {
      plain.onStreamOpen(stream);
      every(ms, stream.connection, () => room.steps.sendEvent(stream, { data }));
    },
  });

/** Writes the data of events without a name in another way. */
const spells =
  (spell: (data: string) => string): Override =>
  (plain) => ({
    fields: (event, stream) =>
      plain.fields(event.name === undefined ? { ...event, data: spell(event.data) } : event, stream),
  });

/** Writes the lines of the data as `lines` makes them, each behind `data:`; one may still have a line break in it. */
const writesLines =
  (lines: (data: string) => readonly string[]): Override =>
  (plain) => ({
    fields: (event, stream) => [
      ...plain.fields({ ...event, data: "" }, stream).slice(0, -1),
      ...lines(event.data).map((line): Field => ["data", line]),
    ],
  });

/** Writes the text of an event in another way. */
const writes =
  (write: (text: string, connection: Connection) => string): Override =>
  (plain) => ({
    eventText: (fields, stream) => write(plain.eventText(fields, stream), stream.connection),
  });

/** A name is what the publisher calls it, whatever is in it. */
const namesAsPublished =
  (clean: (name: string) => string): Override =>
  (plain) => ({
    eventFor(message, stream) {
      const { type, event, data } = message.value;
      if (type !== "event" || typeof event !== "string" || data === undefined) return plain.eventFor(message, stream);
      return { name: clean(event), data: JSON.stringify(data) };
    },
  });

/** Collects the events of a stream for 50 ms, and sends what `join` makes of them. */
const collects =
  (join: (events: readonly StreamEvent[]) => StreamEvent): Override =>
  (plain) => {
    const batch = perConnection((): { events: StreamEvent[] } => ({ events: [] }));
    return {
      sendEvent(stream, event) {
        const { events } = batch(stream.connection);
        if (events.push(event) > 1) return;
        later(50, () => {
          const [first, ...others] = batch(stream.connection).events.splice(0);
          if (first !== undefined) plain.sendEvent(stream, others.length === 0 ? first : join([first, ...others]));
        });
      },
    };
  };

/** What is to be sent goes through a buffer, out of which `take` says how many bytes are written now. */
const buffers =
  (take: (waitingBytes: number) => number): Override =>
  (plain) => {
    const buffer = perConnection(() => ({ bytes: Buffer.alloc(0) }));
    return {
      sendBody(stream, bytes) {
        const waiting = Buffer.concat([buffer(stream.connection).bytes, bytes]);
        const size = take(waiting.length);
        buffer(stream.connection).bytes = waiting.subarray(size);
        if (size > 0) plain.sendBody(stream, waiting.subarray(0, size));
      },
    };
  };

/** Writes an event in two parts, the second one later; what follows waits. */
const writesLate =
  (ms: number, cut: (bytes: Buffer) => number): Override =>
  (plain) => {
    const queue = perConnection((): { parts: Buffer[] } => ({ parts: [] }));
    const next = (stream: Stream) => {
      const [bytes] = queue(stream.connection).parts;
      if (bytes === undefined) return;
      const first = cut(bytes);
      plain.sendBody(stream, bytes.subarray(0, first));
      later(first < bytes.length ? ms : 0, () => {
        plain.sendBody(stream, bytes.subarray(first));
        queue(stream.connection).parts.shift();
        next(stream);
      });
    };
    return {
      sendBody(stream, bytes) {
        if (queue(stream.connection).parts.push(bytes) === 1) next(stream);
      },
    };
  };

/** The pieces of a text, each of so many characters. */
function pieces(text: string, length: number): string[] {
  return text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [""];
}

/** The empty line that ends an event is written in front of the next one. */
const emptyLineFirst: Override = (plain) => {
  const written = perConnection(() => ({ before: "" }));
  return {
    eventText(fields, stream) {
      const { before } = written(stream.connection);
      written(stream.connection).before = "\n";
      return before + plain.eventText(fields, stream).slice(0, -1);
    },
  };
};

/** The empty line behind every event whose number `every` divides is missing. */
const leavesOutEmptyLines =
  (every: number): Override =>
  (plain) => {
    const events = counter();
    return {
      eventText(fields, stream) {
        const text = plain.eventText(fields, stream);
        return events(stream.connection) % every === 0 ? text.slice(0, -1) : text;
      },
    };
  };

const cutsAt = (length: number): Override => writesLines((data) => [data.slice(0, length)]);

export const streamEventFaults = {
  // S9c: JSON is the data
  "stream-events.greets-in-words": {
    breaks: "CORE-S9c",
    description: "A stream begins with `data: connected`.",
    steps: greets({ data: "connected" }),
  },
  "stream-events.greets-with-nothing": {
    breaks: "CORE-S9c",
    description: "A stream begins with an event whose data is empty, to get through what buffers.",
    steps: greets({ data: "" }),
  },
  "stream-events.greets-with-an-object": {
    breaks: "CORE-S9c",
    description: "A stream begins with `data: [object Object]`.",
    steps: greets({ data: "[object Object]" }),
  },
  "stream-events.greets-with-undefined": {
    breaks: "CORE-S9c",
    description: "A stream begins with the last message, which is `undefined` as long as there is none.",
    steps: greets({ data: "undefined" }),
  },
  "stream-events.beats-in-words": {
    breaks: "CORE-S9c",
    description: "Every second there is `data: ping` on each stream.",
    steps: beats(1000, "ping"),
  },
  "stream-events.beats-with-nan": {
    breaks: "CORE-S9c",
    description: 'Every second there is `data: {"load":NaN}` on each stream.',
    steps: beats(1000, '{"load":NaN}'),
  },
  "stream-events.joins-in-words": {
    breaks: "CORE-S9c",
    description: "When a stream opens, all others are told so in words.",
    steps: (plain, room) => ({
      onStreamOpen(stream) {
        for (const other of room.streams) room.steps.sendEvent(other, { data: `user ${stream.number} joined` });
        plain.onStreamOpen(stream);
      },
    }),
  },
  "stream-events.python-quotes": {
    breaks: "CORE-S9c",
    description: "A message is written as Python prints it, in single quotes.",
    steps: spells((data) => data.replaceAll('"', "'")),
  },
  "stream-events.inspected": {
    breaks: "CORE-S9c",
    description: "A message is written as a console shows it.",
    steps: spells((data) => inspect(JSON.parse(data), { breakLength: Number.POSITIVE_INFINITY })),
  },
  "stream-events.escaped-for-html": {
    breaks: "CORE-S9c",
    description: "A message goes through a template, which writes `&quot;` for its quotes.",
    steps: spells((data) => data.replaceAll('"', "&quot;")),
  },
  "stream-events.with-a-prefix": {
    breaks: "CORE-S9c",
    description: "The word `message` and a space stand before the JSON.",
    steps: spells((data) => `message ${data}`),
  },
  "stream-events.with-a-callback": {
    breaks: "CORE-S9c",
    description: "JSON is wrapped in a call, as for a script element.",
    steps: spells((data) => `callback(${data});`),
  },
  "stream-events.says-done": {
    breaks: "CORE-S9c",
    description: "Behind each message there is `data: [DONE]`.",
    steps: (plain, room) => ({
      deliverOnStream(stream, message) {
        plain.deliverOnStream(stream, message);
        room.steps.sendEvent(stream, { data: "[DONE]" });
      },
    }),
  },
  "stream-events.alone-ticks-in-words": {
    breaks: "CORE-S9c",
    description: "Nobody can publish, and what is told is the time in words.",
    ...alone(spells(() => new Date().toUTCString())),
  },

  // S9d: each message in an event of its own, whole
  "stream-events.line-breaks-in-data": {
    breaks: "CORE-S9d",
    description: "JSON that has line breaks is written as it is, behind one `data:`.",
    steps: writesLines((data) => [data]),
  },
  "stream-events.carriage-returns-in-data": {
    breaks: "CORE-S9d",
    description: "Only line feeds begin a new `data:` line; a carriage return is written as it is.",
    steps: writesLines((data) => data.split("\n")),
  },
  "stream-events.line-feeds-in-data": {
    breaks: "CORE-S9d",
    description: "Only a carriage return with a line feed begins a new `data:` line.",
    steps: writesLines((data) => data.split("\r\n")),
  },
  "stream-events.first-line-alone": {
    breaks: "CORE-S9d",
    description: "Of JSON that has line breaks the first line that has anything in it is sent.",
    steps: writesLines((data) => [data.split(/[\r\n]+/).find((line) => line !== "") ?? ""]),
  },
  "stream-events.splits-like-python": {
    breaks: "CORE-S9d",
    description: "Whatever Python takes for the end of a line begins a new `data:` line, U+2028 within a string too.",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are among what Python takes for it.
    steps: writesLines((data) => data.split(/\r\n|[\n\r\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]/)),
  },
  "stream-events.line-breaks-in-names": {
    breaks: "CORE-S9d",
    description: "The name that a publisher gives is written as it is, with its line breaks.",
    steps: namesAsPublished((name) => name),
  },
  "stream-events.carriage-returns-in-names": {
    breaks: "CORE-S9d",
    description: "Line feeds are taken out of the name that a publisher gives; carriage returns are not.",
    steps: namesAsPublished((name) => name.replaceAll("\n", " ")),
  },
  "stream-events.lines-together": {
    breaks: "CORE-S9d",
    description: "Messages that come within 50 ms are sent as lines of one event.",
    steps: collects((events) => ({ data: events.map(({ data }) => data).join("\n") })),
  },
  "stream-events.arrays": {
    breaks: "CORE-S9d",
    description: "Messages that come within 50 ms are sent as one array.",
    steps: collects((events) => ({ data: `[${events.map(({ data }) => data).join(",")}]` })),
  },
  "stream-events.every-5th-without-an-empty-line": {
    breaks: "CORE-S9d",
    description: "Behind every 5th event there is no empty line.",
    steps: leavesOutEmptyLines(5),
  },
  "stream-events.cut-at-4096": {
    breaks: "CORE-S9d",
    description: "Data is cut behind its first 4096 characters.",
    steps: cutsAt(4096),
  },
  "stream-events.cut-at-50000": {
    breaks: "CORE-S9d",
    description: "Data is cut behind its first 50 000 characters.",
    steps: cutsAt(50_000),
  },
  "stream-events.long-ones-in-two": {
    breaks: "CORE-S9d",
    description: "Data of more than 16 384 characters is sent in several events.",
    steps: (plain) => ({
      sendEvent(stream, event) {
        for (const data of pieces(event.data, 16_384)) plain.sendEvent(stream, { ...event, data });
      },
    }),
  },
  "stream-events.folded": {
    breaks: "CORE-S9d",
    description: "Data of more than 998 characters goes on in further `data:` lines.",
    steps: writesLines((data) => data.split(/\r\n|\r|\n/).flatMap((line) => pieces(line, 998))),
  },
  "stream-events.folded-without-a-field": {
    breaks: "CORE-S9d",
    description: "A line of more than 8192 characters goes on in the next one, without `data:`.",
    steps: writesLines((data) => data.split(/\r\n|\r|\n/).map((line) => pieces(line, 8192).join("\n"))),
  },
  "stream-events.empty-line-at-16384": {
    breaks: "CORE-S9d",
    description: "What is written at once is 16 384 characters, and there is an empty line behind each.",
    steps: writes((text) =>
      pieces(text.slice(0, -2), 16_384)
        .map((piece) => `${piece}\n\n`)
        .join(""),
    ),
  },
  "stream-events.text-behind": {
    breaks: "CORE-S9d",
    description: "The message stands once more behind its event, on a line without a field.",
    steps: (plain) => ({
      eventText(fields, stream) {
        const data = fields.flatMap(([name, value]) => (name === "data" ? [value] : []));
        return `${plain.eventText(fields, stream)}${data.join(" ")}\n\n`;
      },
    }),
  },
  "stream-events.alone-two-together": {
    breaks: "CORE-S9d",
    description: "Nobody can publish, and behind every second event there is no empty line.",
    ...alone(leavesOutEmptyLines(2)),
  },
  "stream-events.alone-cut": {
    breaks: "CORE-S9d",
    description: "Nobody can publish, and the last character of each event's data is missing.",
    ...alone(spells((data) => data.slice(0, -1))),
  },
  "stream-events.alone-no-empty-lines": {
    breaks: "CORE-S9d",
    description: "Nobody can publish, and no empty line ends any event.",
    ...alone(writes((text) => text.slice(0, -1))),
  },

  // S9e: no pause within an event
  "stream-events.empty-line-before-the-next": {
    breaks: "CORE-S9e",
    description: "The empty line that ends an event is written in front of the next one.",
    steps: emptyLineFirst,
  },
  "stream-events.held-until-the-next": {
    breaks: "CORE-S9e",
    description: "An event is sent when there is a next one.",
    steps: (plain) => {
      const held = perConnection((): { event?: StreamEvent } => ({}));
      return {
        sendEvent(stream, event) {
          const before = held(stream.connection).event;
          held(stream.connection).event = event;
          if (before !== undefined) plain.sendEvent(stream, before);
        },
      };
    },
  },
  "stream-events.last-byte-held": {
    breaks: "CORE-S9e",
    description: "The last byte stays behind, in case that it is the first half of a line end.",
    steps: buffers((waiting) => waiting - 1),
  },
  "stream-events.buffer-of-4096": {
    breaks: "CORE-S9e",
    description: "What is sent is written when 4096 bytes of it are there.",
    steps: buffers((waiting) => waiting - (waiting % 4096)),
  },
  "stream-events.buffer-of-16384": {
    breaks: "CORE-S9e",
    description: "What is sent is written when 16 384 bytes of it are there, and then all of it.",
    steps: buffers((waiting) => (waiting < 16_384 ? 0 : waiting)),
  },
  "stream-events.rest-after-1500-ms": {
    breaks: "CORE-S9e",
    description: "A buffer of 4096 bytes is written when it is full, and what remains in it 1500 ms later.",
    steps: writesLate(1_500, ({ length }) => (length < 4096 ? length : length - (length % 4096))),
  },
  "stream-events.empty-line-after-1500-ms": {
    breaks: "CORE-S9e",
    description: "The empty line is written 1500 ms after the lines of its event.",
    steps: writesLate(1_500, ({ length }) => length - 1),
  },
  "stream-events.compressed-without-a-flush": {
    breaks: "CORE-S9e",
    description: "Every stream is compressed, and what the compressor holds back is not flushed.",
    steps: gzips(zlib.Z_NO_FLUSH, () => true),
  },
  "stream-events.alone-empty-line-before-the-next": {
    breaks: "CORE-S9e",
    description: "Nobody can publish, and the empty line is written in front of the next event, 1500 ms later.",
    ...alone(emptyLineFirst, 1_500),
  },
} satisfies { readonly [name: string]: Fault };
