/** Connections beside the subscribers that are counted: what a server has to do with meanwhile. */
import { setTimeout as delay } from "node:timers/promises";
import type { Asked } from "./protocol.ts";
import type { Line } from "./receiver.ts";
import { deaf, subscriberLine } from "./subscriber-line.ts";

/** How long a guest stays at most, in milliseconds. */
const LONGEST_STAY_MS = 500;

/** Slow consumers, which never read, and guests, which come and go. */
export class Beside {
  readonly #use: Asked<"beside">["use"];
  readonly #slow: Line[] = [];
  #guests: Promise<void>[] = [];
  #open = true;
  #came = 0;
  #reason: string | undefined;

  constructor(use: Asked<"beside">["use"]) {
    this.#use = use;
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

  /** Has the guests leave. */
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
      const line = subscriberLine(this.#use, deaf);
      try {
        await line.open();
      } catch (error) {
        this.#reason ??= (error as Error).message;
        return;
      }
      this.#came++;
      await delay(Math.random() * LONGEST_STAY_MS);
      // Half of them say good-bye.
      if (Math.random() < 0.5) line.cut();
      else await line.close();
    }
  }
}
