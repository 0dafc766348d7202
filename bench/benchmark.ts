/** A whole benchmark: rounds of load on a server's WebSocket side, then on its HTTP side, and what they come to. */
import { availableParallelism, cpus, loadavg } from "node:os";
import { type Figures, type Load, type Round, runRound } from "./closed-loop.ts";
import { cpuSecondsOf } from "./cpu-time.ts";
import { measureRequests } from "./http-load.ts";
import type { Target } from "./target.ts";

/** What to run against a target: the load of each round, and how many rounds. */
export interface BenchmarkPlan extends Omit<Load, "url" | "serverCpuSeconds"> {
  /** Rounds, each with connections of its own. */
  rounds: number;
}

/** A figure over all rounds. */
export interface Spread {
  /** The middle one, or the mean of the two in the middle. */
  median: number;
  /** The smallest. */
  min: number;
  /** The largest. */
  max: number;
}

/** Where a benchmark ran: figures of different machines do not compare. */
export interface Environment {
  /** Version of Node that the load generator ran on. */
  node: string;
  /** Operating system and architecture. */
  platform: string;
  /** Model of the first processor. */
  cpu: string;
  /** Processors that this process may use. */
  cores: number;
  /** Processes that wanted to run when the benchmark began: average of the last minute. */
  loadAverage: number;
}

/** What a benchmark found. */
export interface BenchmarkResult {
  /** WebSocket URL of the server. */
  url: string;
  /** What was asked for. */
  plan: BenchmarkPlan;
  /** Where it ran. */
  environment: Environment;
  /** Every round, in order. */
  rounds: Round[];
  /** Whether every delivery of every round was right. If not, there are no figures. */
  exact: boolean;
  /** Each figure that all rounds have, over all rounds. Absent unless `exact`. */
  figures?: { [name in keyof Figures]?: Spread };
  /** `GET` requests answered per second on the HTTP side, if that was measured. */
  requestsPerSecond?: Spread;
}

/**
 * Runs a benchmark. One thing at a time: nothing else is asked of the server meanwhile.
 *
 * @throws TargetFailure if the server cannot be reached, does not answer pings, or fails plain requests
 */
export async function benchmark(target: Target, plan: BenchmarkPlan): Promise<BenchmarkResult> {
  const environment = describeEnvironment();
  const { rounds: count, ...load } = plan;
  const { ws: url, pid, health } = target;
  const serverCpuSeconds = () => (pid === undefined ? undefined : cpuSecondsOf(pid));
  const rounds: Round[] = [];
  for (let round = 0; round < count; round++) rounds.push(await runRound({ ...load, url, serverCpuSeconds }));
  const figures = summarize(rounds);

  const requests: number[] = [];
  for (let round = 0; health && round < count; round++) requests.push(await measureRequests(health, plan.durationMs));
  return {
    url,
    plan,
    environment,
    rounds,
    exact: figures !== undefined,
    ...(figures && { figures }),
    ...(requests.length > 0 && { requestsPerSecond: spread(requests) }),
  };
}

/** The spread of each figure, or undefined if any round has none. */
function summarize(rounds: Round[]): { [name in keyof Figures]?: Spread } | undefined {
  const all = rounds.map((round) => round.figures).filter((figures) => figures !== undefined);
  if (all.length < rounds.length) return undefined;
  const names = Object.keys(all[0] ?? {}) as (keyof Figures)[];
  const spreads: { [name in keyof Figures]?: Spread } = {};
  for (const name of names) {
    const values = all.map((figures) => figures[name]).filter((value) => value !== undefined);
    if (values.length === all.length) spreads[name] = spread(values);
  }
  return spreads;
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const last = sorted.length - 1;
  return { median: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2, min: at(0), max: at(last) };
}

function describeEnvironment(): Environment {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    loadAverage: loadavg()[0] ?? 0,
  };
}
