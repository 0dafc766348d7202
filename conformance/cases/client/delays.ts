/** The options and the tolerances that cases about attempts share. */
import type { OpenOptions } from "../../adapter/protocol.ts";

/** Short delays, where they can be set. Core promises nothing of first delays below 200 ms. */
export const SHORT_DELAYS = { baseDelayMs: 200, maxDelayMs: 1_000 } satisfies OpenOptions;

/** What the rules grant beyond a bound for a delay, for what it takes to connect. */
export const CONNECTING_MS = 500;

/** Until when a client would have come back that must not: what its delays are at their first, and what it takes to connect. */
export function comebackMs(options: OpenOptions): number {
  return (options.baseDelayMs ?? 5_500) + CONNECTING_MS;
}
