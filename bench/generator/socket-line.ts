/** What lines over WebSocket and over HTTP have in common: a socket, a handshake, an end. */
import type { Socket } from "node:net";
import { Carry } from "./carry.ts";
import { HANDSHAKE_MS, openSocket } from "./raw-socket.ts";
import type { Line } from "./receiver.ts";
import { type ResponseHead, readResponseHead } from "./response-head.ts";

/** How long a server may take to answer a Close, in milliseconds. */
const CLOSE_MS = 2_000;

/** A line whose server answers the first request with the head of a response, and then sends data of its own kind. */
export abstract class SocketLine implements Line {
  protected readonly url: URL;
  #socket: Socket | undefined;
  readonly #head = new Carry();
  #state: "shaking hands" | "open" | "leaving" | "gone" = "shaking hands";
  #opened: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(url: string) {
    this.url = new URL(url);
  }

  /** The bytes that ask for what this line is about. */
  protected abstract request(): string;
  /** Takes the answer. Returns whether the line is open with that; {@link opened} tells if it is later. @throws Error if it is none */
  protected abstract accept(head: ResponseHead): boolean;
  /** Takes what comes after the answer. @throws Error if it breaks the protocol */
  protected abstract data(buffer: Buffer, start: number, end: number): void;
  /** The connection ended, and nobody here has ended it. */
  protected abstract ended(reason: string): void;
  /** What to say before the end. */
  protected farewell(): Buffer | undefined {
    return undefined;
  }

  async open(): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#opened = { resolve, reject };
    });
    const socket = openSocket(this.url, {
      read: (buffer, length) => this.#read(buffer, length),
      closed: (reason) => this.#closed(reason),
    });
    this.#socket = socket;
    socket.write(this.request());
    const tooLate = setTimeout(() => {
      socket.destroy(new Error(`no answer to the handshake within ${HANDSHAKE_MS / 1_000} s`));
    }, HANDSHAKE_MS);
    try {
      await opened;
    } finally {
      clearTimeout(tooLate);
    }
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || this.#state === "gone") return;
    this.#state = "leaving";
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => socket.destroy(), CLOSE_MS);
      socket.once("close", () => {
        clearTimeout(cut);
        resolve();
      });
      const farewell = this.farewell();
      if (farewell) socket.write(farewell);
      else socket.destroy();
      socket.resume();
    });
  }

  cut(): void {
    if (this.#state !== "gone") this.#state = "leaving";
    this.#socket?.resetAndDestroy();
  }

  /** Sends bytes, without waiting for anything. */
  protected write(bytes: Buffer | string): void {
    if (this.#state === "open") this.#socket?.write(bytes as string);
  }

  /** Now it is open. */
  protected opened(): void {
    this.#opened?.resolve();
  }

  /** Ends the connection for a reason of ours, or because the server has asked for it. */
  protected fail(reason: string): void {
    if (this.#state === "leaving") this.#socket?.destroy();
    else this.#socket?.destroy(new Error(reason));
  }

  #read(buffer: Buffer, length: number): void {
    try {
      if (this.#state === "shaking hands") this.#readHead(buffer, length);
      else if (this.#state !== "gone") this.data(buffer, 0, length);
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  #readHead(buffer: Buffer, length: number): void {
    this.#head.append(buffer, 0, length);
    const { bytes } = this.#head;
    const head = readResponseHead(bytes);
    if (head === undefined) return;
    const isOpen = this.accept(head);
    this.#state = "open";
    if (isOpen) this.opened();
    // Copied: the line may be read again while what came with the head is dealt with.
    if (head.end < bytes.length) this.data(Buffer.from(bytes), head.end, bytes.length);
  }

  #closed(reason: string | undefined): void {
    const before = this.#state;
    this.#state = "gone";
    const why = reason ?? "the server ended the connection";
    this.#opened?.reject(new Error(why));
    if (before === "open") this.ended(why);
  }
}
