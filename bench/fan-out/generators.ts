/** The generators of a round, asked as one. */
import { setTimeout as delay } from "node:timers/promises";
import { Generator } from "../generator/generator.ts";
import type { Answered } from "../generator/protocol.ts";
import { nowMicros } from "../generator/shared-clock.ts";

/** How far a generator is. */
export type Look = Answered<"look">;

/** How often is looked how far they are. */
export const LOOK_EVERY_MS = 20;

/** Processes that share the subscribers; one of them publishes. Disposal ends them. */
export class Generators implements AsyncDisposable {
  /** How many there are. */
  readonly count: number;
  /** The one that publishes. */
  readonly publisher: Generator;
  readonly #others: readonly Generator[];

  constructor(count: number) {
    this.count = count;
    this.publisher = new Generator();
    this.#others = Array.from({ length: count - 1 }, () => new Generator());
  }

  /** Has each of them do something at the same time. */
  all<Result>(action: (generator: Generator, index: number) => Promise<Result>): Promise<Result[]> {
    return Promise.all([this.publisher, ...this.#others].map(action));
  }

  /** Looks how far each is. */
  look(): Promise<Look[]> {
    return this.all((generator) => generator.ask("look", {}));
  }

  /** Waits for a state; gives up once a connection is lost, or nothing has arrived for so long. Returns whether it came. */
  async until(reached: (looks: Look[]) => boolean, patienceMs: number): Promise<boolean> {
    let before = -1;
    for (let stillLooks = 0; stillLooks * LOOK_EVERY_MS <= patienceMs; stillLooks++) {
      const looks = await this.look();
      if (reached(looks)) return true;
      if (isBroken(looks)) return false;
      const delivered = looks.reduce((sum, look) => sum + look.delivered, 0);
      if (delivered !== before) stillLooks = 0;
      before = delivered;
      await delay(LOOK_EVERY_MS);
    }
    return false;
  }

  /** From now on the one that publishes knows how far the subscribers of the others are: all have what is before `first`. */
  shareProgress(first: number): void {
    if (this.#others.length === 0) return;
    const completes = this.#others.map(() => first);
    const tell = (at: number) =>
      void this.publisher.ask("others", { complete: Math.min(...completes), at }).catch(() => {});
    this.#others.forEach((generator, index) => {
      generator.onProgress = ({ complete, at }) => {
        completes[index] = complete;
        tell(at);
      };
    });
    tell(nowMicros());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.all((generator) => generator[Symbol.asyncDispose]());
  }
}

/** A connection that is gone misses all that comes. */
export function isBroken(looks: readonly Look[]): boolean {
  return looks.some((look) => look.disconnected > 0 || look.publisherLost);
}
