/** A stream of server-sent events, on a raw socket. */
import { ChunkReader } from "./chunk-reader.ts";
import { EventReader } from "./event-reader.ts";
import type { Receiver } from "./receiver.ts";
import type { ResponseHead } from "./response-head.ts";
import { SocketLine } from "./socket-line.ts";

/** Asks for a stream and hands its events on. */
export class EventStreamLine extends SocketLine {
  readonly #receiver: Receiver;
  readonly #events: EventReader;
  #chunks: ChunkReader | undefined;

  constructor(url: string, receiver: Receiver) {
    super(url);
    this.#receiver = receiver;
    const { shortest } = receiver;
    this.#events = new EventReader((buffer, start, end) => void receiver.message(buffer, start, end), shortest);
  }

  protected request(): string {
    const { pathname, search, host } = this.url;
    return `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`;
  }

  protected accept({ status, headers }: ResponseHead): boolean {
    if (status !== 200) throw new Error(`the request for a stream is answered with the status ${status}`);
    const type = headers.get("content-type") ?? "nothing";
    if (!/^text\/event-stream\b/i.test(type)) throw new Error(`a stream of the type ${type}`);
    if (headers.has("content-encoding")) throw new Error("a compressed stream, which nobody has asked for");
    if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) {
      this.#chunks = new ChunkReader((buffer, start, end) => this.#events.read(buffer, start, end));
    }
    return true;
  }

  protected data(buffer: Buffer, start: number, end: number): void {
    this.#receiver.beginRead();
    try {
      if (this.#chunks === undefined) this.#events.read(buffer, start, end);
      else this.#chunks.read(buffer, start, end);
    } finally {
      this.#receiver.endRead(end - start);
    }
    if (this.#chunks?.ended) this.fail("the server ended the stream");
  }

  protected ended(reason: string): void {
    this.#receiver.lost(reason);
  }
}
