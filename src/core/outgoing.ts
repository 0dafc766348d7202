/** A message on its way out, in the form that each wire sends. Pure: the wires only write what they find here. */
import { memberText } from "./member-text.ts";
import { type Incoming, PONG } from "./message.ts";

/** A message that everybody may have. */
export type Publishable = Extract<Incoming, { kind: "event" | "broadcast" }>;

/** One message for any number of receivers: each form of it is made once, and only when the first receiver asks for it. */
export class Outgoing {
  /** What goes out as a text message on a WebSocket connection. */
  readonly text: string;
  readonly #eventName: string | undefined;
  #streamEvent: string | undefined;

  private constructor(text: string, eventName?: string) {
    this.text = text;
    this.#eventName = eventName;
  }

  /**
   * @param text - the message as it came. It goes out as it is: so no number loses its digits, and no string its escapes.
   * @param incoming - what `classify` made of that text
   */
  static of(text: string, incoming: Publishable): Outgoing {
    return new Outgoing(text, incoming.kind === "event" ? incoming.message.event : undefined);
  }

  /** The answer to a ping. */
  static readonly pong = new Outgoing(PONG);

  /**
   * What goes out on a stream: a broadcast as an event without a name, whose data is its text (BRIDGE-1b); an event under
   * its name, with the text of its member `data` (BRIDGE-1c).
   */
  get streamEvent(): string {
    this.#streamEvent ??=
      this.#eventName === undefined
        ? `${dataLines(this.text)}\n`
        : `event: ${this.#eventName}\n${dataLines(memberText(this.text, "data") ?? "null")}\n`;
    return this.#streamEvent;
  }
}

/** White space may have line breaks in it, and a break would end the field: each line becomes a field of its own (CORE-S9d). */
function dataLines(text: string): string {
  return `data: ${text.replace(/\r\n|\r|\n/g, "\ndata: ")}\n`;
}
