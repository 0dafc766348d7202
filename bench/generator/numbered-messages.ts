/** The messages that a benchmark sends: numbered, timed, of one size, and told apart from everybody else's. */
import { randomBytes } from "node:crypto";

/** The smallest size of a message, in bytes: there has to be room for its number and its time. */
export const MIN_MESSAGE_BYTES = 80;

/** A name for a run, which none other has. */
export function newRunId(): string {
  return randomBytes(4).toString("hex");
}

/**
 * The text of a message: a JSON object of exactly `bytes` bytes.
 *
 * @param sentAt - in microseconds of the clock that all processes of this machine share; whole ones are kept
 */
export function messageText(run: string, sequence: number, sentAt: number, bytes: number): string {
  const start = `{"bench":"${run}","sequence":${sequence},"sentAt":${Math.round(sentAt)},"pad":"`;
  return `${start}${"x".repeat(bytes - start.length - 2)}"}`;
}
