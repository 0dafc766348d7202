/** Reads a stream of server-sent events, by the algorithm of the HTML standard (section 9.2.6), from chunks of bytes. */

/** One event, as a client would dispatch it. */
export interface StreamEvent {
  /** `message` where the stream gives no name. */
  type: string;
  data: string;
  lastEventId: string;
}

/** The lines up to an empty one. */
export interface StreamBlock {
  /** As they came, the empty line among them, each ended by a line feed. */
  raw: string;
  /** What a client dispatches at the empty line; nothing without data. */
  event?: StreamEvent;
}

/** Cuts bytes into blocks, wherever the chunks are cut. */
export class EventStreamReader {
  /** The reconnection time that the stream has set, in milliseconds. */
  retry: number | undefined;
  /** The id with which a client would reconnect now. */
  lastEventId = "";
  readonly #decoder = new TextDecoder("utf-8");
  #line = "";
  #afterCarriageReturn = false;
  #raw = "";
  #data: string[] = [];
  #type = "";
  #id = "";

  /** What has come since the last empty line. */
  get pending(): string {
    return this.#raw + this.#line;
  }

  /** How long {@link EventStreamReader.pending} is, in characters. */
  get pendingLength(): number {
    return this.#raw.length + this.#line.length;
  }

  /** Whether an event has begun, with a line of data or a piece of one, that no empty line has ended yet. */
  get eventBegun(): boolean {
    return this.#data.length > 0 || this.#line.startsWith("data");
  }

  /** Takes the next bytes. @returns the blocks that they complete. */
  push(bytes: Uint8Array): StreamBlock[] {
    // The decoder drops one byte order mark at the start, and keeps characters that a chunk cuts.
    return this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  #read(text: string): StreamBlock[] {
    const blocks: StreamBlock[] = [];
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
      const block = this.#endLine(this.#line + text.slice(start, index));
      if (block !== undefined) blocks.push(block);
      this.#line = "";
      start = index + 1;
      this.#afterCarriageReturn = character === "\r";
    }
    this.#line += text.slice(start);
    return blocks;
  }

  #endLine(line: string): StreamBlock | undefined {
    this.#raw += `${line}\n`;
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

  #endBlock(): StreamBlock {
    this.lastEventId = this.#id;
    const raw = this.#raw;
    const event = { type: this.#type || "message", data: this.#data.join("\n"), lastEventId: this.#id };
    const dispatched = this.#data.length > 0;
    this.#raw = "";
    this.#data = [];
    this.#type = "";
    return dispatched ? { raw, event } : { raw };
  }
}
