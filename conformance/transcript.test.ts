import { describe, expect, it } from "vitest";
import { Transcript } from "./transcript.ts";

describe("a transcript", () => {
  it("keeps texts and bytes, in order and with their times", () => {
    const transcript = new Transcript();
    transcript.record("alice", "sent", "text", "hello");
    transcript.record("bob", "received", "binary", Buffer.from([0, 255]));

    const [first, second, ...more] = transcript.entries;
    expect(first).toEqual({ atMs: first?.atMs, connection: "alice", direction: "sent", kind: "text", text: "hello" });
    expect(second).toMatchObject({ connection: "bob", direction: "received", kind: "binary", hex: "00ff" });
    expect(more).toEqual([]);
    expect(first?.atMs).toBeGreaterThanOrEqual(0);
    expect(second?.atMs).toBeGreaterThanOrEqual(first?.atMs ?? Number.NaN);
  });

  it("keeps 2000 characters of a text, and says how many there were", () => {
    const transcript = new Transcript();
    for (const length of [2_000, 2_001]) transcript.record("a", "sent", "text", "x".repeat(length));

    expect(transcript.entries.map(({ text }) => text)).toEqual([
      "x".repeat(2_000),
      `${"x".repeat(2_000)}… (2001 characters in all)`,
    ]);
  });

  it("keeps 2000 hex digits of bytes, and says how many there were", () => {
    const transcript = new Transcript();
    for (const length of [1_000, 1_001, 5_000]) transcript.record("a", "sent", "binary", Buffer.alloc(length, 0xab));

    expect(transcript.entries.map(({ hex }) => hex)).toEqual([
      "ab".repeat(1_000),
      `${"ab".repeat(1_000)}… (2002 hex digits in all)`,
      `${"ab".repeat(1_000)}… (10000 hex digits in all)`,
    ]);
  });

  it("keeps beginning and end where it gets long, and says what it left out", () => {
    const transcript = new Transcript();
    const record = (count: number, from = 0) => {
      for (let index = from; index < from + count; index++) transcript.record("a", "sent", "text", String(index));
    };
    record(2_000);
    expect(transcript.entries).toHaveLength(2_000);
    expect(transcript.entries.some(({ kind }) => kind === "left")).toBe(false);

    record(3_000, 2_000);
    const texts = transcript.entries.map(({ text }) => text);
    expect(texts).toHaveLength(2_001);
    expect(texts.slice(999, 1_002)).toEqual(["999", "3000 more entries were left out here", "4000"]);
    expect(texts.at(-1)).toBe("4999");
  });
});
