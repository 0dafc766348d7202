/** The SSE wire: answers a request with a stream, on which the fan-out writes events. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Connection, FanOut, Form } from "./fan-out.ts";

const headers = {
  "Content-Type": "text/event-stream",
  // Neither a cache nor a proxy may keep events to itself, or hold them back to compress them.
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/** An event as it is. */
const events: Form = { encode: ({ streamEvent }) => Buffer.from(streamEvent) };

/** What is written at once as one chunk (RFC 9112, section 7.1): the same for all streams. */
const chunkedEvents: Form = {
  ...events,
  seal: (batch) => Buffer.concat([Buffer.from(`${batch.length.toString(16)}\r\n`), batch, Buffer.from("\r\n")]),
};

/**
 * Makes a wire between streams and the fan-out.
 *
 * Each `GET` gets a stream, whatever the client says that it accepts, with its head at once (CORE-S9a). What the fan-out
 * sends goes out as whole events (CORE-S9d). A client that has gone is out of the fan-out as soon as its TCP connection is
 * closed (CORE-S10c). `HEAD` gets the head alone.
 */
export function createEventStreamWire(options: { fanOut: FanOut }): RequestListener {
  const { fanOut } = options;
  /** Connections that have a stream. */
  const streaming = new WeakSet<Socket>();
  return (request: IncomingMessage, response: ServerResponse) => {
    // After a stream nothing else comes on its TCP connection, so that a server that closes need not wait for it.
    response.shouldKeepAlive = false;
    response.writeHead(200, headers);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    // Behind a stream, which does not end, no answer to another request can come: what it would say must not pile up.
    if (streaming.has(request.socket)) return;
    streaming.add(request.socket);
    response.flushHeaders();
    const connection = streamOn(response);
    // A write to a client that has just reset its connection fails: "close" follows.
    response.on("error", () => {});
    // The response says when it is over, but not as long as the answer to an earlier request is.
    response.once("close", () => fanOut.leave(connection));
    request.socket.once("close", () => fanOut.leave(connection));
    fanOut.join(connection);
  };
}

/**
 * Chunks go to the socket past the response, which would copy them into chunks of its own, one by one for each stream. A
 * stream of HTTP/1.0 has no chunks; one that was asked for while the answer to an earlier request on its connection was
 * not over has no socket yet. Their response does what is needed.
 */
function streamOn(response: ServerResponse): Connection {
  const { socket, req } = response;
  const close = () => void response.end();
  if (socket === null || req.httpVersion !== "1.1") {
    return { form: events, write: (bytes) => void response.write(bytes), close };
  }
  return {
    form: chunkedEvents,
    write: (bytes) => {
      if (!response.writableEnded && socket.writable) socket.write(bytes);
    },
    close,
  };
}
