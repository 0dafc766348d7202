/** The WebSocket wire: takes upgrade requests over, turns what clients send into the hub's business. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions as WebSocketOptions, WebSocketServer } from "ws";
import type { Connection } from "../core/connection.ts";
import { classify } from "../core/message.ts";
import { Outgoing } from "../core/outgoing.ts";
import type { Hub } from "./hub.ts";

/**
 * A message of 60 000 bytes may come byte by byte, with empty fragments between (CORE-S7a). The default of `ws` is 16 384,
 * and without a limit a peer could make us keep fragments for ever.
 */
const MAX_FRAGMENTS = 131_072;

/**
 * How many control pings `ws` leaves unanswered before it cuts the connection. It counts those that came in one read, to
 * which no answer could be written yet: its default of 60 would cut a client for putting pings between fragments.
 */
const MAX_PENDING_PONGS = 16_384;

/** Takes the request, its socket and the first bytes of an upgrade over, and completes or refuses the handshake. */
export type WebSocketWire = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Makes a wire between WebSocket clients and the hub.
 *
 * It answers pings, publishes broadcasts and events as the very text that came, always as text messages (CORE-S3b), and
 * ignores the rest: binary messages, what is not a JSON object, and reserved types. It accepts neither extensions nor
 * subprotocols: to echo one that it does not speak would be a lie, and could give away a credential in it.
 *
 * @param options.maxMessageBytes - a longer message closes its connection with 1009
 */
export function createWebSocketWire(options: { hub: Hub; maxMessageBytes: number }): WebSocketWire {
  const { hub, maxMessageBytes } = options;
  const webSocketOptions: WebSocketOptions & { maxPendingAutoPongs: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: () => false,
    maxPayload: maxMessageBytes,
    maxFragments: MAX_FRAGMENTS,
    maxPendingAutoPongs: MAX_PENDING_PONGS,
  };
  const handshakes = new WebSocketServer(webSocketOptions);

  function receive(connection: Connection, text: string): void {
    const incoming = classify(text);
    if (incoming.kind === "ping") hub.reply(connection, Outgoing.pong);
    else if (incoming.kind === "event" || incoming.kind === "broadcast") hub.publish(Outgoing.of(text, incoming));
  }

  return (request, socket, head) => {
    handshakes.handleUpgrade(request, socket, head, (webSocket) => {
      const connection: Connection = {
        send: ({ text }) => webSocket.send(text),
        close: (code, reason) => webSocket.close(code, reason),
      };
      webSocket.on("message", (data, isBinary) => {
        if (!isBinary) receive(connection, data.toString());
      });
      // What a peer does wrong, and a reset too, ends its own connection only (CORE-S7d); "close" follows.
      webSocket.on("error", () => {});
      socket.once("close", () => hub.leave(connection));
      hub.join(connection);
    });
  };
}
