/** What has come to one peer: its messages in order, which of them are deliveries of the case's own, and the pongs. */
import { findMarks, type Message } from "./marks.ts";

/** What came, as the wire gives it. */
export interface Incoming {
  /** A text message or a binary one on a connection, an event on a stream. */
  kind: "text" | "binary" | "event";
  /** Of an event: its data. */
  text: string;
  /** A text message whose bytes are not UTF-8, which RFC 6455, section 8.1, forbids. */
  notUtf8?: boolean;
  /** Of an event: its type, `message` where it has no name. */
  type?: string;
  /** Of an event: the last event id with which a client would come back after it. */
  lastEventId?: string;
  /** Of an event: its lines as they came. */
  raw?: string;
}

/** One message that came. */
export interface Received extends Incoming {
  /** The marks of this case in it. */
  marks: string[];
  /** Whether it is a pong. */
  pong: boolean;
}

/** What a flood of messages that nobody asked for may take of the kit's memory. */
const MAX_UNMARKED = 5_000;

/** Collects what comes to one peer. What other cases of the run sent is noticed, but not kept. */
export class Inbox {
  /** Every message that came, in order. */
  readonly received: Received[] = [];
  /** How many pongs (JSON messages of type pong) came. */
  pongs = 0;
  readonly #markPrefix: string;
  readonly #runMark: string;
  readonly #deliveries = new Map<string, Received[]>();
  #unmarked = 0;

  /**
   * @param markPrefix - what the marks of the case begin with.
   * @param runMark - what the marks of the run begin with.
   */
  constructor(markPrefix: string, runMark: string) {
    this.#markPrefix = markPrefix;
    this.#runMark = runMark;
  }

  /**
   * Takes a message.
   *
   * @returns whether it was kept, and whether it shows that the subject gets on with this run. Everybody gets
   * everything: so what other cases sent is a sign of life, too. What strangers send is none.
   */
  add(incoming: Incoming): { kept: boolean; signOfLife: boolean } {
    const { kind, text, type, raw } = incoming;
    // What came of another case's message is that case's business, also where its mark is not in the event's data.
    const all = findMarks(raw ?? text);
    const own = raw === undefined ? all : findMarks(`${type}\n${text}`);
    const marks = own.filter((mark) => mark.startsWith(this.#markPrefix));
    const foreign = marks.length === 0 && all.some((mark) => !mark.startsWith(this.#markPrefix));
    const pong = !foreign && kind === "text" && isPong(text);
    const message: Received = { ...incoming, marks, pong };
    const kept = marks.length > 0 || (!foreign && ++this.#unmarked <= MAX_UNMARKED);
    if (kept) this.received.push(message);
    if (pong) this.pongs++;
    else for (const mark of marks) this.#deliveries.set(mark, [...(this.#deliveries.get(mark) ?? []), message]);
    return { kept, signOfLife: pong || all.some((mark) => mark.startsWith(this.#runMark)) };
  }

  /** @returns what came of a message of this case, in order: one delivery, if all is well. */
  deliveriesOf(message: Message): readonly Received[] {
    return this.#deliveries.get(message.mark) ?? [];
  }
}

function isPong(text: string): boolean {
  // Most messages are none: spare them the parser.
  if (!/pong|\\u/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value && value.type === "pong";
  } catch {
    return false;
  }
}
