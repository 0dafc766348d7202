/** Reads the WebSocket frames of a server by their headers, without copying what is in them. */
import { Carry } from "./carry.ts";
import type { Reader } from "./reader.ts";

/** Who is told of what was read. Buffers are good during the call only. */
export interface FrameListener {
  /** A whole text or binary message: what is in `buffer` from `start` up to `end`. */
  message(buffer: Buffer, start: number, end: number): void;
  /** The same, compressed. */
  compressed(buffer: Buffer, start: number, end: number): void;
  /** A whole control frame: Close, Ping or Pong. */
  control(opcode: number, payload: Buffer): void;
}

/** Opcodes of frames (RFC 6455, 5.2). */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FIN = 0x80;
const RSV1 = 0x40;
const RSV23 = 0x30;
const LONGEST_HEADER = 10;
/** A longer frame is a fault of the server, or of ours. */
const LONGEST_PAYLOAD = 2 ** 30;

/** Thrown when the bytes are no frames that a server may send. */
export class BadFrame extends Error {
  override readonly name = "BadFrame";
}

/** Takes what a server sends after its handshake, cut anywhere. */
export class FrameReader implements Reader {
  readonly #listener: FrameListener;
  /** A frame that was not there as a whole. */
  readonly #carry = new Carry();
  /** Fragments of a message that is not there as a whole. */
  readonly #fragments = new Carry();
  #fragmented = false;
  #fragmentsCompressed = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Whether the next byte begins a message. */
  get isBetween(): boolean {
    return this.#carry.length === 0 && !this.#fragmented;
  }

  /** @throws BadFrame if no server may send this */
  read(buffer: Buffer, start: number, end: number): void {
    let at = start;
    if (this.#carry.length > 0) at = this.#completeCarry(buffer, start, end);
    while (at < end) {
      const next = frameEnd(buffer, at, end);
      if (next < 0 || next > end) {
        this.#carry.append(buffer, at, end);
        return;
      }
      this.#frame(buffer, at, next);
      at = next;
    }
  }

  /** Adds to the frame that was cut as much as belongs to it. Returns where the next begins. */
  #completeCarry(buffer: Buffer, start: number, end: number): number {
    const carry = this.#carry;
    let at = start;
    let size = frameEnd(carry.bytes, 0, carry.length);
    while (size < 0 && at < end && carry.length < LONGEST_HEADER) {
      carry.append(buffer, at, ++at);
      size = frameEnd(carry.bytes, 0, carry.length);
    }
    if (size < 0) return end;
    const upTo = Math.min(end, at + size - carry.length);
    carry.append(buffer, at, upTo);
    if (carry.length === size) {
      this.#frame(carry.bytes, 0, size);
      carry.drop(size);
    }
    return upTo;
  }

  #frame(buffer: Buffer, start: number, end: number): void {
    const first = buffer[start] as number;
    const payload = start + headerBytes(buffer[start + 1] as number);
    const opcode = first & 0x0f;
    if ((first & RSV23) !== 0) throw new BadFrame(`a frame begins with the byte ${first}`);
    if (opcode >= Opcode.close) this.#listener.control(opcode, buffer.subarray(payload, end));
    else if (opcode !== Opcode.continuation && (first & FIN) !== 0) {
      if ((first & RSV1) === 0) this.#listener.message(buffer, payload, end);
      else this.#listener.compressed(buffer, payload, end);
    } else this.#fragment(first, buffer, payload, end);
  }

  #fragment(first: number, buffer: Buffer, start: number, end: number): void {
    if (((first & 0x0f) === Opcode.continuation) !== this.#fragmented) throw new BadFrame("fragments in a wrong order");
    if (!this.#fragmented) this.#fragmentsCompressed = (first & RSV1) !== 0;
    this.#fragments.append(buffer, start, end);
    this.#fragmented = (first & FIN) === 0;
    if (this.#fragmented) return;
    const { bytes, length } = this.#fragments;
    if (this.#fragmentsCompressed) this.#listener.compressed(bytes, 0, length);
    else this.#listener.message(bytes, 0, length);
    this.#fragments.drop(length);
  }
}

/** Where the frame that begins at `at` ends; -1 as long as its header is not there as a whole. */
function frameEnd(buffer: Buffer, at: number, end: number): number {
  if (end - at < 2) return -1;
  const second = buffer[at + 1] as number;
  if (second < 126) return at + 2 + second;
  if (second > 127) throw new BadFrame("a server masks its frames");
  if (end - at < headerBytes(second)) return -1;
  if (second === 126) return at + 4 + buffer.readUInt16BE(at + 2);
  const length = Number(buffer.readBigUInt64BE(at + 2));
  if (length > LONGEST_PAYLOAD) throw new BadFrame(`a frame of ${length} bytes`);
  return at + LONGEST_HEADER + length;
}

function headerBytes(second: number): number {
  if (second < 126) return 2;
  return second === 126 ? 4 : LONGEST_HEADER;
}
