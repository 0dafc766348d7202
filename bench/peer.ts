/** One WebSocket connection of the benchmark. */
import { once } from "node:events";
import WebSocket from "ws";
import { TargetFailure } from "./target-failure.ts";

/** How long an opening handshake or a closing one may take, in milliseconds. */
const HANDSHAKE_MS = 10_000;

/** A connection that hands its messages on and can ask for a sign of life. */
export class Peer {
  /** Called with each message that is no pong. */
  onMessage: (data: Buffer) => void = () => {};
  /** Called when the connection ends before {@link Peer.close}. */
  onLost: () => void = () => {};
  readonly #socket: WebSocket;
  #answered: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("error", () => {});
    socket.on("close", () => this.onLost());
  }

  /** @throws {@link TargetFailure} if the server cannot be reached or refuses */
  static async open(url: string): Promise<Peer> {
    const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS });
    const peer = new Peer(socket);
    try {
      await once(socket, "open");
    } catch (error) {
      // The error for a name with several addresses has its message in its parts only.
      const { message, code } = error as NodeJS.ErrnoException;
      throw new TargetFailure(`${url} cannot be reached: ${message || code}`);
    }
    return peer;
  }

  /** Sends one text message. */
  send(text: string): void {
    this.#socket.send(text);
  }

  /**
   * Resolves once a ping is answered: all that the server had sent on this connection by then has arrived.
   * False if no answer comes within `patienceMs`.
   */
  async ping(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(false), patienceMs);
      this.#answered = () => {
        clearTimeout(giveUp);
        resolve(true);
      };
      this.send('{"type":"ping"}');
    });
  }

  /** Ends the connection with Close 1000, and cuts it if no answer comes. */
  async close(): Promise<void> {
    this.onLost = () => {};
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const cut = setTimeout(() => this.#socket.terminate(), HANDSHAKE_MS);
    this.#socket.close(1000);
    await once(this.#socket, "close");
    clearTimeout(cut);
  }

  #receive(data: Buffer): void {
    if (this.#answered && isPong(data)) {
      this.#answered();
      this.#answered = undefined;
    } else {
      this.onMessage(data);
    }
  }
}

function isPong(data: Buffer): boolean {
  try {
    return JSON.parse(data.toString())?.type === "pong";
  } catch {
    return false;
  }
}
