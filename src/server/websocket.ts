/** The WebSocket wire: takes upgrade requests over, and turns what clients send into the fan-out's business. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type PerMessageDeflateOptions, WebSocket, type ServerOptions as WebSocketOptions, WebSocketServer } from "ws";
import { classify } from "../core/message.ts";
import { Outgoing } from "../core/outgoing.ts";
import type { Connection, FanOut, Form } from "./fan-out.ts";
import { compressedFrames, textFrames } from "./frames.ts";

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
 * What is agreed on where compression is on. Neither side keeps a context from one message to the next, so that what is
 * compressed for one is for all; and nobody can make the server use a smaller window than the one that it uses for all.
 */
const COMPRESSION: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: false as unknown as number,
};

/** The parameters of an offer that can be accepted. Who asks for a smaller window of the server can't be sent what all get. */
const PARAMETER = /^((client|server)_no_context_takeover|client_max_window_bits( *= *"?([89]|1[0-5])"?)?)$/;

/** The first offer of `permessage-deflate` that can be accepted, if there is one. */
function acceptableOffer(extensions = ""): string | undefined {
  const offers = extensions.split(",").map((offer) => offer.trim());
  return offers.find((offer) => {
    const [name, ...parameters] = offer.split(";").map((part) => part.trim());
    const names = new Set(parameters.map((parameter) => parameter.split(/[ =]/, 1)[0]));
    const known = parameters.every((parameter) => PARAMETER.test(parameter));
    return name === "permessage-deflate" && known && names.size === parameters.length;
  });
}

/** A connection of `ws` that tells before it writes a Close frame, be it the server's own or the answer to a client's. */
class ClosingWebSocket extends WebSocket {
  beforeClose: () => void = () => {};

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.beforeClose();
    super.close(code, reason);
  }
}

/**
 * A client, as the fan-out writes to it. It keeps at hand what a write needs: what has to be fetched from another object,
 * for each of thousands of clients, is seen in the figures.
 */
class ClientConnection implements Connection {
  readonly form: Form;
  /** Nothing may follow what was written. */
  isOver = false;
  readonly #socket: Duplex;
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket, socket: Duplex) {
    this.form = webSocket.extensions === "" ? textFrames : compressedFrames;
    this.#webSocket = webSocket;
    this.#socket = socket;
  }

  write(bytes: Buffer): void {
    if (!this.isOver) this.#socket.write(bytes);
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }
}

/**
 * Makes a wire between WebSocket clients and the fan-out.
 *
 * It answers pings, publishes broadcasts and events as the very text that came, always as text messages (CORE-S3b), and
 * ignores the rest: binary messages, what is not a JSON object, and reserved types. It accepts no subprotocols, and no
 * extensions but the one that it is told to: to echo one that it does not speak would be a lie, and could give away a
 * credential in it.
 *
 * `ws` reads what comes, and writes control frames. All messages are written by the fan-out, straight to the socket.
 *
 * @param options.maxMessageBytes - a longer message closes its connection with 1009
 * @param options.compression - accept `permessage-deflate` from clients that offer it
 */
export function createWebSocketWire(options: {
  fanOut: FanOut;
  maxMessageBytes: number;
  compression: boolean;
}): WebSocketWire {
  const { fanOut, maxMessageBytes, compression } = options;
  const webSocketOptions: WebSocketOptions<typeof ClosingWebSocket> & { maxPendingAutoPongs: number } = {
    noServer: true,
    clientTracking: false,
    WebSocket: ClosingWebSocket,
    perMessageDeflate: false,
    handleProtocols: () => false,
    maxPayload: maxMessageBytes,
    maxFragments: MAX_FRAGMENTS,
    maxPendingAutoPongs: MAX_PENDING_PONGS,
  };
  const plain = new WebSocketServer(webSocketOptions);
  const compressing = new WebSocketServer({ ...webSocketOptions, perMessageDeflate: COMPRESSION });

  function receive(connection: Connection, text: string): void {
    const incoming = classify(text);
    if (incoming.kind === "ping") fanOut.reply(connection, Outgoing.pong);
    else if (incoming.kind === "event" || incoming.kind === "broadcast") fanOut.publish(Outgoing.of(text, incoming));
  }

  return (request, socket, head) => {
    // `ws` refuses a client that offers something else as well, or only that. It can be served without.
    const offer = compression ? acceptableOffer(request.headers["sec-websocket-extensions"]) : undefined;
    if (offer !== undefined) request.headers["sec-websocket-extensions"] = offer;
    const handshakes = offer === undefined ? plain : compressing;
    handshakes.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new ClientConnection(webSocket, socket);
      webSocket.beforeClose = () => {
        fanOut.catchUp(connection);
        connection.isOver = true;
      };
      webSocket.on("message", (data, isBinary) => {
        if (!isBinary) receive(connection, data.toString());
      });
      // What a peer does wrong, and a reset too, ends its own connection only (CORE-S7d); "close" follows.
      webSocket.on("error", () => {});
      // `ws` ends the connection in return.
      socket.prependOnceListener("end", webSocket.beforeClose);
      socket.once("close", () => fanOut.leave(connection));
      fanOut.join(connection);
    });
  };
}
