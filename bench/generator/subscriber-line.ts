/** Opens whatever a dialect's subscribers are. */
import type { Dialect } from "../target/dialect.ts";
import { EventStreamLine } from "./event-stream-line.ts";
import type { Line, Receiver } from "./receiver.ts";
import { WebSocketLine } from "./websocket-line.ts";

/** What comes is of no interest. */
export const deaf: Receiver = {
  shortest: 0,
  beginRead() {},
  message: () => false,
  compressed: () => false,
  aside() {},
  recognise: (_, start) => start,
  learn() {},
  endRead() {},
  lost() {},
};

/** A line, not opened yet. */
export function subscriberLine(use: Dialect["subscribe"], receiver: Receiver): Line {
  return use.transport === "ws" ? new WebSocketLine(use, receiver) : new EventStreamLine(use.url, receiver);
}
