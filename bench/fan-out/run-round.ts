/** Runs one round of fan-out: subscribers and a publisher come, load is generated and measured, and every delivery checked. */
import { setTimeout as delay } from "node:timers/promises";
import type { Generator } from "../generator/generator.ts";
import { newRunId } from "../generator/numbered-messages.ts";
import type { Asked } from "../generator/protocol.ts";
import { nowMicros } from "../generator/shared-clock.ts";
import { type CpuReading, cpuPercent, readCpu } from "../target/cpu-reading.ts";
import { type ServerUse, watchServer } from "../target/server-use.ts";
import { TargetFailure } from "../target/target-failure.ts";
import { Generators, isBroken, LOOK_EVERY_MS, type Look } from "./generators.ts";
import type { Load } from "./load.ts";
import { judge, type Round } from "./round.ts";

/** More handshakes at once would overflow the queue of a server that has not accepted them yet. */
const HANDSHAKES_AT_ONCE = 64;
/** How long nothing comes before it is tried whether anything does. */
const STILL_MS = 2_000;
/** How long before it begins a measurement is announced. */
const LEAD_MICROS = 50_000;

/**
 * Loads a server for one round: connects, warms up, counts, waits for what is in flight, and checks that each
 * subscriber got every message exactly once and in order.
 *
 * @throws TargetFailure if the server cannot be reached, or does not relay what is published
 */
export async function runRound(load: Load): Promise<Round> {
  await using generators = new Generators(Math.min(load.generators, load.subscribers));
  const round = new FanOut(load, generators);
  await round.connect();
  await round.beside();
  const result = await round.run();
  await round.disconnect();
  return result;
}

class FanOut {
  readonly #load: Load;
  readonly #generators: Generators;
  readonly #publisher: Generator;
  #first = 0;
  #next = 0;
  #server: ServerUse = {};
  /** How long was measured; 0 if that came to nothing. */
  #seconds = 0;
  #overloaded = false;
  /** Whether the generator could not keep to the schedule, for no fault of the server. */
  #stalled = false;
  /** When load began, and the server's CPU time then. */
  #began: CpuReading = { at: 0, seconds: undefined };
  #untilGivenUp: Pick<Round, "generatorCpuPercent" | "serverCpuPercent"> = {};

  constructor(load: Load, generators: Generators) {
    this.#load = load;
    this.#generators = generators;
    this.#publisher = generators.publisher;
  }

  async connect(): Promise<void> {
    const { dialect, subscribers, messageBytes, pacing } = this.#load;
    const run = newRunId();
    // An open loop is given up when it is 0.7 s behind.
    const mostInFlight = Math.ceil("window" in pacing ? pacing.window : pacing.rate) + 1_024;
    await this.#generators.all((generator) => generator.ask("prepare", { run, messageBytes, mostInFlight }));
    this.#say("connecting", 0);
    const share = subscribers / this.#generators.count;
    await this.#generators.all((generator, index) => {
      const count = Math.round(share * (index + 1)) - Math.round(share * index);
      const atOnce = Math.max(1, Math.floor(HANDSHAKES_AT_ONCE / this.#generators.count));
      return generator.ask("subscribe", { use: dialect.subscribe as Asked<"subscribe">["use"], count, atOnce });
    });
    await this.#publisher.ask("openPublisher", { use: dialect.publish as Asked<"openPublisher">["use"] });
    await this.#beReady();
    await this.#generators.all((generator) => generator.ask("count", { first: this.#first }));
    this.#generators.shareProgress(this.#first);
  }

  async beside(): Promise<void> {
    const { beside, dialect } = this.#load;
    const use = dialect.subscribe as Asked<"subscribe">["use"];
    if (beside) await this.#publisher.ask("beside", { use, ...beside });
  }

  async run(): Promise<Round> {
    this.#began = readCpu(this.#load.pid);
    await this.#publisher.ask("pace", this.#load.pacing);
    if (await this.#warmUp()) await this.#measure();
    this.#next = (await this.#publisher.ask("rest", {})).next;
    await this.#drain();
    const round = judge({
      subscribers: this.#load.subscribers,
      sent: this.#next - this.#first,
      looks: await this.#generators.look(),
      parts: await this.#generators.all((generator) => generator.ask("collect", {})),
      ...{ overloaded: this.#overloaded, untilGivenUp: this.#untilGivenUp, stalled: this.#stalled },
      ...{ seconds: this.#seconds, server: this.#server },
    });
    return this.#load.beside ? this.#withGuests(round) : round;
  }

  async disconnect(): Promise<void> {
    await this.#generators.all((generator) => generator.ask("close", {}));
  }

  /** Publishes until every subscriber has had something: then each of them is subscribed. */
  async #beReady(): Promise<void> {
    const { subscribers, patienceMs } = this.#load;
    let pauseMs = LOOK_EVERY_MS;
    for (let waitedMs = 0; ; waitedMs += pauseMs) {
      this.#first = (await this.#publisher.ask("publish", {})).next;
      await delay(pauseMs);
      const looks = await this.#generators.look();
      const ready = looks.reduce((sum, look) => sum + look.ready, 0);
      if (ready === subscribers) return;
      const reason = looks.find((look) => look.reason)?.reason;
      if (reason !== undefined) throw new TargetFailure(`${this.#address} ended a connection at once: ${reason}`);
      if (waitedMs > patienceMs) {
        throw new TargetFailure(
          `${this.#address} does not relay what is published: ${subscribers - ready} of ${subscribers} subscribers got nothing`,
        );
      }
      // A slow server gets the time to send one to all before there is another.
      pauseMs = Math.min(1_000, 2 * pauseMs);
    }
  }

  /** Returns whether there is anything to measure. */
  async #warmUp(): Promise<boolean> {
    const { warmUpMs, pacing } = this.#load;
    const until = performance.now() + warmUpMs;
    const least = this.#first + ("window" in pacing ? 2 * pacing.window : 1);
    return this.#goOn("warming up", (looks) => {
      return performance.now() >= until && looks.every((look) => look.complete >= least);
    });
  }

  async #measure(): Promise<void> {
    const duration = this.#load.durationMs * 1_000;
    let from = Number.NaN;
    for (let lead = LEAD_MICROS; Number.isNaN(from); lead *= 2) {
      const begin = Math.round(nowMicros() + lead);
      const told = await this.#generators.all((generator) =>
        generator.ask("measure", { from: begin, to: begin + duration }),
      );
      // One that learns of it too late has missed some.
      if (told.every(({ at }) => at < begin)) from = begin;
    }
    const stop = new AbortController();
    const use = watchServer(this.#load.pid, from, from + duration, stop.signal);
    try {
      if (!(await this.#goOn("measuring", () => nowMicros() >= from + duration))) return;
      this.#seconds = duration / 1_000_000;
      this.#server = await use;
    } finally {
      stop.abort();
    }
  }

  #giveUp(looks: Look[]): void {
    const serverCpuPercent = cpuPercent(this.#began, readCpu(this.#load.pid));
    this.#untilGivenUp = {
      generatorCpuPercent: Math.max(...looks.map((look) => look.cpuPercent)),
      ...(serverCpuPercent !== undefined && { serverCpuPercent }),
    };
  }

  /** Waits while the publisher goes on. Returns false as soon as it is clear that the round is a failure. */
  async #goOn(doing: string, reached: (looks: Look[]) => boolean): Promise<boolean> {
    const { patienceMs, pacing } = this.#load;
    const stillMs = Math.max(Math.min(patienceMs, STILL_MS), "rate" in pacing ? 3_000 / pacing.rate : 0);
    let stillLooks = 0;
    let before = -1;
    for (;;) {
      const looks = await this.#generators.look();
      const delivered = looks.reduce((sum, look) => sum + look.delivered, 0);
      this.#overloaded = looks.some((look) => look.overloaded);
      this.#stalled = looks.some((look) => look.stalled);
      if (this.#overloaded) this.#giveUp(looks);
      if (this.#overloaded || this.#stalled || isBroken(looks)) return false;
      if (reached(looks)) return true;
      this.#say(doing, delivered);
      stillLooks = delivered === before ? stillLooks + 1 : 0;
      before = delivered;
      // In looks, with all that has arrived read between them: a machine that stood still has not lost a message.
      if (stillLooks * LOOK_EVERY_MS >= stillMs) {
        const upTo = await this.#fence();
        if (upTo === undefined || !(await this.#generators.look()).every((look) => look.complete >= upTo)) return false;
        stillLooks = 0;
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /**
   * Waits for what is on its way. What comes twice, or late, comes before the second fence: the first one goes the same way
   * as the last message.
   */
  async #drain(): Promise<void> {
    this.#say("draining", 0);
    const stillMs = Math.min(this.#load.patienceMs, STILL_MS);
    await this.#generators.until((looks) => looks.every((look) => look.complete >= this.#next), stillMs);
    for (let fence = 0; fence < 2; fence++) {
      const next = await this.#fence();
      if (next === undefined) return;
    }
    await this.#generators.until(([look]) => look?.unanswered === 0, this.#load.patienceMs);
  }

  /** Publishes a message and waits until all subscribers have it. Undefined if they don't get it. */
  async #fence(): Promise<number | undefined> {
    if (isBroken(await this.#generators.look())) return undefined;
    const { next } = await this.#publisher.ask("publish", {});
    this.#next = Math.max(this.#next, next);
    const reached = await this.#generators.until(
      (looks) => looks.every((look) => look.reached >= next),
      this.#load.patienceMs,
    );
    return reached ? next : undefined;
  }

  /** A guest that could not come, or got what it should not, is a fault of the server too. */
  async #withGuests(round: Round): Promise<Round> {
    const { came, reason } = await this.#publisher.ask("guestsLeave", {});
    if (reason === undefined) return { ...round, guests: came };
    const { figures: _, ...rest } = round;
    return { ...rest, guests: came, reason: `a subscriber that came while messages were sent ${reason}` };
  }

  get #address(): string {
    return this.#load.dialect.subscribe.url;
  }

  #say(doing: string, delivered: number): void {
    this.#load.onProgress?.({ doing, delivered });
  }
}
