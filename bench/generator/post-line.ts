/** A connection that publishes by POST: requests one behind the other, whose answers are counted. */
import { Carry } from "./carry.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { HANDSHAKE_MS, openSocket } from "./raw-socket.ts";
import { type ResponseHead, readResponseHead } from "./response-head.ts";

/** Sends bodies by pipelined POST on one keep-alive connection. */
export class PostLine {
  /** Answers with a status of 2xx. */
  answered = 0;
  /** Bodies that were sent. */
  sent = 0;
  readonly #url: URL;
  readonly #contentType: string;
  readonly #lost: (reason: string) => void;
  readonly #unread = new Carry();
  #socket: ReturnType<typeof openSocket> | undefined;
  #open = false;
  #bodyLeft = 0;
  #chunks: ChunkReader | undefined;

  /** @param lost - called once if the connection ends, or a body is refused */
  constructor(use: { url: string; contentType?: string | undefined }, lost: (reason: string) => void) {
    this.#url = new URL(use.url);
    this.#contentType = use.contentType ?? "application/json";
    this.#lost = lost;
  }

  /** @throws Error if it can't be reached */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const socket = openSocket(this.#url, {
        read: (buffer, length) => this.#read(buffer, length),
        closed: (reason) => {
          reject(new Error(reason ?? "the server ended the connection"));
          this.#end(
            reason ?? `the server ended the connection after ${this.answered} answers: it has to keep it alive`,
          );
        },
      });
      this.#socket = socket;
      socket.setTimeout(HANDSHAKE_MS, () => {
        if (socket.connecting) socket.destroy(new Error(`no connection within ${HANDSHAKE_MS / 1_000} s`));
      });
      socket.once(this.#url.protocol === "https:" ? "secureConnect" : "connect", () => {
        this.#open = true;
        resolve();
      });
    });
  }

  /** Publishes, in one write. */
  send(bodies: readonly string[]): void {
    const { pathname, search, host } = this.#url;
    const head = `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${this.#contentType}\r\nContent-Length: `;
    this.sent += bodies.length;
    this.#socket?.write(bodies.map((body) => `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`).join(""));
  }

  /** How many bytes wait for the server to read. */
  get bufferedBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#open = false;
    this.#socket?.destroy();
  }

  #end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket?.destroy();
    this.#lost(reason);
  }

  #read(buffer: Buffer, length: number): void {
    try {
      this.#unread.append(buffer, 0, length);
      const { bytes } = this.#unread;
      let at = 0;
      for (let next = this.#step(bytes, at); next > at; next = this.#step(bytes, at)) at = next;
      this.#unread.drop(at);
    } catch (error) {
      this.#end((error as Error).message);
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
    if (status === 204) return;
    if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) this.#chunks = new ChunkReader(() => {});
    else this.#bodyLeft = Number(headers.get("content-length") ?? Number.NaN);
    if (Number.isNaN(this.#bodyLeft)) throw new Error("the answer to a POST has no length");
  }
}
