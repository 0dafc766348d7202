import { describe, expect, it } from "vitest";
import { ProtocolViolation } from "./protocol-violation.ts";
import {
  decodeClosePayload,
  decodeUtf8,
  encodeClosePayload,
  encodeFrame,
  type Frame,
  FrameReader,
  Opcode,
} from "./websocket-frames.ts";

const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 256));

function read(from: "server" | "client", bytes: Buffer | readonly Buffer[]): Frame[] {
  const reader = new FrameReader(from);
  const frames: Frame[] = [];
  for (const piece of [bytes].flat()) frames.push(...reader.push(piece));
  expect(reader.midFrame).toBe(false);
  return frames;
}

/** Texts, since to compare long buffers one by one takes long. */
const texts = (frames: readonly Pick<Frame, "payload">[]) => frames.map(({ payload }) => payload.toString("base64"));

/** The same numbers each time, from 0 to below `below`. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

describe("the examples of RFC 6455, section 5.7", () => {
  const text = { rsv1: false, opcode: Opcode.text };
  const hello = { ...text, fin: true, payload: Buffer.from("Hello") };

  it("an unmasked text", () => {
    expect(read("server", hex("81 05 48 65 6c 6c 6f"))).toEqual([hello]);
    expect(encodeFrame(Opcode.text, Buffer.from("Hello"), { mask: false })).toEqual(hex("81 05 48 65 6c 6c 6f"));
  });

  it("a masked text", () => {
    expect(read("client", hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"))).toEqual([{ ...hello, maskKey: "37fa213d" }]);
  });

  it("a fragmented text", () => {
    expect(read("server", hex("01 03 48 65 6c 80 02 6c 6f"))).toEqual([
      { ...text, fin: false, payload: Buffer.from("Hel") },
      { fin: true, rsv1: false, opcode: Opcode.continuation, payload: Buffer.from("lo") },
    ]);
    expect(encodeFrame(Opcode.text, Buffer.from("Hel"), { fin: false, mask: false })).toEqual(hex("01 03 48 65 6c"));
  });

  it("a ping, and the masked pong that answers it", () => {
    expect(read("server", hex("89 05 48 65 6c 6c 6f"))).toEqual([{ ...hello, opcode: Opcode.ping }]);
    expect(read("client", hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"))).toEqual([
      { ...hello, opcode: Opcode.pong, maskKey: "37fa213d" },
    ]);
  });

  it.each([
    [256, "82 7e 01 00"],
    [65_536, "82 7f 00 00 00 00 00 01 00 00"],
  ])("%i bytes of binary", (length, head) => {
    const frame = Buffer.concat([hex(head), bytes(length)]);

    expect(encodeFrame(Opcode.binary, bytes(length), { mask: false }).equals(frame)).toBe(true);
    expect(texts(read("server", frame))).toEqual(texts([{ payload: bytes(length) }]));
  });
});

describe("what is written can be read", () => {
  it.each([
    [0, 0],
    [1, 0],
    [125, 0],
    [126, 2],
    [65_535, 2],
    [65_536, 8],
  ])("a payload of %i bytes, whose length takes %i bytes more", (length, extended) => {
    for (const mask of [true, false]) {
      const frame = encodeFrame(Opcode.binary, bytes(length), { mask });

      expect(frame.length).toBe(2 + extended + (mask ? 4 : 0) + length);
      expect(texts(read(mask ? "client" : "server", frame))).toEqual(texts([{ payload: bytes(length) }]));
    }
  });

  it("with any fin, RSV1 and opcode", () => {
    for (const options of [{ fin: false }, { rsv1: true }, { fin: false, rsv1: true }]) {
      const [frame] = read("client", encodeFrame(Opcode.text, bytes(3), options));
      expect(frame).toMatchObject({ fin: true, rsv1: false, ...options, opcode: Opcode.text, payload: bytes(3) });
    }
  });

  it("and what the writer was given is left as it was", () => {
    const payload = Buffer.from("Hello");
    encodeFrame(Opcode.text, payload);
    expect(payload).toEqual(Buffer.from("Hello"));
  });
});

describe("however the bytes are cut", () => {
  const lengths = [0, 3, 125, 126, 300, 65_535, 65_536, 1];
  const stream = Buffer.concat(lengths.map((length) => encodeFrame(Opcode.binary, bytes(length))));
  const expected = texts(lengths.map((length) => ({ payload: bytes(length) })));

  it("in one piece", () => {
    expect(texts(read("client", stream))).toEqual(expected);
  });

  it("byte by byte", () => {
    expect(
      texts(
        read(
          "client",
          Array.from(stream, (byte) => Buffer.of(byte)),
        ),
      ),
    ).toEqual(expected);
  });

  it.each([1, 2, 3, 4, 5])("at random places, seed %i", (seed) => {
    const next = numbers(seed);
    const pieces: Buffer[] = [];
    for (let start = 0; start < stream.length; ) {
      const end = start + next(next(2) === 0 ? 8 : 9_000);
      pieces.push(stream.subarray(start, end));
      start = end;
    }
    expect(texts(read("client", pieces))).toEqual(expected);
  });

  it("a frame comes as soon as its last byte has, and not before", () => {
    const reader = new FrameReader("server");
    expect(reader.midFrame).toBe(false);
    expect(reader.push(hex("81 02 48"))).toEqual([]);
    expect(reader.midFrame).toBe(true);
    expect(reader.push(hex("69"))).toHaveLength(1);
    expect(reader.midFrame).toBe(false);
  });
});

describe("what RFC 6455 forbids is a violation", () => {
  it.each([
    ["RSV2", "server", "a1 00", /RSV2/],
    ["RSV3", "server", "91 00", /RSV3/],
    ["RSV1 on a control frame", "server", "c9 00", /RSV1/],
    ["the data opcode 3", "server", "83 00", /unknown opcode 3/],
    ["the control opcode 11", "server", "8b 00", /unknown opcode 11/],
    ["a masked frame from a server", "server", "81 80 00 00 00 00", /masked frame from a server/],
    ["an unmasked frame from a client", "client", "81 00", /unmasked frame from a client/],
    ["a fragmented ping", "server", "09 00", /control frame/],
    ["a Close frame of 126 bytes", "server", "88 7e 00 7e", /control frame/],
    ["a length far beyond all that was asked for", "server", "82 7f 00 00 01 00 00 00 00 00", /1099511627776 bytes/],
    ["a length with its highest bit set", "server", "82 7f 80 00 00 00 00 00 00 00", /bytes/],
    ["125 bytes written with 2 bytes of length", "server", "82 7e 00 7d", /minimal/],
    ["65535 bytes written with 8 bytes of length", "server", "82 7f 00 00 00 00 00 00 ff ff", /minimal/],
  ] as const)("%s", (_, from, digits, message) => {
    const push = () => new FrameReader(from).push(hex(digits));
    expect(push).toThrow(ProtocolViolation);
    expect(push).toThrow(message);
  });

  it("a frame that is only half there is judged by what is there", () => {
    expect(new FrameReader("server").push(hex("a1"))).toEqual([]);
    expect(() => new FrameReader("server").push(hex("8b 05"))).toThrow(ProtocolViolation);
  });
});

describe("the payload of a Close frame", () => {
  it.each([
    [1000, ""],
    [1001, "going away"],
    [3000, ""],
    [4999, "später ☃"],
  ])("%i %s", (code, reason) => {
    expect(decodeClosePayload(encodeClosePayload(code, reason))).toEqual({ code, reason });
  });

  it("may be empty, which reads as 1005", () => {
    expect(encodeClosePayload()).toHaveLength(0);
    expect(decodeClosePayload(Buffer.alloc(0))).toEqual({ code: 1005, reason: "" });
  });

  it("has the code in network byte order", () => {
    expect(encodeClosePayload(1000, "ok")).toEqual(hex("03 e8 6f 6b"));
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])("may not have the code %i", (code) => {
    expect(() => decodeClosePayload(encodeClosePayload(code))).toThrow(ProtocolViolation);
  });

  it("may not be one byte", () => {
    expect(() => decodeClosePayload(hex("03"))).toThrow(/1 byte/);
  });

  it("may not have a reason that is not UTF-8", () => {
    expect(() => decodeClosePayload(hex("03 e8 ff"))).toThrow(/not UTF-8/);
  });
});

describe("UTF-8", () => {
  it("keeps a byte order mark", () => {
    expect(decodeUtf8(hex("ef bb bf 61"), "it")).toBe("\ufeffa");
  });

  it.each([
    ["a lone continuation byte", "80"],
    ["an overlong slash", "c0 af"],
    ["a surrogate", "ed a0 80"],
    ["what lies beyond Unicode", "f4 90 80 80"],
    ["a character cut off", "e2 98"],
  ])("may not be %s", (_, digits) => {
    expect(() => decodeUtf8(hex(digits), "a text message")).toThrow(/^a text message that is not UTF-8/);
  });
});
