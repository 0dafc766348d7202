/** Reads a stream of server-sent events as the HTML standard, section 9.2.6, does. */
import type { StreamEvent } from "./transport.ts";

/** Is told what a stream says, in its order. */
export interface StreamListener {
  /** An event is complete. */
  event(event: StreamEvent): void;
  /** The last event id, at the end of each block, before its event. */
  lastEventId(id: string): void;
  /** How long to wait after the stream has ended, in milliseconds. */
  retry(ms: number): void;
}

/** How long a line may be, or all data of one event, in characters. */
const MAX_CHARACTERS = 16_777_216;

/** Reads the text of one stream, in whatever pieces it comes. The byte order mark in front is the decoder's affair. */
export class EventStreamParser {
  readonly #listener: StreamListener;
  /** The line that is not over yet. */
  #line = "";
  /** The last piece ended in CR: an LF in front of the next one belongs to it. */
  #afterCr = false;
  #data: string[] = [];
  #dataLength = 0;
  #type = "";
  #id: string;

  /** @param lastEventId - that of the streams before: it stays until this one says another */
  constructor(lastEventId: string, listener: StreamListener) {
    this.#id = lastEventId;
    this.#listener = listener;
  }

  /**
   * Reads on.
   *
   * @throws Error if a line, or an event, is too long to be kept
   */
  feed(text: string): void {
    if (text === "") return;
    let from = this.#afterCr && text[0] === "\n" ? 1 : 0;
    this.#afterCr = text.endsWith("\r");
    const lineEnds = /\r\n?|\n/g;
    lineEnds.lastIndex = from;
    for (let end = lineEnds.exec(text); end; end = lineEnds.exec(text)) {
      const line = this.#line + text.slice(from, end.index);
      this.#line = "";
      from = lineEnds.lastIndex;
      this.#readLine(line);
    }
    this.#line += text.slice(from);
    if (this.#line.length + this.#dataLength > MAX_CHARACTERS) throw new Error("an event of the stream is too long");
  }

  #readLine(line: string): void {
    const colon = line.indexOf(":");
    if (line === "") this.#endBlock();
    else if (colon === -1) this.#readField(line, "");
    else this.#readField(line.slice(0, colon), line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1));
  }

  #readField(name: string, value: string): void {
    if (name === "data") {
      this.#data.push(value);
      this.#dataLength += value.length + 1;
    } else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^[0-9]+$/.test(value)) this.#listener.retry(Number(value));
  }

  #endBlock(): void {
    const data = this.#data;
    const type = this.#type === "" ? "message" : this.#type;
    this.#data = [];
    this.#dataLength = 0;
    this.#type = "";
    // An id counts in a block without data, too.
    this.#listener.lastEventId(this.#id);
    if (data.length > 0) this.#listener.event({ type, data: data.join("\n"), lastEventId: this.#id });
  }
}
