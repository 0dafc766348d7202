/** A stream of server-sent events, on a raw socket. */
import { ChunkReader } from "./chunk-reader.ts";
import { EventReader } from "./event-reader.ts";
import { handOn, type Reader, type Receiver } from "./receiver.ts";
import type { ResponseHead } from "./response-head.ts";
import { SocketLine } from "./socket-line.ts";

/** Asks for a stream and hands its events on. */
export class EventStreamLine extends SocketLine {
  readonly #receiver: Receiver;
  readonly #events: EventReader;
  #chunks: ChunkReader | undefined;
  /** Reads what comes after the head. */
  #body: Reader;

  constructor(url: string, receiver: Receiver) {
    super(url);
    this.#receiver = receiver;
    const { shortest } = receiver;
    this.#events = new EventReader((buffer, start, end) => void receiver.message(buffer, start, end), shortest);
    this.#body = this.#events;
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
      const events = this.#events;
      const chunks = new ChunkReader((buffer, start, end) => events.read(buffer, start, end));
      this.#chunks = chunks;
      this.#body = {
        get isBetween() {
          return chunks.isBetween && events.isBetween;
        },
        read: (buffer, start, end) => void chunks.read(buffer, start, end),
      };
    }
    return true;
  }

  protected data(buffer: Buffer, start: number, end: number): void {
    handOn(this.#body, this.#receiver, buffer, start, end);
    if (this.#chunks?.ended) this.fail("the server ended the stream");
  }

  protected ended(reason: string): void {
    this.#receiver.lost(reason);
  }
}
