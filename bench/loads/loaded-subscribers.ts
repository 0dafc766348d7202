/** A load that opens subscribers and looks at what that costs. */
import { setTimeout as delay } from "node:timers/promises";
import type { Load } from "../fan-out/load.ts";
import { Generator } from "../generator/generator.ts";
import { newRunId } from "../generator/numbered-messages.ts";
import type { Answered, Asked } from "../generator/protocol.ts";
import { TargetFailure } from "../target/target-failure.ts";

/** How a load is told what to do; its pacing has no meaning here. */
export type ConnectionLoad = Omit<Load, "pacing" | "generators" | "beside">;

/** What one round of such a load came to. */
export interface ConnectionRound {
  /** By the names that results have. */
  figures: { [name: string]: number };
  /** What went wrong, in words. If anything did there are no figures. */
  failures: string[];
  /** What to know of the figures, or why one is missing, in words. */
  notes?: string[];
}

const LOOK_EVERY_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Subscribers of one generator, for which a load needs no pace. */
export class LoadedSubscribers implements AsyncDisposable {
  readonly #load: ConnectionLoad;
  readonly #generator = new Generator();

  constructor(load: ConnectionLoad) {
    this.#load = load;
  }

  /** Begins anew: what was counted before is forgotten. */
  async prepare(): Promise<void> {
    const { messageBytes } = this.#load;
    await this.#generator.ask("prepare", { run: newRunId(), messageBytes, mostInFlight: 1_024 });
  }

  /** Opens so many more. Tells how many seconds that took, and how much of a core the generator used. */
  async open(count: number, atOnce: number): Promise<Answered<"subscribe">> {
    const use = this.#load.dialect.subscribe as Asked<"subscribe">["use"];
    this.#load.onProgress?.({ doing: `opening ${count} connections`, delivered: 0 });
    return this.#generator.ask("subscribe", { use, count, atOnce });
  }

  /** Cuts all of them at once. */
  async cut(): Promise<void> {
    await this.#generator.ask("cut", {});
  }

  /**
   * Publishes until every subscriber has had a message: a connection that gets none is none.
   *
   * @throws TargetFailure if that does not come about
   */
  async proveAll(count: number): Promise<void> {
    const use = this.#load.dialect.publish as Asked<"openPublisher">["use"];
    await this.#generator.ask("openPublisher", { use });
    let pauseMs = LOOK_EVERY_MS;
    for (let waitedMs = 0; ; waitedMs += pauseMs) {
      await this.#generator.ask("publish", {});
      await delay(pauseMs);
      const { ready, reason } = await this.#generator.ask("look", {});
      if (reason !== undefined) throw new TargetFailure(`the server ended a connection: ${reason}`);
      if (ready >= count) return;
      if (waitedMs > this.#load.patienceMs) {
        throw new TargetFailure(`${count - ready} of ${count} connections were accepted, but got nothing`);
      }
      pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
    }
  }

  async close(): Promise<void> {
    await this.#generator.ask("close", {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#generator[Symbol.asyncDispose]();
  }
}
