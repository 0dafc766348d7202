/** RFC 6455 frames as bytes: the writer writes whatever it is told, the reader refuses what the RFC forbids. */
import { randomBytes } from "node:crypto";
import { ProtocolViolation } from "./protocol-violation.ts";

/** The opcodes of RFC 6455, section 5.2. */
export const Opcode = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** One frame, unmasked. */
export interface Frame {
  fin: boolean;
  rsv1: boolean;
  opcode: number;
  payload: Buffer;
  /** The key that it was masked with, in hexadecimal. */
  maskKey?: string;
}

/** What can be set when a frame is written; a frame is final and masked unless said otherwise. */
export interface FrameOptions {
  fin?: boolean;
  rsv1?: boolean;
  /** Mask the payload, as a client must. Default true. */
  mask?: boolean;
}

/** Far above all that the kit asks for: a length beyond it is a broken header, not a message. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** @returns the bytes of one frame. */
export function encodeFrame(opcode: number, payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv1 = false, mask = true } = options;
  const length = payload.length;
  const extended = length > 0xffff ? 8 : length > 125 ? 2 : 0;
  const frame = Buffer.alloc(2 + extended + (mask ? 4 : 0) + length);
  frame[0] = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
  frame[1] = (mask ? 0x80 : 0) | (extended === 8 ? 127 : extended === 2 ? 126 : length);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  const start = frame.length - length;
  frame.set(payload, start);
  if (mask) {
    const key = randomBytes(4);
    key.copy(frame, start - 4);
    applyMask(frame.subarray(start), key);
  }
  return frame;
}

/** @returns the payload of a Close frame; with no code, an empty one. */
export function encodeClosePayload(code?: number, reason = ""): Buffer {
  if (code === undefined) return Buffer.alloc(0);
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}

/**
 * Reads the payload of a Close frame.
 *
 * @returns code and reason; code 1005 for an empty payload, as RFC 6455, section 7.1.5 has it.
 * @throws ProtocolViolation on a payload of one byte, a code that must not be sent, or a reason that is not UTF-8.
 */
export function decodeClosePayload(payload: Buffer): { code: number; reason: string } {
  if (payload.length === 0) return { code: 1005, reason: "" };
  if (payload.length === 1) throw new ProtocolViolation("a Close frame with a payload of 1 byte (RFC 6455, 5.5.1)");
  const code = payload.readUInt16BE();
  const sendable =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  if (!sendable) throw new ProtocolViolation(`a Close frame with code ${code}, which must not be sent (RFC 6455, 7.4)`);
  return { code, reason: decodeUtf8(payload.subarray(2), "the reason of a Close frame") };
}

/** @throws ProtocolViolation where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ProtocolViolation(`${what} that is not UTF-8 (RFC 6455, 8.1)`);
  }
}

/** Cuts a stream of bytes into frames, whatever the pieces it comes in. */
export class FrameReader {
  readonly #masked: boolean;
  #pieces: Buffer[] = [];
  #size = 0;

  /** @param from - whose frames these are: a client's have to be masked, a server's must not be. */
  constructor(from: "server" | "client") {
    this.#masked = from === "client";
  }

  /**
   * Takes the next bytes.
   *
   * @returns the frames that they complete.
   * @throws ProtocolViolation on a frame that RFC 6455, sections 5.1 to 5.5, forbids in itself.
   */
  push(bytes: Buffer): Frame[] {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#size > 0;
  }

  #next(): Frame | undefined {
    const head = this.#peek(14);
    const [first, second] = head;
    if (first === undefined || second === undefined) return undefined;
    const opcode = first & 0x0f;
    const fin = (first & 0x80) !== 0;
    const masked = (second & 0x80) !== 0;
    if ((first & 0x30) !== 0) throw new ProtocolViolation("a frame with RSV2 or RSV3 set (RFC 6455, 5.2)");
    if (!(Object.values(Opcode) as number[]).includes(opcode)) {
      throw new ProtocolViolation(`a frame with the unknown opcode ${opcode} (RFC 6455, 5.2)`);
    }
    if (masked !== this.#masked) {
      throw new ProtocolViolation(
        masked ? "a masked frame from a server (RFC 6455, 5.1)" : "an unmasked frame from a client (RFC 6455, 5.1)",
      );
    }
    let length = second & 0x7f;
    if (opcode >= Opcode.close && (first & 0x40) !== 0) {
      throw new ProtocolViolation("a control frame with RSV1 set (RFC 6455, 5.2; RFC 7692, 6.1)");
    }
    if (opcode >= Opcode.close && (!fin || length > 125)) {
      throw new ProtocolViolation("a control frame that is fragmented or longer than 125 bytes (RFC 6455, 5.5)");
    }
    let start = 2;
    if (length === 126) {
      if (head.length < 4) return undefined;
      length = head.readUInt16BE(2);
      start = 4;
      if (length < 126) throw notMinimal(length);
    } else if (length === 127) {
      if (head.length < 10) return undefined;
      const long = head.readBigUInt64BE(2);
      if (long > MAX_PAYLOAD_BYTES)
        throw new ProtocolViolation(`a frame that declares ${long} bytes, far more than was asked for`);
      length = Number(long);
      start = 10;
      if (length < 65_536) throw notMinimal(length);
    }
    const key = start;
    if (masked) start += 4;
    if (this.#size < start + length) return undefined;
    const bytes = this.#take(start + length);
    const payload = Buffer.from(bytes.subarray(start));
    const frame = { fin, rsv1: (first & 0x40) !== 0, opcode, payload };
    if (!masked) return frame;
    const maskKey = bytes.subarray(key, key + 4);
    applyMask(payload, maskKey);
    return { ...frame, maskKey: maskKey.toString("hex") };
  }

  #peek(count: number): Buffer {
    const [first] = this.#pieces;
    if (first === undefined) return Buffer.alloc(0);
    if (first.length >= count || this.#pieces.length === 1) return first.subarray(0, count);
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined.subarray(0, count);
  }

  #take(count: number): Buffer {
    const joined = this.#pieces.length === 1 && this.#pieces[0] ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = joined.length > count ? [joined.subarray(count)] : [];
    this.#size -= count;
    return joined.subarray(0, count);
  }
}

function notMinimal(length: number): ProtocolViolation {
  return new ProtocolViolation(`a frame whose length of ${length} is not written in the minimal form (RFC 6455, 5.2)`);
}

function applyMask(bytes: Buffer, key: Buffer): void {
  for (let index = 0; index < bytes.length; index++) bytes[index] = (bytes[index] ?? 0) ^ (key[index & 3] ?? 0);
}
