/** A stream of server-sent events, on a raw socket. */
import { ChunkedEventReader } from "./chunked-event-reader.ts";
import { EventReader } from "./event-reader.ts";
import { handOn } from "./reader.ts";
import type { Receiver } from "./receiver.ts";
import type { ResponseHead } from "./response-head.ts";
import { SocketLine } from "./socket-line.ts";

/** Asks for a stream and hands its events on. */
export class EventStreamLine extends SocketLine {
  readonly #receiver: Receiver;
  /** Reads what comes after the head. */
  #body: EventReader | ChunkedEventReader;

  constructor(url: string, receiver: Receiver) {
    super(url);
    this.#receiver = receiver;
    this.#body = new EventReader(receiver);
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
      this.#body = new ChunkedEventReader(this.#receiver);
    }
    return true;
  }

  protected data(buffer: Buffer, start: number, end: number): void {
    handOn(this.#body, this.#receiver, buffer, start, end);
    if (this.#body instanceof ChunkedEventReader && this.#body.ended) this.fail("the server ended the stream");
  }

  protected ended(reason: string): void {
    this.#receiver.lost(reason);
  }
}
