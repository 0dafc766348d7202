/** The highest rate at which a server meets an objective for its latency. */
import type { Capacity } from "./result.ts";
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
 * bisection to 10 %. One that failed by a hair may have met a busy machine: it gets a second try.
 */
export async function findCapacity(
  objective: Objective,
  firstRate: number,
  subscribers: number,
  attempt: Attempt,
): Promise<Capacity> {
  const steps: Step[] = [];
  let met: Step | undefined;
  let failed: Step | undefined;
  let rate = firstRate;
  while (steps.length < MOST_STEPS && rate >= LEAST_RATE) {
    let step = judge(objective, rate, await attempt(rate));
    steps.push(step);
    if (!step.met && met !== undefined && rate <= met.rate * NEAR_THE_KNEE) {
      step = judge(objective, rate, await attempt(rate));
      steps.push(step);
    }
    if (step.met) met = step;
    else failed = step;
    if (met !== undefined && failed !== undefined && failed.rate <= met.rate * NEARNESS) break;
    rate = nextRate(met?.rate, failed?.rate);
  }
  const messagesPerSecond = met?.rate ?? 0;
  return {
    ...objective,
    messagesPerSecond,
    deliveriesPerSecond: messagesPerSecond * subscribers,
    ...(met?.latencyMs !== undefined && { latencyMs: met.latencyMs }),
    steps,
  };
}

function nextRate(met: number | undefined, failed: number | undefined): number {
  if (met === undefined) return rounded((failed ?? 1) / LADDER);
  return rounded(failed === undefined ? met * LADDER : Math.sqrt(met * failed));
}

/** To three digits: nobody can tell more. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}

function judge({ percentile, withinMs }: Objective, rate: number, round: Round): Step {
  const { figures } = round;
  if (figures === undefined) return { rate, met: false, why: whyNot(round) };
  const names = { 50: "latencyP50Ms", 90: "latencyP90Ms", 99: "latencyP99Ms", 99.9: "latencyP999Ms" } as const;
  const latencyMs = figures[names[percentile]];
  // What was sent late counts as latency: who meets the objective in spite of that does meet it.
  const met = latencyMs <= withinMs;
  const why = `p${percentile} ${latencyMs.toFixed(1)} ms${!met && round.invalid ? `; ${round.invalid}` : ""}`;
  const { generatorCpuPercent, serverCpuPercent } = figures;
  return {
    rate,
    met,
    latencyMs,
    generatorCpuPercent,
    ...(serverCpuPercent !== undefined && { serverCpuPercent }),
    why,
  };
}

function whyNot({ overloaded, lost, duplicated, reordered, disconnected, reason }: Round): string {
  if (overloaded) return "more than 0.7 s behind the schedule";
  const faults = { lost, duplicated, reordered, disconnected };
  const named = Object.entries(faults).filter(([, count]) => count > 0);
  return named.map(([name, count]) => `${count} ${name}`).join(", ") || (reason ?? "no figure");
}
