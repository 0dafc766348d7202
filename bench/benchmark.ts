/** A whole benchmark: the load that is asked for, and what it comes to. */
import type { Objective } from "./capacity.ts";
import { describeEnvironment } from "./environment.ts";
import { measureCapacity, measureFanOut } from "./fan-out.ts";
import { measureRequests } from "./http-load.ts";
import type { BenchmarkResult } from "./result.ts";
import type { Load, Pacing } from "./round.ts";
import { spread } from "./spread.ts";
import type { Target } from "./target.ts";

/** What to run against a target. */
export interface BenchmarkPlan extends Omit<Load, "dialect" | "pid" | "pacing" | "onProgress"> {
  /** Each of these is measured for itself, one after the other. */
  pacings: readonly Pacing[];
  /** Rounds of each, with connections of their own. */
  rounds: number;
  /** Look for the capacity under this objective, instead. */
  objective?: Objective | undefined;
}

/**
 * Runs a benchmark. One thing at a time: nothing else is asked of the server meanwhile.
 *
 * @throws TargetFailure if the server cannot be reached, does not relay, or fails plain requests
 */
export async function benchmark(
  target: Target,
  plan: BenchmarkPlan,
  onProgress?: Load["onProgress"],
): Promise<BenchmarkResult> {
  const environment = describeEnvironment();
  const { pacings, rounds, objective, ...rest } = plan;
  const load = { ...rest, dialect: target.dialect, pid: target.pid, onProgress };
  const result: BenchmarkResult = {
    format: "tidings-bench/1",
    name: target.dialect.name,
    load: "fanout",
    plan: plannedFor(target, plan),
    environment,
    exact: true,
    measurements: [],
    failures: [],
  };
  if (objective) result.capacity = await measureCapacity(load, objective);
  else for (const pacing of pacings) result.measurements.push(await measureFanOut({ ...load, pacing }, rounds));
  result.exact = result.measurements.every(({ exact }) => exact);

  const requests: number[] = [];
  for (let round = 0; target.health && round < rounds; round++) {
    onProgress?.({ doing: `plain requests, round ${round + 1} of ${rounds}`, delivered: 0 });
    requests.push(await measureRequests(target.health, plan.durationMs));
  }
  if (requests.length > 0) result.figures = { requestsPerSecond: spread(requests) };
  return result;
}

/** The plan as a result records it. */
export function plannedFor({ dialect }: Target, plan: BenchmarkPlan): BenchmarkResult["plan"] {
  const { subscribers, messageBytes, durationMs, rounds, generators } = plan;
  const { transport, deflate = false } = dialect.subscribe;
  return {
    ...{ transport, publishedBy: dialect.publish.via, deflate },
    ...{ subscribers, messageBytes, durationMs, rounds, generators },
  };
}
