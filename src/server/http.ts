/** The HTTP front: owns the port, hands each request to the route of its path, and ends all sockets at the last. */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Connections that may wait to be accepted. All clients come back at once when a server does: Node's 511 are soon full. */
const BACKLOG = 4_096;

/** What the front does with requests to one path. */
export interface Route {
  /** Answers requests by method; `HEAD` is answered as `GET`. Another method gets 405. */
  methods: { [method: string]: RequestListener };
  /** Takes requests to switch to WebSocket over, from the handshake on. */
  webSocket?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** The part of a server that speaks HTTP. */
export interface HttpFront {
  /** Resolves with the port once connections are accepted; rejects with the system's error, such as `EADDRINUSE`. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting. Resolves once all sockets are closed; those that still are open after `graceMs` are cut. */
  close(graceMs: number): Promise<void>;
}

/** Makes a front for these routes by path; requests to other paths get 404. */
export function createHttpFront(routes: ReadonlyMap<string, Route>): HttpFront {
  const routeOf = (request: IncomingMessage) => routes.get(request.url?.split("?", 1)[0] ?? "");
  const server = createServer(answer);
  const sockets = new Set<Socket>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const methods = routeOf(request)?.methods;
    const listener = methods?.[request.method === "HEAD" ? "GET" : (request.method ?? "")];
    if (listener) listener(request, response);
    else if (methods) refuseMethod(response, Object.keys(methods));
    else sendText(response, 404, "Nothing is here.");
  }

  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const webSocket = isWebSocket(request) ? routeOf(request)?.webSocket : undefined;
    if (webSocket) webSocket(request, socket, head);
    else answerWithoutUpgrade(server, request, socket, head);
  });

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ port, host, backlog: BACKLOG }, () => {
          server.off("error", reject);
          // An accept that fails, for want of file descriptors say, must not end the process: the next may succeed.
          server.on("error", () => {});
          resolve((server.address() as AddressInfo).port);
        });
      }),

    close: async (graceMs) => {
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      const closed = new Promise((resolve) => server.close(resolve));
      // Browsers and others open connections in advance: on which nothing was asked, nothing is waited for.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      await closed;
      // The port is free a moment before the last sockets say that they are closed.
      await Promise.all(Array.from(sockets, (socket) => new Promise((resolve) => socket.once("close", resolve))));
      clearTimeout(cut);
    },
  };
}

/** Answers with a short text for people. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { ...headers, "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

/** Answers with JSON that no cache may keep. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" })
    .end(JSON.stringify(value));
}

function refuseMethod(response: ServerResponse, methods: string[]): void {
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  sendText(response, 405, `Only ${allow} can be used here.`, { Allow: allow });
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Answers a request to switch to something that is not on offer as if it had not asked, which RFC 9110, section 7.8,
 * permits: Java's client and `curl --http2` ask for h2c whenever they can, with a `POST` too. The parser has taken its
 * hands off the connection, and the body may still be to come; so the request goes through a parser again, without the
 * wish, and what follows it on the connection after it.
 */
function answerWithoutUpgrade(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!/^(connection|upgrade|http2-settings)$/i.test(rawHeaders[at] ?? "")) {
      lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
    }
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}
