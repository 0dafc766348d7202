/** What a client does where the program sets nothing else: the defaults of chapters 7 to 11. */
import type { OpenOptions } from "../../adapter/protocol.ts";

/** Times are in milliseconds. */
export type Settings = Required<Omit<OpenOptions, "events">>;

export const defaults: Settings = {
  heartbeatIntervalMs: 30_000,
  pongTimeoutMs: 10_000,
  baseDelayMs: 1000,
  maxDelayMs: 30_000,
  maxAttempts: Number.POSITIVE_INFINITY,
  stableAfterMs: 5000,
  connectTimeoutMs: 10_000,
  queueMaxMessages: 1000,
  queueMaxBytes: 1_048_576,
  queueOverflow: "reject",
};
