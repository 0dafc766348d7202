/** A whole benchmark: the load that is asked for, and what it comes to. */

import { describeEnvironment } from "./environment.ts";
import type { Objective } from "./fan-out/capacity.ts";
import { measureCapacity, measureFanOut } from "./fan-out/fan-out.ts";
import type { Load, Pacing } from "./fan-out/load.ts";
import { measurementName } from "./figure-names.ts";
import { measureRequests, probe } from "./loads/http-load.ts";
import { idle } from "./loads/idle.ts";
import type { ConnectionLoad, ConnectionRound } from "./loads/loaded-subscribers.ts";
import { publish } from "./loads/publish.ts";
import { connectStorm, reconnectStorm } from "./loads/storms.ts";
import { NEVER_READ } from "./reports/beside-remarks.ts";
import type { BenchmarkResult, LoadName } from "./result.ts";
import { spread, spreads } from "./spread.ts";
import type { Target } from "./target/target.ts";
import { TargetFailure } from "./target/target-failure.ts";

/** What to run against a target. */
export interface BenchmarkPlan extends Omit<Load, "dialect" | "pid" | "pacing" | "onProgress" | "beside"> {
  /** The kind of load. */
  load: LoadName;
  /** Each of these is measured for itself, one after the other. */
  pacings: readonly Pacing[];
  /** Rounds of each, with connections of their own. */
  rounds: number;
  /** Look for the capacity under this objective, instead. */
  objective?: Objective | undefined;
}

const ONE_ROUND = "One round only: each takes a server that is started anew, and this one runs already.";

/** One in so many subscribers is slow, or comes and goes. */
const ONE_IN = 10;

const connectionLoads: { [name in LoadName]?: (load: ConnectionLoad) => Promise<ConnectionRound> } = {
  publish,
  "connect-storm": connectStorm,
  "reconnect-storm": reconnectStorm,
};

/**
 * Runs a benchmark. One thing at a time: nothing else is asked of the server meanwhile.
 *
 * @throws TargetFailure if the server cannot be reached, does not relay, or fails a plain request, before anything is
 * measured; what fails later is among the result's failures
 */
export async function benchmark(
  target: Target,
  plan: BenchmarkPlan,
  onProgress?: Load["onProgress"],
): Promise<BenchmarkResult> {
  const result: BenchmarkResult = {
    format: "tidings-bench/1",
    name: target.dialect.name,
    load: plan.load,
    plan: plannedFor(target, plan),
    environment: describeEnvironment(),
    exact: true,
    measurements: [],
    failures: [],
  };
  if (plan.load === "fanout" && target.health) await probe(target.health, plan.patienceMs);
  const { load: name, pacings, rounds, objective, ...rest } = plan;
  const load = { ...rest, dialect: target.dialect, pid: target.pid, onProgress };
  const ofConnections = connectionLoads[name];
  if (name === "idle") Object.assign(result, await repeatAnew(target, rounds, load));
  else if (ofConnections) Object.assign(result, await repeat(rounds, () => ofConnections(load)));
  else if (objective) result.capacity = await measureCapacity(load, objective, rounds);
  else {
    for (const pacing of pacings) {
      for (const { label, beside } of variants(plan)) {
        await addFanOut(result, { ...load, pacing, beside }, rounds, label);
      }
    }
  }
  if (name === "fanout" && target.health) await addHealth(result, target.health, plan, onProgress);
  result.exact =
    result.failures.length === 0 &&
    result.measurements.every(({ exact }) => exact) &&
    (result.capacity?.steps ?? []).every(({ faults }) => faults === undefined);
  return result;
}

/** Adds a measurement; of one that could not be begun only why, if there are others. */
async function addFanOut(result: BenchmarkResult, load: Load, rounds: number, label?: string): Promise<void> {
  const { measurements, failures } = result;
  try {
    const measured = await measureFanOut(load, rounds, label);
    measurements.push(measured.measurement);
    failures.push(...measured.failures);
  } catch (error) {
    if (!(error instanceof TargetFailure) || measurements.length === 0) throw error;
    failures.push(
      `${measurementName({ ...(label !== undefined && { label }), pacing: load.pacing })}: ${error.message}`,
    );
  }
}

/** What is measured at each pace: with slow consumers, and without them to compare. */
function variants({ load, subscribers }: BenchmarkPlan): { label?: string; beside?: Load["beside"] }[] {
  const some = Math.max(1, Math.round(subscribers / ONE_IN));
  if (load === "churn") return [{ label: `${some} more come and go`, beside: { slow: 0, guests: some } }];
  if (load !== "slow-consumers") return [{}];
  return [{ label: "all read" }, { label: `${some} more ${NEVER_READ}`, beside: { slow: some, guests: 0 } }];
}

type OfConnections = Pick<BenchmarkResult, "figures" | "failures" | "notes">;

async function repeat(rounds: number, load: () => Promise<ConnectionRound>): Promise<OfConnections> {
  const done: ConnectionRound[] = [];
  for (let round = 0; round < rounds; round++) done.push(await load());
  return togetherOf(done);
}

/** Each round of `idle` with a server that has had no connections before: else it would find room in what they left. */
async function repeatAnew(target: Target, rounds: number, load: ConnectionLoad): Promise<OfConnections> {
  const first = await idle(load);
  const { restart } = target;
  if (restart === undefined) {
    return togetherOf([rounds === 1 ? first : { ...first, notes: [ONE_ROUND, ...(first.notes ?? [])] }]);
  }
  const done = [first];
  while (done.length < rounds) {
    await using anew = await restart();
    done.push(await idle({ ...load, dialect: anew.dialect, pid: anew.pid }));
  }
  return togetherOf(done);
}

function togetherOf(rounds: ConnectionRound[]): OfConnections {
  const failures = rounds.flatMap((round) => round.failures);
  const notes = [...new Set(rounds.flatMap((round) => round.notes ?? []))];
  return {
    ...(failures.length === 0 && { figures: spreads(rounds.map(({ figures }) => figures)) }),
    failures,
    ...(notes.length > 0 && { notes }),
  };
}

async function addHealth(
  result: BenchmarkResult,
  url: string,
  { rounds, durationMs }: BenchmarkPlan,
  onProgress: Load["onProgress"],
): Promise<void> {
  const requests: number[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      onProgress?.({ doing: `plain requests, round ${round} of ${rounds}`, delivered: 0 });
      requests.push(await measureRequests(url, durationMs));
    }
    result.figures = { requestsPerSecond: spread(requests) };
  } catch (error) {
    if (!(error instanceof TargetFailure)) throw error;
    result.failures.push(error.message);
  }
}

/** The plan as a result records it. */
function plannedFor({ dialect }: Target, plan: BenchmarkPlan): BenchmarkResult["plan"] {
  const { subscribers, messageBytes, durationMs, rounds, generators } = plan;
  const { transport, deflate = false } = dialect.subscribe;
  return {
    ...{ transport, publishedBy: dialect.publish.via, deflate },
    ...{ subscribers, messageBytes, durationMs, rounds, generators },
  };
}
