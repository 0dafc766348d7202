/** Faults in reading a stream: from its bytes to events. */
import type { Fault } from "../faults.ts";
import { perKey } from "../per-key.ts";
import type { Connection, Override, Stream } from "../steps.ts";

/** Reads other text than the bytes have. */
const readsText =
  (change: (text: string, stream: Stream) => string): Override =>
  (plain) => ({ onStreamText: (stream, text) => plain.onStreamText(stream, change(text, stream)) });

const readsLine =
  (change: (line: string) => string): Override =>
  (plain) => ({ onLineOfStream: (stream, line) => plain.onLineOfStream(stream, change(line)) });

export const streamFaults = {
  // C10b
  "stream.cr-no-line-end": {
    breaks: "CORE-C10b",
    description: "A CR alone does not end a line: it is dropped.",
    steps: readsText((text) => text.replaceAll("\r", "")),
  },
  "stream.crlf-two-line-ends": {
    breaks: "CORE-C10b",
    description: "CRLF ends two lines.",
    steps: readsText((text) => text.replaceAll("\r", "\n")),
  },
  "stream.crlf-cut-two-line-ends": {
    breaks: "CORE-C10b",
    description: "CRLF ends two lines if it is cut between its characters.",
    steps: (plain) => ({
      onStreamText(stream, text) {
        stream.afterCr = false;
        plain.onStreamText(stream, text);
      },
    }),
  },
  "stream.crlf-not-known": {
    breaks: "CORE-C10b",
    description: "Lines end in LF alone: the CR before it belongs to the line.",
    steps: (_, room) => ({
      onStreamText(stream, text) {
        const lines = (stream.line + text).split("\n");
        stream.line = lines.pop() ?? "";
        for (const line of lines) room.steps.onLineOfStream(stream, line);
      },
    }),
  },
  "stream.byte-order-mark-kept": {
    breaks: "CORE-C10b",
    description: "A byte order mark at the beginning belongs to the first line.",
    steps: () => {
      const decoders = new WeakMap<Stream, Stream["decoder"]>();
      return {
        decode(stream, body) {
          const decoder = decoders.get(stream) ?? new TextDecoder("utf-8", { ignoreBOM: true });
          decoders.set(stream, decoder);
          return decoder.decode(body, { stream: true });
        },
      };
    },
  },
  "stream.cut-characters-broken": {
    breaks: "CORE-C10b",
    description: "Each piece is decoded by itself: a character that is cut becomes U+FFFD.",
    steps: () => ({ decode: (_, body) => body.toString() }),
  },
  "stream.latin1": {
    breaks: "CORE-C10b",
    description: "A stream is read as Latin-1.",
    steps: () => ({ decode: (_, body) => body.toString("latin1") }),
  },
  "stream.last-data-line-only": {
    breaks: "CORE-C10b",
    description: "Of several data lines the last is taken.",
    steps: (plain) => ({
      onField(stream, name, value) {
        if (name === "data") stream.data = [];
        plain.onField(stream, name, value);
      },
    }),
  },
  "stream.first-data-line-only": {
    breaks: "CORE-C10b",
    description: "Of several data lines the first is taken.",
    steps: (plain) => ({
      onField(stream, name, value) {
        if (name !== "data" || stream.data.length === 0) plain.onField(stream, name, value);
      },
    }),
  },
  "stream.each-data-line-an-event": {
    breaks: "CORE-C10b",
    description: "Each data line is taken for an event.",
    steps: (plain) => ({
      onField(stream, name, value) {
        plain.onField(stream, name, value);
        if (name === "data") plain.dispatch(stream);
      },
    }),
  },
  "stream.comment-as-data": {
    breaks: "CORE-C10b",
    description: "A comment is taken for data.",
    steps: (plain) => ({
      onLineOfStream(stream, line) {
        if (line.startsWith(":")) plain.onField(stream, "data", line.slice(1));
        else plain.onLineOfStream(stream, line);
      },
    }),
  },
  "stream.comment-ends-event": {
    breaks: "CORE-C10b",
    description: "A comment amid an event makes the client forget the lines before it.",
    steps: (plain) => ({
      onLineOfStream(stream, line) {
        if (line.startsWith(":")) stream.data = [];
        plain.onLineOfStream(stream, line);
      },
    }),
  },
  "stream.unknown-field-as-data": {
    breaks: "CORE-C10b",
    description: "A field that is unknown is taken for data.",
    steps: (plain) => ({
      onField: (stream, name, value) =>
        plain.onField(stream, ["event", "data", "id", "retry"].includes(name) ? name : "data", value),
    }),
  },
  "stream.unknown-field-drops-event": {
    breaks: "CORE-C10b",
    description: "An event with a field that is unknown is dropped.",
    steps: (plain) => {
      const broken = new WeakSet<Stream>();
      return {
        onField(stream, name, value) {
          if (!["event", "data", "id", "retry"].includes(name)) broken.add(stream);
          plain.onField(stream, name, value);
        },
        dispatch(stream) {
          if (broken.delete(stream)) stream.data = [];
          plain.dispatch(stream);
        },
      };
    },
  },
  "stream.space-needed": {
    breaks: "CORE-C10b",
    description: "The first character behind the colon is dropped, whatever it is.",
    steps: readsLine((line) => line.replace(/^(\w+):(?! )./, "$1: ")),
  },
  "stream.line-without-space-ignored": {
    breaks: "CORE-C10b",
    description: "A data line with no space behind its colon is ignored.",
    steps: readsLine((line) => (/^data:[^ ]/.test(line) ? ":" : line)),
  },
  "stream.unterminated-event-shown": {
    breaks: "CORE-C10b",
    description: "An event whose empty line never came is shown when the stream ends.",
    steps: (plain) => ({
      onStreamEnd(stream) {
        plain.dispatch(stream);
        plain.onStreamEnd(stream);
      },
    }),
  },
  "stream.name-kept": {
    breaks: "CORE-C10b",
    description: "The name of an event is that of the next one, too, where it has none.",
    steps: (plain) => ({
      dispatch(stream) {
        const { name } = stream;
        plain.dispatch(stream);
        stream.name = name;
      },
    }),
  },
  "stream.event-in-one-piece-only": {
    breaks: "CORE-C10b",
    description: "What a piece has of an event that is not complete is dropped.",
    steps: (plain) => ({
      onBody(stream, body) {
        plain.onBody(stream, body);
        stream.line = "";
        stream.data = [];
        stream.name = "";
      },
    }),
  },
  "stream.equal-to-the-last-lost": {
    breaks: "CORE-C10a",
    description: "An event that is equal to the one before is not shown.",
    steps(plain) {
      const last = new Map<object, string>();
      return {
        onEvent(stream, event) {
          const before = last.get(stream);
          last.set(stream, event.data);
          if (before !== event.data) plain.onEvent(stream, event);
        },
      };
    },
  },
  "stream.same-id-lost": {
    breaks: "CORE-C10a",
    description: "An event whose data have the same id as those of one before is not shown.",
    steps(plain) {
      const seen = perKey((_: Connection) => new Set<unknown>());
      return {
        onEvent(stream, event) {
          const id = /"id":(\d+)/.exec(event.data)?.[1];
          if (id === undefined || !seen(stream.connection).has(id)) plain.onEvent(stream, event);
          seen(stream.connection).add(id);
        },
      };
    },
  },
  "stream.data-lines-joined-with-nothing": {
    breaks: "CORE-C10b",
    description: "The data lines of an event are joined with nothing between them.",
    steps: (plain) => ({
      onEvent: (stream, event) => plain.onEvent(stream, { ...event, data: event.data.replaceAll("\n", "") }),
    }),
  },
  "stream.line-separator-ends-line": {
    breaks: "CORE-C10b",
    description: "U+2028 and U+2029 end a line.",
    steps: readsText((text) => text.replaceAll(/[\u2028\u2029]/g, "\n")),
  },
  "stream.every-byte-order-mark-dropped": {
    breaks: "CORE-C10b",
    description: "A byte order mark is dropped at the beginning of each line.",
    steps: readsLine((line) => line.replace(/^\ufeff/, "")),
  },
} satisfies { readonly [name: string]: Fault };
