import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EventStreamReader, type StreamBlock, type StreamEvent } from "./event-stream.ts";

interface Vector {
  why: string;
  stream?: string;
  base64?: string;
  events: StreamEvent[];
  retry?: number;
  lastEventId: string;
}

const read = (file: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../../spec/vectors/sse/${file}`, import.meta.url), "utf8"));
const vectors = [...read("streams.json"), ...read("bytes.json")];

const eventsOf = (blocks: readonly StreamBlock[]) => blocks.flatMap(({ event }) => event ?? []);
const whole = (bytes: Buffer) => [bytes];
const byteByByte = (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.from([byte]));
const withEmptyChunks = (bytes: Buffer) => byteByByte(bytes).flatMap((byte) => [Buffer.alloc(0), byte]);

describe.each([
  ["whole", whole],
  ["byte by byte", byteByByte],
  ["with empty chunks", withEmptyChunks],
])("a stream that comes %s", (_, cut) => {
  it.each(vectors)("$why", ({ stream, base64, events, retry, lastEventId }) => {
    const bytes = base64 === undefined ? Buffer.from(stream ?? "") : Buffer.from(base64, "base64");
    const reader = new EventStreamReader();
    expect(eventsOf(cut(bytes).flatMap((chunk) => reader.push(chunk)))).toEqual(events);
    expect(reader.retry).toBe(retry);
    expect(reader.lastEventId).toBe(lastEventId);
  });
});

it("every stream gives the same wherever it is cut in two", () => {
  for (const { stream = "", events } of vectors.filter((vector) => vector.stream !== undefined)) {
    const bytes = Buffer.from(stream);
    for (let at = 0; at <= bytes.length; at++) {
      const reader = new EventStreamReader();
      expect(eventsOf([...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at))])).toEqual(events);
    }
  }
});
