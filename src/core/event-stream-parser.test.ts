import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EventStreamParser } from "./event-stream-parser.ts";
import type { StreamEvent } from "./transport.ts";

interface Vector {
  why: string;
  events: StreamEvent[];
  lastEventId: string;
  retry?: number;
}

const read = <Kind>(file: string): (Vector & Kind)[] =>
  JSON.parse(readFileSync(new URL(`../../spec/vectors/sse/${file}`, import.meta.url), "utf8"));
const vectors = [
  ...read<{ stream: string }>("streams.json").map((vector) => ({ ...vector, bytes: Buffer.from(vector.stream) })),
  ...read<{ base64: string }>("bytes.json").map((vector) => ({
    ...vector,
    bytes: Buffer.from(vector.base64, "base64"),
  })),
];

/** What comes of a stream that is fed in pieces, as a client feeds it. */
function parse(pieces: Iterable<Uint8Array>): Omit<Vector, "why"> {
  const outcome: Omit<Vector, "why"> = { events: [], lastEventId: "" };
  const parser = new EventStreamParser("", {
    event: (event) => outcome.events.push(event),
    lastEventId: (id) => {
      outcome.lastEventId = id;
    },
    retry: (ms) => {
      outcome.retry = ms;
    },
  });
  const decoder = new TextDecoder();
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }));
  return outcome;
}

function* cut(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe("the vectors of the specification", () => {
  it.each(vectors)("$why", ({ bytes, events, lastEventId, retry }) => {
    const expected = retry === undefined ? { events, lastEventId } : { events, lastEventId, retry };
    for (const length of [bytes.length + 1, 1, 2, 3, 7]) expect(parse(cut(bytes, length))).toEqual(expected);
  });
});

it("keeps the id of the stream before until there is another", () => {
  const ids: string[] = [];
  const listener = { event: ({ lastEventId }: StreamEvent) => ids.push(lastEventId), lastEventId() {}, retry() {} };
  new EventStreamParser("41", listener).feed("data: a\n\nid: 42\ndata: b\n\n");
  expect(ids).toEqual(["41", "42"]);
});

it("shows an event as soon as its empty line has come, whichever its end", () => {
  for (const end of ["\n", "\r"]) expect(parse([Buffer.from(`data: a${end}${end}`)]).events).toHaveLength(1);
});

describe("what never ends", () => {
  const piece = "x".repeat(1_048_576);
  it.each([
    ["a line", piece],
    ["an event", `data: ${piece}\n`],
    ["a comment", `:${piece}`],
  ])("%s is not kept for ever", (_, text) => {
    const parser = new EventStreamParser("", { event() {}, lastEventId() {}, retry() {} });
    const feedFor = (pieces: number) => {
      for (let fed = 0; fed < pieces; fed++) parser.feed(text);
    };
    expect(() => feedFor(20)).toThrow("too long");
  });

  it("many comments are no matter", () => {
    const parser = new EventStreamParser("", { event() {}, lastEventId() {}, retry() {} });
    for (let fed = 0; fed < 20; fed++) parser.feed(`:${piece}\n`);
  });
});
