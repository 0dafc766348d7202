/** The messages that a benchmark sends: numbered, of one size, and told apart from everybody else's. */
import { randomBytes } from "node:crypto";

/** The smallest size of a message, in bytes: there has to be room for its number. */
export const MIN_MESSAGE_BYTES = 64;

const QUOTE = 0x22;
const ZERO = 0x30;

/** Writes and reads the messages of one run. */
export interface NumberedMessages {
  /** The text of the message with this number: a JSON object of exactly the size asked for. */
  textOf(sequence: number): string;
  /** The number of a message of this run; undefined for any other, and for one that came back changed. */
  sequenceOf(data: Buffer): number | undefined;
}

/** Makes the messages of a run, each of `messageBytes` bytes. */
export function createNumberedMessages(messageBytes: number): NumberedMessages {
  const run = randomBytes(4).toString("hex");
  const head = `{"bench":"${run}","sequence":`;
  const headBytes = Buffer.from(head);

  function textOf(sequence: number): string {
    const start = `${head}${sequence},"pad":"`;
    return `${start}${"x".repeat(messageBytes - start.length - 2)}"}`;
  }

  function sequenceOf(data: Buffer): number | undefined {
    const asSent = data.length === messageBytes && headBytes.compare(data, 0, headBytes.length) === 0;
    return asSent ? digitsAt(data, headBytes.length) : reencoded(data);
  }

  /** For servers that parse and serialise again, which may change the text but not the value. */
  function reencoded(data: Buffer): number | undefined {
    if (!data.includes(run)) return undefined;
    try {
      const { bench, sequence, pad, ...rest } = JSON.parse(data.toString());
      const same = JSON.stringify({ bench, sequence, pad }) === textOf(sequence) && Object.keys(rest).length === 0;
      return same ? sequence : undefined;
    } catch {
      return undefined;
    }
  }

  return { textOf, sequenceOf };
}

function digitsAt(data: Buffer, offset: number): number {
  let value = 0;
  for (let at = offset; ; at++) {
    const digit = (data[at] ?? QUOTE) - ZERO;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}
