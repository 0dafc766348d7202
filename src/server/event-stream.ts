/** The SSE wire: answers a request with a stream, and lets the hub write events on it. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Connection } from "../core/connection.ts";
import type { Hub } from "./hub.ts";

const headers = {
  "Content-Type": "text/event-stream",
  // Neither a cache nor a proxy may keep events to itself, or hold them back to compress them.
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/**
 * Makes a wire between streams and the hub.
 *
 * Each `GET` gets a stream, whatever the client says that it accepts, with its head at once (CORE-S9a). What the hub
 * sends goes out as whole events (CORE-S9d). A client that has gone is out of the hub as soon as its TCP connection is
 * closed (CORE-S10c). `HEAD` gets the head alone.
 */
export function createEventStreamWire(options: { hub: Hub }): RequestListener {
  const { hub } = options;
  return (request: IncomingMessage, response: ServerResponse) => {
    // After a stream nothing else comes on its TCP connection, so that a server that closes need not wait for it.
    response.shouldKeepAlive = false;
    response.writeHead(200, headers);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    response.flushHeaders();
    const connection: Connection = {
      send: ({ streamEvent }) => void response.write(streamEvent),
      close: () => response.end(),
    };
    // A write to a client that has just reset its connection fails: "close" follows.
    response.on("error", () => {});
    response.once("close", () => hub.leave(connection));
    hub.join(connection);
  };
}
