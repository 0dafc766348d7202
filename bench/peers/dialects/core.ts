/** The ways in which most servers are spoken to: a message is a text frame, or the body of a POST, as it is. */
import type { Dialect } from "../../target/dialect.ts";

/** A server that looks at no path, and sends to everybody what anybody sends. */
export const coreWebSocket: Omit<Dialect, "name" | "start"> = {
  subscribe: { transport: "ws", url: "ws://127.0.0.1:{port}/" },
  publish: { via: "ws", url: "ws://127.0.0.1:{port}/" },
};

/** A server that streams to everybody what anybody posts. */
export const coreEventStream: Omit<Dialect, "name" | "start"> = {
  subscribe: { transport: "sse", url: "http://127.0.0.1:{port}/api/events" },
  publish: { via: "post", url: "http://127.0.0.1:{port}/api/events" },
};
