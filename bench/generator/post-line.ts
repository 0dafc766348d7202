/** A connection that publishes by POST: requests one behind the other, whose answers are counted. */
import type { Socket } from "node:net";
import { Carry } from "./carry.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { HANDSHAKE_MS, openSocket } from "./raw-socket.ts";
import { type ResponseHead, readResponseHead } from "./response-head.ts";

/** Sends bodies by pipelined POST on one connection, and on a new one where the server has ended it behind an answer. */
export class PostLine {
  /** Answers with a status of 2xx. */
  answered = 0;
  /** Bodies that were sent. */
  sent = 0;
  readonly #url: URL;
  readonly #contentType: string;
  readonly #lost: (reason: string) => void;
  #unread = new Carry();
  /** None where the server ended the last one when it had answered all. */
  #socket: Socket | undefined;
  #open = false;
  #bodyLeft = 0;
  #chunks: ChunkReader | undefined;

  /** @param lost - called once if the connection ends before all is answered, or a body is refused */
  constructor(use: { url: string; contentType?: string | undefined }, lost: (reason: string) => void) {
    this.#url = new URL(use.url);
    this.#contentType = use.contentType ?? "application/json";
    this.#lost = lost;
  }

  /** @throws Error if it can't be reached */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket = this.#connect(resolve, reject);
    });
    this.#open = true;
  }

  /** Publishes, in one write. */
  send(bodies: readonly string[]): void {
    if (!this.#open) return;
    this.#socket ??= this.#connect();
    const { pathname, search, host } = this.#url;
    const head = `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${this.#contentType}\r\nContent-Length: `;
    this.sent += bodies.length;
    this.#socket.write(bodies.map((body) => `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`).join(""));
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#open = false;
    this.#socket?.destroy();
  }

  #connect(connected?: () => void, failed?: (error: Error) => void): Socket {
    const socket = openSocket(this.#url, {
      read: (buffer, length) => {
        if (socket === this.#socket) this.#read(buffer, length);
      },
      closed: (reason = "the server ended the connection") => {
        failed?.(new Error(reason));
        if (socket !== this.#socket) return;
        if (this.#isInAnswer) this.#fail(`${reason} in the midst of an answer`);
        else this.#ended(reason);
      },
    });
    socket.setTimeout(HANDSHAKE_MS, () => {
      if (socket.connecting) socket.destroy(new Error(`no connection within ${HANDSHAKE_MS / 1_000} s`));
    });
    if (connected) socket.once(this.#url.protocol === "https:" ? "secureConnect" : "connect", connected);
    return socket;
  }

  get #isInAnswer(): boolean {
    return this.#unread.length > 0 || this.#bodyLeft > 0 || this.#chunks !== undefined;
  }

  /** The connection takes no more: that matters only to what it has not answered. */
  #ended(reason: string): void {
    this.#socket = undefined;
    this.#bodyLeft = 0;
    this.#chunks = undefined;
    this.#unread = new Carry();
    const left = this.sent - this.answered;
    if (left > 0) this.#fail(`${reason} after ${this.answered} answers, before ${left} more: it has to be kept alive`);
  }

  #fail(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket?.destroy();
    this.#lost(reason);
  }

  #read(buffer: Buffer, length: number): void {
    try {
      const unread = this.#unread;
      unread.append(buffer, 0, length);
      const { bytes } = unread;
      let at = 0;
      // What comes behind the last answer of a connection is of no concern any more.
      for (let next = this.#step(bytes, at); next > at && unread === this.#unread; next = this.#step(bytes, at))
        at = next;
      unread.drop(at);
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  /** Takes a head, or some of a body. Returns how far it came. */
  #step(bytes: Buffer, at: number): number {
    if (this.#chunks !== undefined) {
      const next = this.#chunks.read(bytes, at, bytes.length);
      if (this.#chunks.ended) this.#chunks = undefined;
      return next;
    }
    if (this.#bodyLeft > 0) {
      const taken = Math.min(this.#bodyLeft, bytes.length - at);
      this.#bodyLeft -= taken;
      return at + taken;
    }
    const head = at < bytes.length ? readResponseHead(bytes.subarray(at)) : undefined;
    if (head === undefined) return at;
    this.#take(head);
    return at + head.end;
  }

  #take({ status, headers }: ResponseHead): void {
    if (status < 200) return;
    if (status > 299) throw new Error(`a message that was published by POST is answered with the status ${status}`);
    this.answered++;
    const isChunked = /\bchunked\b/i.test(headers.get("transfer-encoding") ?? "");
    if (isChunked) this.#chunks = new ChunkReader(() => {});
    else this.#bodyLeft = status === 204 ? 0 : Number(headers.get("content-length") ?? Number.NaN);
    const isLast = /\bclose\b/i.test(headers.get("connection") ?? "");
    if (isLast) this.#leave();
    else if (Number.isNaN(this.#bodyLeft)) throw new Error("the answer to a POST has no length");
  }

  /** RFC 9112, section 9.6: behind an answer with `Connection: close` the server takes nothing more on this connection. */
  #leave(): void {
    this.#socket?.end();
    this.#ended("the server ended the connection");
  }
}
