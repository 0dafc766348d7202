/** Finds the number of a message in what was delivered, without parsing it. */

const ZERO = 0x30;
const NINE = 0x39;
/** How much after the run's name may stand before the number has begun: spaces, quotes, backslashes, a line break. */
const REACH = 64;

/**
 * Looks for the messages of one run. A server may wrap a message, or serialise it anew: so the number is looked for where
 * it was the last time, and searched for if it is not there.
 */
export class MessageFinder {
  readonly #run: Buffer;
  readonly #bytes: number;
  readonly #pattern: RegExp;
  /** Where the name of the run and the number were the last time, from the start of the payload. */
  #runAt = -1;
  #digitsAt = -1;
  /** The end of the number that was found last. */
  #digitsEnd = 0;

  /** @param bytes - the size of a message: what is shorter has lost some of it, and is not taken for one */
  constructor(run: string, bytes: number) {
    this.#run = Buffer.from(run);
    this.#bytes = bytes;
    this.#pattern = new RegExp(`^${run}\\\\*"\\s*,\\s*\\\\*"sequence\\\\*"\\s*:\\s*(?=\\d+\\s*[,}])`);
  }

  /** The number of the message in `buffer` from `start` up to `end`; -1 if there is none of this run. */
  sequenceIn(buffer: Buffer, start: number, end: number): number {
    if (end - start < this.#bytes) return -1;
    if (this.#runAt >= 0 && this.#isRun(buffer, start + this.#runAt)) {
      const sequence = this.#numberAt(buffer, start + this.#digitsAt, end);
      if (sequence >= 0) return sequence;
    }
    return this.#search(buffer, start, end);
  }

  /** When the message that was found last was sent, in microseconds; NaN if that can't be read any more. */
  sentAtIn(buffer: Buffer, end: number): number {
    const name = buffer.indexOf("sentAt", this.#digitsEnd, "latin1");
    if (name < 0 || name >= end) return Number.NaN;
    let at = name + "sentAt".length;
    while (at < end && !isDigit(buffer[at])) at++;
    const sentAt = this.#numberAt(buffer, at, end);
    return sentAt < 0 ? Number.NaN : sentAt;
  }

  #isRun(buffer: Buffer, at: number): boolean {
    const run = this.#run;
    for (let index = 0; index < run.length; index++) if (buffer[at + index] !== run[index]) return false;
    return true;
  }

  /** The number whose first digit is there, if it is one that ends as numbers of JSON objects do; else -1. */
  #numberAt(buffer: Buffer, from: number, end: number): number {
    let at = from;
    let value = 0;
    for (; at < end; at++) {
      const digit = (buffer[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    // What comes before the number must not be a digit too: the number would be another one.
    if (at === from || isDigit(buffer[from - 1]) || !endsNumber(buffer[at])) return -1;
    this.#digitsEnd = at;
    return value;
  }

  #search(buffer: Buffer, start: number, end: number): number {
    for (let at = buffer.indexOf(this.#run, start); at >= 0 && at < end; at = buffer.indexOf(this.#run, at + 1)) {
      const text = buffer.toString("latin1", at, Math.min(end, at + this.#run.length + REACH));
      const match = this.#pattern.exec(text);
      if (!match) continue;
      const digits = at + match[0].length;
      const sequence = this.#numberAt(buffer, digits, end);
      if (sequence < 0) continue;
      this.#runAt = at - start;
      this.#digitsAt = digits - start;
      return sequence;
    }
    return -1;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** A comma, a brace, or white space. */
function endsNumber(byte: number | undefined): boolean {
  return byte === 0x2c || byte === 0x7d || (byte !== undefined && byte <= 0x20);
}
