/** Reads a stream of server-sent events, by the algorithm of the HTML standard (section 9.2.6), from chunks of bytes. */

/** One event, as a client would dispatch it. */
export interface StreamEvent {
  /** `message` where the stream gives no name. */
  type: string;
  data: string;
  lastEventId: string;
}

/** Cuts bytes into events, wherever the chunks are cut. */
export class EventStreamReader {
  /** The reconnection time that the stream has set, in milliseconds. */
  retry: number | undefined;
  /** The id with which a client would reconnect now. */
  lastEventId = "";
  readonly #decoder = new TextDecoder("utf-8");
  #line = "";
  #afterCarriageReturn = false;
  #data: string[] = [];
  #type = "";
  #id = "";

  /** Takes the next bytes. @returns the events that they complete. */
  push(bytes: Uint8Array): StreamEvent[] {
    // The decoder drops one byte order mark at the start, and keeps characters that a chunk cuts.
    return this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  #read(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    let start = 0;
    for (let index = 0; index < text.length; index++) {
      const character = text[index];
      if (character === "\n" && this.#afterCarriageReturn && index === start && this.#line === "") {
        // The second half of a CRLF whose first half has ended the line already.
        this.#afterCarriageReturn = false;
        start = index + 1;
        continue;
      }
      this.#afterCarriageReturn = false;
      if (character !== "\n" && character !== "\r") continue;
      const event = this.#endLine(this.#line + text.slice(start, index));
      if (event !== undefined) events.push(event);
      this.#line = "";
      start = index + 1;
      this.#afterCarriageReturn = character === "\r";
    }
    this.#line += text.slice(start);
    return events;
  }

  #endLine(line: string): StreamEvent | undefined {
    if (line === "") return this.#endBlock();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^[0-9]+$/.test(value)) this.retry = Number(value);
    return undefined;
  }

  #endBlock(): StreamEvent | undefined {
    this.lastEventId = this.#id;
    const event = { type: this.#type || "message", data: this.#data.join("\n"), lastEventId: this.#id };
    const dispatched = this.#data.length > 0;
    this.#data = [];
    this.#type = "";
    return dispatched ? event : undefined;
  }
}
