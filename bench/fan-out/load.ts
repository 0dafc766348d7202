/** How a round is to load a server. */
import type { Dialect } from "../target/dialect.ts";

/** How a publisher goes on: with so many messages on their way at any time, or so many messages a second. */
export type Pacing = { window: number } | { rate: number };

/** How hard and how long to load a server. */
export interface Load {
  /** How the server is subscribed to and published to; it runs already. */
  dialect: Pick<Dialect, "subscribe" | "publish">;
  /** Connections that only listen. The publisher is one more, whose own copies do not count. */
  subscribers: number;
  /** Closed loop or open loop. */
  pacing: Pacing;
  /** Size of a message in bytes. */
  messageBytes: number;
  /** How long deliveries are counted, in milliseconds, after the warm-up. */
  durationMs: number;
  /** The least time of warm-up, in milliseconds; a closed loop also warms up for two windows of messages. */
  warmUpMs: number;
  /** A message that has not arrived when nothing new has come for so long is lost. In milliseconds. */
  patienceMs: number;
  /** Processes that share the subscribers. */
  generators: number;
  /** The server's process, if it is known. */
  pid?: number | undefined;
  /** Connections beside the subscribers, that nothing is asked of: some that never read, and some that come and go. */
  beside?: { slow: number; guests: number } | undefined;
  /** Told now and then what is being done, and how many deliveries there were. */
  onProgress?: ((progress: { doing: string; delivered: number }) => void) | undefined;
}
