/** Inflates messages that were compressed each for itself, and the same one once only. */
import { constants, inflateRawSync } from "node:zlib";

/** What a sender leaves off the end of a compressed message (RFC 7692, 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** How many are remembered: all subscribers get the same messages, at about the same time. */
const REMEMBERED = 1_024;

/** Remembers the last messages, because comparing bytes is far cheaper than inflating them. */
export class Inflation {
  readonly #seen: { compressed: Buffer; text: Buffer }[] = [];

  /** @param place - of the message among those that its subscriber gets */
  inflate(place: number, buffer: Buffer, start: number, end: number): Buffer {
    const index = place % REMEMBERED;
    const seen = this.#seen[index];
    if (seen !== undefined && seen.compressed.compare(buffer, start, end) === 0) return seen.text;
    const compressed = Buffer.from(buffer.subarray(start, end));
    const text = inflateRawSync(Buffer.concat([compressed, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
    this.#seen[index] = { compressed, text };
    return text;
  }
}
