import { expect, it } from "vitest";
import { LineReader } from "./lines.ts";

it.each([
  ["one line", ["one\n"], ["one"]],
  ["two in one piece", ["one\ntwo\n"], ["one", "two"]],
  ["one in many pieces", ["o", "n", "e", "\n"], ["one"]],
  ["an empty one", ["\n"], [""]],
  ["one that has not ended", ["one\ntw"], ["one"]],
  ["U+2028 within one", ['"a\u2028b"\n'], ['"a\u2028b"']],
  ["a carriage return within one", ["one\r\n"], ["one\r"]],
])("cuts %s", (_, pieces, lines) => {
  const reader = new LineReader();
  expect(pieces.flatMap((piece) => reader.push(Buffer.from(piece)))).toEqual(lines);
});

it("keeps a character that a piece cuts", () => {
  const reader = new LineReader();
  const bytes = Buffer.from("世界\n");
  expect([...bytes].flatMap((byte) => reader.push(Buffer.from([byte])))).toEqual(["世界"]);
});

it("refuses a line without an end", () => {
  const reader = new LineReader();
  const piece = Buffer.alloc(1024 * 1024, "x");
  expect(() => {
    for (let count = 0; count < 10; count++) reader.push(piece);
  }).toThrow("a line of more than 8388608 bytes");
});
