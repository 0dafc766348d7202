/** Connections beside the subscribers that are counted: what a server has to do with meanwhile. */
import { setTimeout as delay } from "node:timers/promises";
import { GuestRecord } from "./guest-record.ts";
import type { Asked } from "./protocol.ts";
import type { Line, Receiver } from "./receiver.ts";
import { deaf, subscriberLine } from "./subscriber-line.ts";

/** How long a guest stays at most, in milliseconds; or at least, where it stays for something to come. */
const STAY_MS = 500;
/** How long it then waits for that, in milliseconds. */
const PATIENCE_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** What guests have to get. */
export interface Due {
  /** The number of the message in a payload; -1 if it is none of the run. */
  sequenceIn(buffer: Buffer, start: number, end: number): number;
  /** The text of a compressed message. */
  inflate(place: number, buffer: Buffer, start: number, end: number): Buffer;
  /** All messages below this number have come to everybody. */
  complete(): number;
  /** The number of the message that will be sent next. */
  next(): number;
}

/** Slow consumers, which never read, and guests, which come and go. */
export class Beside {
  readonly #use: Asked<"beside">["use"];
  readonly #due: Due;
  readonly #slow: Line[] = [];
  #guests: Promise<void>[] = [];
  #open = true;
  #came = 0;
  #reason: string | undefined;

  constructor(use: Asked<"beside">["use"], due: Due) {
    this.#use = use;
    this.#due = due;
  }

  /** @throws Error if a slow one can't be opened */
  async open(slow: number, guests: number): Promise<void> {
    for (let count = 0; count < slow; count++) {
      const line = subscriberLine(this.#use, deaf);
      await line.open();
      line.pause();
      this.#slow.push(line);
    }
    this.#guests = Array.from({ length: guests }, () => this.#comeAndGo());
  }

  /** Has the guests leave. Tells how often one came, and what became of one that it should not. */
  async leave(): Promise<{ came: number; reason?: string }> {
    this.#open = false;
    await Promise.all(this.#guests);
    return { came: this.#came, ...(this.#reason !== undefined && { reason: this.#reason }) };
  }

  /** Ends all. The slow ones are cut: they would have to read all that they did not, before they read the answer. */
  async close(): Promise<void> {
    await this.leave();
    for (const line of this.#slow) line.cut();
  }

  async #comeAndGo(): Promise<void> {
    while (this.#open) {
      const record = new GuestRecord(this.#due.complete());
      const line = subscriberLine(this.#use, this.#receiver(record));
      try {
        await line.open();
      } catch (error) {
        this.#reason ??= `was refused: ${(error as Error).message}`;
        return;
      }
      const stays = this.#came++ % 2 === 0;
      // Every other one stays until it has something, and says good-bye. The others just go.
      if (stays) {
        await delay(STAY_MS);
        await this.#awaitFirst(record);
        await line.close();
      } else {
        await delay(Math.random() * STAY_MS);
        line.cut();
      }
      this.#reason ??= record.fault;
    }
  }

  /** Waits in looks, with what has arrived read between them: a machine that stood still has not lost a message. */
  async #awaitFirst(record: GuestRecord): Promise<void> {
    const from = this.#due.next();
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
      const isOver = !this.#open && this.#due.complete() <= from;
      if (record.hasAny || record.fault !== undefined || isOver) return;
      await delay(LOOK_EVERY_MS);
    }
    if (this.#due.complete() > from) record.missAll(from);
  }

  #receiver(record: GuestRecord): Receiver {
    const due = this.#due;
    const message = (buffer: Buffer, start: number, end: number) => {
      const sequence = due.sequenceIn(buffer, start, end);
      if (sequence >= 0) record.note(sequence);
      return sequence >= 0;
    };
    const compressed = (buffer: Buffer, start: number, end: number) => {
      const text = due.inflate(record.next, buffer, start, end);
      return message(text, 0, text.length);
    };
    return { ...deaf, message, compressed, lost: (reason) => record.lose(reason) };
  }
}
