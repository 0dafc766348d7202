import { once } from "node:events";
import { constants, createDeflateRaw, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ProtocolViolation } from "./protocol-violation.ts";
import { Deflate } from "./websocket-deflate.ts";

const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** Compresses as a server does: one stream for the connection, or one for each message. */
async function compressed(messages: readonly Buffer[], keepsContext: boolean, windowBits = 15): Promise<Buffer[]> {
  const payloads: Buffer[] = [];
  let stream = createDeflateRaw({ windowBits });
  for (const message of messages) {
    if (!keepsContext) stream = createDeflateRaw({ windowBits });
    const pieces: Buffer[] = [];
    const keep = (piece: Buffer) => pieces.push(piece);
    stream.on("data", keep);
    stream.write(message);
    await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
    stream.off("data", keep);
    const whole = Buffer.concat(pieces);
    expect(whole.subarray(-4)).toEqual(TAIL);
    payloads.push(whole.subarray(0, -4));
  }
  stream.end();
  stream.resume();
  await once(stream, "end");
  return payloads;
}

const short = ['{"type":"pong"}', '{"text":"hello, hello, hello"}', '{"text":"hello again"}', '{"type":"pong"}', ""];
const messages = short.map((text) => Buffer.from(text));

describe("inflates what a server compressed", () => {
  it("with its context kept over several messages", async () => {
    const payloads = await compressed(messages, true);
    const deflate = new Deflate("permessage-deflate");

    expect(payloads.map((payload) => deflate.inflate(payload))).toEqual(messages);
    // That the second pong leans on the first shows that there was a context to keep.
    expect(payloads[3]?.length).toBeLessThan(payloads[0]?.length ?? 0);
    expect(() => new Deflate("permessage-deflate").inflate(payloads[3] ?? Buffer.alloc(0))).toThrow(ProtocolViolation);
  });

  it("without context", async () => {
    const deflate = new Deflate("permessage-deflate; server_no_context_takeover");
    const payloads = await compressed(messages, false);

    expect(payloads.map((payload) => deflate.inflate(payload))).toEqual(messages);
  });

  it("with a context of more than a window", async () => {
    const noise = (seed: number) =>
      Buffer.from(Array.from({ length: 20_000 }, (_, at) => Math.imul(at + seed, 2_654_435_761) >>> 24));
    const long = [noise(1), noise(30_000), noise(1), noise(30_000), Buffer.from("end")];
    const deflate = new Deflate("permessage-deflate");

    expect((await compressed(long, true)).map((payload) => deflate.inflate(payload))).toEqual(long);
  });

  it("with a smaller window that it announced", async () => {
    const deflate = new Deflate("permessage-deflate; server_max_window_bits=9");
    const payloads = await compressed(messages, true, 9);

    expect(payloads.map((payload) => deflate.inflate(payload))).toEqual(messages);
  });
});

describe("compresses what a server can inflate", () => {
  it.each([
    ["permessage-deflate", 15],
    ["permessage-deflate; client_max_window_bits=9", 9],
    ["permessage-deflate; client_no_context_takeover; client_max_window_bits=15", 15],
  ])("%s", (answer, windowBits) => {
    const deflate = new Deflate(answer);
    for (const message of messages) {
      const payload = deflate.deflate(message) ?? Buffer.alloc(0);
      const inflated = inflateRawSync(Buffer.concat([payload, TAIL]), {
        windowBits,
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      expect(inflated).toEqual(message);
    }
  });

  it("leaves it where the agreed window is smaller than zlib's smallest", () => {
    expect(new Deflate("permessage-deflate; client_max_window_bits=8").deflate(Buffer.from("x"))).toBeUndefined();
  });
});

describe("what RFC 7692 forbids is a violation", () => {
  it.each([
    "x-webkit-deflate-frame",
    "permessage-deflate, permessage-deflate",
    "permessage-deflate; unheard_of",
    "permessage-deflate; server_no_context_takeover=1",
    "permessage-deflate; client_no_context_takeover=true",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; server_max_window_bits",
    "permessage-deflate; server_max_window_bits=7",
    "permessage-deflate; client_max_window_bits=16",
    "permessage-deflate; client_max_window_bits=09",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
  ])("the answer %s", (answer) => {
    expect(() => new Deflate(answer)).toThrow(ProtocolViolation);
  });

  it("a value in quotes is none", () => {
    expect(() => new Deflate('permessage-deflate; server_max_window_bits="12"')).not.toThrow();
  });

  it.each([
    ["text that was never compressed", Buffer.from('{"type":"pong"}')],
    ["a block of a kind that does not exist", Buffer.from([0xff, 0xff, 0xff])],
  ])("a message that is %s", (_, payload) => {
    expect(() => new Deflate("permessage-deflate").inflate(payload)).toThrow(/can't be inflated.*RFC 7692/);
  });

  it("a message that inflates to far more than was asked for", async () => {
    const [bomb = Buffer.alloc(0)] = await compressed([Buffer.alloc(17 * 1024 * 1024)], true);

    expect(bomb.length).toBeLessThan(100_000);
    expect(() => new Deflate("permessage-deflate").inflate(bomb)).toThrow(ProtocolViolation);
  });
});
