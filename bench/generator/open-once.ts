/** Finds out whether a server takes subscribers. */
import type { Dialect } from "../dialect.ts";
import { EventStreamLine } from "./event-stream-line.ts";
import type { Receiver } from "./receiver.ts";
import { WebSocketLine } from "./websocket-line.ts";

const deaf: Receiver = { beginRead() {}, message: () => false, compressed: () => false, endRead() {}, lost() {} };

/**
 * Opens a subscriber and ends it again.
 *
 * @throws Error that says why the server does not take it
 */
export async function openOnce(use: Dialect["subscribe"]): Promise<void> {
  const line = use.transport === "ws" ? new WebSocketLine(use, deaf) : new EventStreamLine(use.url, deaf);
  await line.open();
  await line.close();
}
