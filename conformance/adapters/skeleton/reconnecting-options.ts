/** The options of reconnecting-websocket and of its descendant partysocket, by the names that the kit has for them. */
import type { OpenOptionName, OpenOptions } from "../../adapter/protocol.ts";

const names = {
  baseDelayMs: "minReconnectionDelay",
  maxDelayMs: "maxReconnectionDelay",
  maxAttempts: "maxRetries",
  stableAfterMs: "minUptime",
  connectTimeoutMs: "connectionTimeout",
  queueMaxMessages: "maxEnqueuedMessages",
} as const;

/** The options of `open` that both can set. */
export const optionNames = Object.keys(names) as OpenOptionName[];

/** @returns the options of `open` as both libraries call them. */
export function reconnectingOptions(options: OpenOptions): { [name in (typeof names)[keyof typeof names]]?: number } {
  const given = Object.entries(names).filter(([name]) => name in options);
  return Object.fromEntries(given.map(([name, own]) => [own, options[name as keyof typeof names]]));
}
