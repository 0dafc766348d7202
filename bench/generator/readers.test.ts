import { expect, it } from "vitest";
import { ChunkReader } from "./chunk-reader.ts";
import { EventReader } from "./event-reader.ts";
import { BadFrame, FrameReader } from "./frame-reader.ts";
import { readResponseHead } from "./response-head.ts";

/** All ways to cut some bytes in pieces of one size, each in a buffer that has something else before and behind it. */
function cuts(bytes: Buffer): ((read: (buffer: Buffer, start: number, end: number) => void) => void)[] {
  return Array.from({ length: bytes.length }, (_, index) => (read) => {
    for (let at = 0; at < bytes.length; at += index + 1) {
      const piece = bytes.subarray(at, at + index + 1);
      read(Buffer.concat([Buffer.from("\n\n"), piece, Buffer.from("\n\n")]), 2, 2 + piece.length);
    }
  });
}

function frame(first: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  if (body.length < 126) return Buffer.concat([Buffer.from([first, body.length]), body]);
  if (body.length < 65_536)
    return Buffer.concat([Buffer.from([first, 126, body.length >> 8, body.length & 255]), body]);
  const head = Buffer.alloc(10);
  head.set([first, 127]);
  head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}

function readFrames(bytes: Buffer, cut: (read: (buffer: Buffer, start: number, end: number) => void) => void) {
  const seen: string[] = [];
  const reader = new FrameReader({
    message: (buffer, start, end) => seen.push(`message ${buffer.toString("latin1", start, end)}`),
    compressed: (buffer, start, end) => seen.push(`compressed ${buffer.toString("latin1", start, end)}`),
    control: (opcode, payload) => seen.push(`${opcode} ${payload}`),
  });
  cut((buffer, start, end) => reader.read(buffer, start, end));
  return { seen, bytes };
}

it("reads frames of all sizes, wherever they are cut", () => {
  const middle = "y".repeat(200);
  const bytes = Buffer.concat([
    frame(0x81, "one"),
    frame(0x89, "ping"),
    frame(0x82, ""),
    frame(0x81, middle),
    frame(0x01, "frag"),
    frame(0x8a, ""),
    frame(0x80, "ments"),
    frame(0xc1, "zip"),
    frame(0x41, "z"),
    frame(0x80, "ip"),
  ]);
  const expected = ["message one", "9 ping", "message ", `message ${middle}`, "10 ", "message fragments"];
  for (const cut of cuts(bytes)) {
    expect(readFrames(bytes, cut).seen).toEqual([...expected, "compressed zip", "compressed zip"]);
  }
});

it("reads a frame that takes several reads", () => {
  const large = "z".repeat(70_000);
  const bytes = Buffer.concat([frame(0x81, large), frame(0x81, "next")]);
  const { seen } = readFrames(bytes, (read) => {
    for (let at = 0; at < bytes.length; at += 9_999) read(bytes, at, Math.min(bytes.length, at + 9_999));
  });

  expect(seen).toEqual([`message ${large}`, "message next"]);
});

it.each([
  ["a mask", [0x81, 0x80, 1, 2, 3, 4]],
  ["reserved bits", [0x91, 0]],
  ["a continuation of nothing", [0x80, 0]],
  ["an endless frame", [0x82, 127, 0, 1, 0, 0, 0, 0, 0, 0]],
])("refuses %s", (_, bytes) => {
  const reader = new FrameReader({ message() {}, compressed() {}, control() {} });
  expect(() => reader.read(Buffer.from(bytes), 0, bytes.length)).toThrow(BadFrame);
});

it.each([
  ["LF", "\n"],
  ["CR LF", "\r\n"],
])("cuts events that end with %s, wherever they are cut", (_, newLine) => {
  const events = ["data: 1", "id: 2", "data: 2", ": comment"].map((line) => `${line}${newLine}${newLine}`);
  events[1] = `id: 2${newLine}${events[2]}`;
  events.splice(2, 1);
  const bytes = Buffer.from(`${events.join("")}data: half${newLine}`);
  for (const cut of cuts(bytes)) {
    const seen: string[] = [];
    const reader = new EventReader({
      shortest: 0,
      message: (buffer, start, end) => seen.push(buffer.toString("latin1", start, end)) > 0,
    });
    cut((buffer, start, end) => reader.read(buffer, start, end));
    expect(seen).toEqual(events);
  }
});

it("finds each event among others of its length and of its double, with comments between", () => {
  const event = (text: string) => `data: ${text}\n\n`;
  const [one, two] = [event("x".repeat(20)), event("y".repeat(20))];
  const double = event("z".repeat(2 * one.length - 8));
  const bytes = Buffer.from([one, two, double, one, two, ":\n\n", two, double, double, one, two].join(""));
  for (const cut of cuts(bytes)) {
    let text = "";
    let found = 0;
    const reader = new EventReader({
      shortest: 20,
      message: (buffer, start, end) => {
        text += buffer.toString("latin1", start, end);
        if (end - start >= 20) found++;
        return true;
      },
    });
    cut((buffer, start, end) => reader.read(buffer, start, end));
    expect([text, found]).toEqual([bytes.toString(), 10]);
  }
});

it("takes chunks off a body, wherever it is cut, and stops at its end", () => {
  const bytes = Buffer.from("5\r\nHello\r\nA;x=y\r\n, world!!!\r\n0\r\nTrailer: 1\r\n\r\nHTTP/1.1");
  for (const cut of cuts(bytes)) {
    let text = "";
    let rest = "";
    const reader = new ChunkReader((buffer, start, end) => {
      text += buffer.toString("latin1", start, end);
    });
    cut((buffer, start, end) => {
      rest += buffer.toString("latin1", reader.read(buffer, start, end), end);
    });
    expect([text, rest, reader.ended]).toEqual(["Hello, world!!!", "HTTP/1.1", true]);
  }
});

it("refuses what are no chunks", () => {
  const read = (text: string) => new ChunkReader(() => {}).read(Buffer.from(text), 0, text.length);
  expect(() => read("data: 1\n\n")).toThrow(/size/);
  expect(() => read("3\r\nabcd\r\n")).toThrow(/longer/);
});

it("reads the head of a response once it is there", () => {
  const text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nX:\r\n\r\n";

  expect(readResponseHead(Buffer.from(text.slice(0, -1)))).toBeUndefined();
  const head = readResponseHead(Buffer.from(`${text}rest`));
  expect(head).toMatchObject({ status: 101, end: text.length });
  expect(head?.headers.get("upgrade")).toBe("WebSocket");
  expect(() => readResponseHead(Buffer.from("SSH-2.0\r\n\r\n"))).toThrow(/no HTTP/);
});
