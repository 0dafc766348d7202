import { describe, expect, it } from "vitest";
import { awkwardPieces, oneByOne } from "./pieces.ts";

const texts = (pieces: Buffer[]) => pieces.map((piece) => piece.toString("latin1"));

describe("pieces", () => {
  it("are single bytes", () => {
    expect(texts(oneByOne(Buffer.from("a\r\n")))).toEqual(["a", "\r", "\n"]);
  });

  it("are cut between CR and LF, and behind all line ends", () => {
    const bytes = Buffer.from("data: a\r\n\ndata:b\r\r");
    expect(texts(awkwardPieces(bytes))).toEqual(["data: a\r", "\n", "\n", "data:b\r", "\r"]);
  });

  it("are cut within characters", () => {
    expect(awkwardPieces(Buffer.from("a世b")).map((piece) => piece.length)).toEqual([2, 1, 2]);
  });
});
