/** Takes chunks (RFC 9112, 7.1) off the body of a response. */

const CR = 0x0d;
const LF = 0x0a;
/** A size in hex, an extension; nobody sends longer ones. */
const LONGEST_LINE = 1_024;

/** The value of a byte as a digit in hex; -1 if it is none. */
const HEX = Int8Array.from({ length: 256 }, (_, byte) => {
  const digit = String.fromCharCode(byte);
  return /[\da-f]/i.test(digit) ? Number.parseInt(digit, 16) : -1;
});
const MOST_DIGITS = 8;

/** Takes a chunked body, cut anywhere. */
export class ChunkReader {
  readonly #take: (buffer: Buffer, start: number, end: number) => void;
  /** Bytes of the chunk that are still to come; with its line end, which is not handed on. */
  #left = 0;
  #line = "";
  #state: "size" | "data" | "data end" | "trailer" | "ended" = "size";

  /** @param take - gets what is in the chunks, good during the call only */
  constructor(take: (buffer: Buffer, start: number, end: number) => void) {
    this.#take = take;
  }

  /** Whether the body has come to its end. */
  get ended(): boolean {
    return this.#state === "ended";
  }

  /** Whether the next byte begins a chunk. */
  get isBetween(): boolean {
    return this.#state === "size" && this.#line === "";
  }

  /**
   * Returns where it stopped: before `end` only if the body ended there.
   *
   * @throws Error if these are no chunks
   */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && !this.ended) {
      if (this.#state === "data") {
        const upTo = Math.min(end, at + this.#left);
        this.#take(buffer, at, upTo);
        this.#left -= upTo - at;
        if (this.#left === 0) this.#state = "data end";
        at = upTo;
      } else {
        const behind = this.#line === "" ? this.#readPlainLine(buffer, at, end) : -1;
        at = behind < 0 ? this.#readLine(buffer, at, end) : behind;
      }
    }
    return at;
  }

  /** Reads a line that is whole and has nothing unusual: nearly all are. Returns where it ends, -1 if it is another. */
  #readPlainLine(buffer: Buffer, start: number, end: number): number {
    let at = start;
    let size = 0;
    while (at < end && at - start < MOST_DIGITS && (HEX[buffer[at] as number] as number) >= 0) {
      size = size * 16 + (HEX[buffer[at++] as number] as number);
    }
    if (at + 2 > end || buffer[at] !== CR || buffer[at + 1] !== LF) return -1;
    if (this.#state === "size" && at > start && size > 0) {
      this.#left = size;
      this.#state = "data";
    } else if (this.#state === "data end" && at === start) this.#state = "size";
    else return -1;
    return at + 2;
  }

  #readLine(buffer: Buffer, start: number, end: number): number {
    const found = buffer.indexOf(LF, start);
    const upTo = found < 0 || found >= end ? end : found + 1;
    this.#line += buffer.toString("latin1", start, upTo);
    if (this.#line.length > LONGEST_LINE) throw new Error("a chunk whose size does not end");
    if (this.#line.endsWith("\n")) {
      this.#lineRead(this.#line.trim());
      this.#line = "";
    }
    return upTo;
  }

  #lineRead(line: string): void {
    if (this.#state === "size") {
      const size = /^[\da-f]{1,8}(?=$|[ ;])/i.exec(line)?.[0];
      if (size === undefined) throw new Error(`a chunk of the size ${JSON.stringify(line)}`);
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailer" : "data";
    } else if (this.#state === "data end") {
      if (line !== "") throw new Error("a chunk that is longer than its size");
      this.#state = "size";
    } else if (line === "") this.#state = "ended";
  }
}
