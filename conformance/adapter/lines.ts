/** Cuts bytes into lines at the byte 0x0A, and at nothing else: U+2028 within a JSON string is no end of a line. */

/** Far above what a report has to say. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** Collects the bytes of one stream of lines. */
export class LineReader {
  #pieces: Buffer[] = [];
  #size = 0;

  /** The beginning of a line that has not ended. */
  get pending(): string {
    return Buffer.concat(this.#pieces).toString("utf8");
  }

  /**
   * Takes the next bytes.
   *
   * @returns the lines that they complete, without their ends.
   * @throws Error where a line has no end.
   */
  push(bytes: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      this.#pieces.push(bytes.subarray(start, end));
      lines.push(this.pending);
      this.#pieces = [];
      this.#size = 0;
      start = end + 1;
    }
    if (start < bytes.length) this.#pieces.push(bytes.subarray(start));
    this.#size += bytes.length - start;
    if (this.#size > MAX_LINE_BYTES) throw new Error(`a line of more than ${MAX_LINE_BYTES} bytes`);
    return lines;
  }
}
