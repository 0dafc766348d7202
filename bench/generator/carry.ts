/** What is left over of one read, for the next. */

const LEAST_BYTES = 512;

/** Bytes of a frame or an event that has begun and not ended. It takes no memory until there are any. */
export class Carry {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** The bytes, good until the next call. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Adds `source` from `start` up to `end`. */
  append(source: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(LEAST_BYTES, 2 * length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    source.copy(this.#buffer, this.#length, start, end);
    this.#length = length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.#buffer.copy(this.#buffer, 0, count, this.#length);
    this.#length -= count;
  }
}
