/** Puts fan-out, wires and HTTP front together into a server. */
import { classify } from "../core/message.ts";
import { requireBoolean, requireInteger, requireKnown, requireText } from "../core/options.ts";
import { Outgoing } from "../core/outgoing.ts";
import { createEventStreamWire } from "./event-stream.ts";
import { FanOut } from "./fan-out.ts";
import { createHttpFront, type Route, sendJson, sendText } from "./http.ts";
import { createPublishListener } from "./publish.ts";
import { createWebSocketWire } from "./websocket.ts";

/** How a server is set up. Every option has a default that is safe on a developer's machine. */
export interface ServerOptions {
  /**
   * The TCP port; 0 takes any free one, which {@link Server.listen} tells.
   * @defaultValue 8080
   */
  port?: number;
  /**
   * The address or name to listen on; `0.0.0.0` or `::` for all of this machine's.
   * @defaultValue `"127.0.0.1"`: this machine alone
   */
  host?: string;
  /**
   * The longest message that a client may send, in bytes; a longer one closes its connection with 1009, and a `POST` of
   * it is answered 413.
   * @defaultValue 1 048 576 (1 MiB)
   */
  maxMessageBytes?: number;
  /**
   * How long {@link Server.close} waits for clients to answer its Close, in milliseconds, before it cuts them.
   * @defaultValue 2 000
   */
  closeTimeoutMs?: number;
  /**
   * Whether WebSocket clients that offer `permessage-deflate` get compressed messages. Each message is compressed once,
   * however many receive it. Streams are not compressed.
   * @defaultValue false: what is sent on a fast network comes sooner as it is
   */
  compression?: boolean;
}

/** Where a server can be reached. */
export interface ServerUrls {
  /** For WebSocket clients, such as `ws://127.0.0.1:8080/`. */
  ws: string;
  /** For streams of server-sent events, such as `http://127.0.0.1:8080/api/events`. */
  sse: string;
  /** Takes messages by `POST`: the same address as `sse`. */
  publish: string;
  /** Answers `GET` with `{"status":"ok","connections":N}`, for load balancers and monitors. */
  health: string;
}

/**
 * A server of live messages: what one client sends, all receive, over WebSocket and over server-sent events. It keeps the
 * profiles `core-ws`, `core-sse`, `publish` and `bridge`.
 */
export interface Server extends AsyncDisposable {
  /**
   * Starts to accept connections and tells where. Once only.
   *
   * @throws Error with the system's `code` if it cannot listen: `EADDRINUSE`, `EACCES`, `ENOTFOUND`, …
   */
  listen(): Promise<ServerUrls>;
  /**
   * Delivers a message to every connection and stream, in the order of the calls.
   *
   * @throws TypeError if it is not a JSON object, or its type is `ping` or reserved
   */
  publish(message: object): void;
  /** How many clients are connected, on whichever transport. */
  readonly connections: number;
  /**
   * Stops accepting, sends every connection Close 1001 and waits for the answers, for `closeTimeoutMs` at most; streams
   * end with what was published before. Resolves when the port is free. Further calls wait for the first.
   */
  close(): Promise<void>;
}

const GOING_AWAY = 1001;
const EVENTS_PATH = "/api/events";
const upgradeHeaders = { Upgrade: "websocket", Connection: "Upgrade" };

/**
 * Makes a server; {@link Server.listen} starts it.
 *
 * @example
 * ```ts
 * const server = createServer({ port: 0 });
 * const { ws } = await server.listen();
 * server.publish({ type: "event", event: "price", data: 12.5 });
 * await server.close();
 * ```
 * @throws TypeError that names the option whose value is bad
 */
export function createServer(options: ServerOptions = {}): Server {
  requireKnown(options, ["port", "host", "maxMessageBytes", "closeTimeoutMs", "compression"]);
  const { port = 8080, host = "127.0.0.1", maxMessageBytes = 1_048_576, closeTimeoutMs = 2_000 } = options;
  const { compression = false } = options;
  requireInteger("port", port, 0, 65_535);
  requireText("host", host);
  requireInteger("maxMessageBytes", maxMessageBytes, 1, 2 ** 31 - 1);
  requireInteger("closeTimeoutMs", closeTimeoutMs, 0, 2 ** 31 - 1);
  requireBoolean("compression", compression);

  const fanOut = new FanOut();
  const webSocketRoute: Route = {
    webSocket: createWebSocketWire({ fanOut, maxMessageBytes, compression }),
    methods: { GET: (_, response) => sendText(response, 426, "This address speaks WebSocket.", upgradeHeaders) },
  };
  const eventsRoute: Route = {
    methods: { GET: createEventStreamWire({ fanOut }), POST: createPublishListener({ fanOut, maxMessageBytes }) },
  };
  const healthRoute: Route = {
    methods: { GET: (_, response) => sendJson(response, 200, { status: "ok", connections: fanOut.size }) },
  };
  const front = createHttpFront(
    new Map([
      ["/", webSocketRoute],
      [EVENTS_PATH, eventsRoute],
      ["/health", healthRoute],
    ]),
  );
  let listening: Promise<ServerUrls> | undefined;
  let closing: Promise<void> | undefined;

  async function listen(): Promise<ServerUrls> {
    const authority = `${hostInUrl(host)}:${await front.listen(port, host)}`;
    const events = `http://${authority}${EVENTS_PATH}`;
    return { ws: `ws://${authority}/`, sse: events, publish: events, health: `http://${authority}/health` };
  }

  async function close(): Promise<void> {
    // A port that is just being opened could not be closed yet.
    await listening?.catch(() => {});
    const closed = front.close(closeTimeoutMs);
    fanOut.close(GOING_AWAY, "server is going away");
    await closed;
  }

  return {
    listen() {
      if (listening || closing) return Promise.reject(new Error("a server listens once: make another"));
      listening = listen();
      return listening;
    },
    publish(message) {
      fanOut.publish(outgoing(message));
    },
    get connections() {
      return fanOut.size;
    },
    close() {
      closing ??= close();
      return closing;
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

/** A message from code, if it may be published. */
function outgoing(message: object): Outgoing {
  const text = JSON.stringify(message) as string | undefined;
  const incoming = classify(text ?? "");
  if (text !== undefined && (incoming.kind === "event" || incoming.kind === "broadcast")) {
    return Outgoing.of(text, incoming);
  }
  throw new TypeError(`only a broadcast or an event can be published, not ${text} (${incoming.kind})`);
}

/** A host as a client on this machine writes it: not "every address", and IPv6 in brackets. */
function hostInUrl(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
