/** The highest rate at which a server meets an objective for its latency. */

import type { Capacity } from "../result.ts";
import { spread } from "../spread.ts";
import { TargetFailure } from "../target/target-failure.ts";
import { type CpuUse, whyBehind } from "./bottleneck.ts";
import { faultsOf } from "./faults.ts";
import type { Round } from "./round.ts";

/** How fast so many of a hundred deliveries have to be. */
export interface Objective {
  /** Such as 99. */
  percentile: 50 | 90 | 99 | 99.9;
  withinMs: number;
}

/** Runs one round at a rate, in messages a second. */
export type Attempt = (rate: number) => Promise<Round>;

const LADDER = 1.4;
/** How near the highest rate that did and the lowest that did not have to come. */
const NEARNESS = 1.1;
/** A rate at which a server failed is tried again if one is known that is at most so much lower and was met. */
const NEAR_THE_KNEE = LADDER * 1.01;
const MOST_STEPS = 60;
const LEAST_RATE = 0.5;

type Step = Capacity["steps"][number];

/**
 * Looks for the capacity: up or down a ladder from a first rate, until one rate was met and the next was not, then by
 * bisection to 10 %. One that failed by a hair may have met a busy machine: it gets a second try. What was found is run
 * again until it had `rounds` rounds, half of which have to meet the objective; else a lower rate is confirmed so.
 *
 * @throws TargetFailure if the first round can't be run; later ones that can't have failed
 */
export async function findCapacity(
  objective: Objective,
  firstRate: number,
  subscribers: number,
  attempt: Attempt,
  rounds = 1,
): Promise<Capacity> {
  const search = new Search(objective, attempt);
  await search.find(firstRate);
  const messagesPerSecond = await search.confirm(rounds);
  const latencies = search.at(messagesPerSecond).flatMap(({ latencyMs }) => latencyMs ?? []);
  return {
    ...objective,
    messagesPerSecond,
    deliveriesPerSecond: messagesPerSecond * subscribers,
    ...(latencies.length > 0 && { latencyMs: spread(latencies) }),
    steps: search.steps,
  };
}

class Search {
  readonly steps: Step[] = [];
  readonly #objective: Objective;
  readonly #attempt: Attempt;

  constructor(objective: Objective, attempt: Attempt) {
    this.#objective = objective;
    this.#attempt = attempt;
  }

  /** All rounds at a rate. */
  at(rate: number): Step[] {
    return this.steps.filter((step) => step.rate === rate);
  }

  async find(firstRate: number): Promise<void> {
    let rate: number | undefined = firstRate;
    while (rate !== undefined && rate >= LEAST_RATE && this.steps.length < MOST_STEPS) {
      await this.#try(rate);
      rate = this.#next();
    }
  }

  /** Returns the highest rate at which at least half of the rounds met the objective; 0 if there is none. */
  async confirm(rounds: number): Promise<number> {
    let rate = this.#highestMet() ?? 0;
    while (rate >= LEAST_RATE) {
      while (this.at(rate).length < rounds) await this.#try(rate);
      const tries = this.at(rate);
      if (2 * tries.filter(({ met }) => met).length >= tries.length) return rate;
      rate = this.#highestMet(rate) ?? rounded(rate / LADDER);
    }
    return 0;
  }

  async #try(rate: number): Promise<void> {
    try {
      this.steps.push(judge(this.#objective, rate, await this.#attempt(rate)));
    } catch (error) {
      if (!(error instanceof TargetFailure) || this.steps.length === 0) throw error;
      this.steps.push({ rate, met: false, why: error.message });
    }
  }

  #next(): number | undefined {
    const met = this.#highestMet();
    const failures = this.steps.filter((step) => !step.met && step.rate > (met ?? 0)).map(({ rate }) => rate);
    const failed = Math.min(...failures);
    if (met === undefined) return rounded(failed / LADDER);
    if (failures.length === 0) return rounded(met * LADDER);
    if (failed <= met * NEAR_THE_KNEE && this.at(failed).length === 1) return failed;
    return failed <= met * NEARNESS ? undefined : rounded(Math.sqrt(met * failed));
  }

  #highestMet(below = Number.POSITIVE_INFINITY): number | undefined {
    const rates = this.steps.filter(({ met, rate }) => met && rate < below).map(({ rate }) => rate);
    return rates.length === 0 ? undefined : Math.max(...rates);
  }
}

/** To three digits: nobody can tell more. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}

function judge({ percentile, withinMs }: Objective, rate: number, round: Round): Step {
  const { figures } = round;
  if (figures === undefined) return failedStep(rate, round);
  const names = { 50: "latencyP50Ms", 90: "latencyP90Ms", 99: "latencyP99Ms", 99.9: "latencyP999Ms" } as const;
  const latencyMs = figures[names[percentile]];
  // What was sent late counts as latency: who meets the objective in spite of that does meet it.
  const met = latencyMs <= withinMs;
  const why = `p${percentile} ${latencyMs.toFixed(1)} ms${!met && round.invalid ? `; ${round.invalid}` : ""}`;
  return { rate, met, latencyMs, ...cpuOf(figures), why };
}

function failedStep(rate: number, round: Round): Step {
  const faults = faultsOf(round);
  const reasons = [round.overloaded ? whyBehind(round) : undefined, faults, round.reason, round.invalid];
  const why = reasons.filter((reason) => reason !== undefined).join("; ") || "no figure";
  return { rate, met: false, ...cpuOf(round), ...(faults !== undefined && { faults }), why };
}

function cpuOf({ generatorCpuPercent, serverCpuPercent }: CpuUse) {
  return {
    ...(generatorCpuPercent !== undefined && { generatorCpuPercent }),
    ...(serverCpuPercent !== undefined && { serverCpuPercent }),
  };
}
