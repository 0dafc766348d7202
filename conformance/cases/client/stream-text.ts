/** The text of a stream, written block by block, with what a client has to show of it, and what it must not. */
import type { ClientContext } from "../../client-case.ts";
import type { Message } from "../../marks.ts";

/** Writes a part of a stream around the JSON text of a message. */
type Write = (json: string) => string | Buffer;

/** A text that is written. */
export class StreamText {
  /** What it makes a client show, in order. */
  readonly shown: Message[] = [];
  /** What a client may take for an event of it, and is none. */
  readonly hidden: Message[] = [];
  readonly #parts: Buffer[] = [];
  readonly #maker: Pick<ClientContext, "message">;

  constructor(maker: Pick<ClientContext, "message">) {
    this.#maker = maker;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Writes what is an event of the type message, around the JSON text of its data. */
  shows(write: Write, members?: Record<string, unknown>): void {
    this.shown.push(this.#write(write, members));
  }

  /** Writes what is no event, or not with this data. */
  hides(write: Write): void {
    this.hidden.push(this.#write(write));
  }

  /** Writes what means nothing. */
  plain(text: string): void {
    this.#parts.push(Buffer.from(text));
  }

  #write(write: Write, members?: Record<string, unknown>): Message {
    const message = this.#maker.message(members);
    this.#parts.push(Buffer.from(write(message.text)));
    return message;
  }
}
