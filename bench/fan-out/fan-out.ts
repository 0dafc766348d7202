/** The load `fanout`: one publishes, all subscribers get everything. */

import { measurementName } from "../figure-names.ts";
import type { Capacity, Measurement } from "../result.ts";
import { spreads } from "../spread.ts";
import { TargetFailure } from "../target/target-failure.ts";
import { inTheWayOf, whyBehind } from "./bottleneck.ts";
import { calibrate } from "./calibration.ts";
import { findCapacity, type Objective } from "./capacity.ts";
import { faultsOf } from "./faults.ts";
import type { Load, Pacing } from "./load.ts";
import type { Round } from "./round.ts";
import { runRound } from "./run-round.ts";

/** Where the search for the capacity begins, in deliveries a second: what a plain server can do. */
const FIRST_DELIVERIES = 20_000;

/** What some rounds of one load came to. */
export interface MeasuredFanOut {
  measurement: Measurement;
  /** What went wrong beside deliveries, in words. */
  failures: string[];
}

/**
 * Runs one load for some rounds, and calibrates the generator for what it came to. Rounds in which this machine was measured
 * rather than the server are left out, if there are others.
 *
 * @throws TargetFailure if the first round can't be run
 */
export async function measureFanOut(load: Load, rounds: number, label?: string): Promise<MeasuredFanOut> {
  const { pacing } = load;
  const named = { ...(label !== undefined && { label }), pacing };
  const done: Round[] = [];
  const failures: string[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      done.push(await runRound({ ...load, onProgress: inRound(load, round, rounds) }));
    }
  } catch (error) {
    if (!(error instanceof TargetFailure) || done.length === 0) throw error;
    failures.push(`${measurementName(named)}: round ${done.length + 1} of ${rounds}: ${error.message}`);
  }
  const { measurement, failures: others } = summarise(named, done);
  failures.push(...others);
  const { figures } = measurement;
  if (figures === undefined) return { measurement, failures };
  const ceiling = "window" in pacing ? await calibrate(load, mediansOf(figures)) : undefined;
  if (ceiling) measurement.ceiling = ceiling;
  measurement.generatorBound = inTheWayOf(measurement) === "yes";
  return { measurement, failures };
}

function mediansOf(figures: NonNullable<Measurement["figures"]>) {
  const { deliveriesPerSecond, messagesPerRead, generatorCpuPercent } = figures;
  return {
    deliveriesPerSecond: deliveriesPerSecond?.median ?? 0,
    messagesPerRead: messagesPerRead?.median ?? 1,
    generatorCpuPercent: generatorCpuPercent?.median ?? 100,
  };
}

/** What rounds come to, but for the generator. If any delivery was wrong there are no figures, and that is no other failure. */
export function summarise(named: Pick<Measurement, "label" | "pacing">, done: readonly Round[]): MeasuredFanOut {
  const exact = done.every((round) => faultsOf(round) === undefined);
  const measurement: Measurement = { ...named, rounds: done.map(asRecorded), exact, generatorBound: false };
  if (!exact) return { measurement, failures: [] };
  const valid = done.filter(({ invalid }) => invalid === undefined);
  const all = valid.map((round) => round.figures).filter((figures) => figures !== undefined);
  if (all.length > 0 && all.length === valid.length) {
    return { measurement: { ...measurement, figures: spreads(all) }, failures: [] };
  }
  const why = whyNone(valid.length === 0 ? done : valid);
  return { measurement, failures: [`${measurementName(named)}: no figures: ${why}`] };
}

/** Looks for the capacity of a server, and runs what it found for some rounds. */
export async function measureCapacity(
  load: Omit<Load, "pacing">,
  objective: Objective,
  rounds: number,
): Promise<Capacity> {
  const first = Math.max(1, Math.round(FIRST_DELIVERIES / load.subscribers));
  const attempt = (rate: number) => {
    const pacing: Pacing = { rate };
    const { onProgress } = load;
    const tell = onProgress && ((now: { doing: string; delivered: number }) => tellRate(onProgress, rate, now));
    return runRound({ ...load, pacing, onProgress: tell });
  };
  return findCapacity(objective, first, load.subscribers, attempt, rounds);
}

type OnProgress = NonNullable<Load["onProgress"]>;

function tellRate(onProgress: OnProgress, rate: number, { doing, delivered }: { doing: string; delivered: number }) {
  onProgress({ doing: `${rate} messages/s: ${doing}`, delivered });
}

function inRound({ onProgress }: Load, round: number, rounds: number): OnProgress | undefined {
  if (onProgress === undefined) return undefined;
  return ({ doing, delivered }) => onProgress({ doing: `round ${round} of ${rounds}: ${doing}`, delivered });
}

/** Each reason once. */
function whyNone(rounds: readonly Round[]): string {
  const reasons = rounds.flatMap((round) => {
    if (round.overloaded) return whyBehind(round);
    return round.invalid ?? (round.figures ? [] : (round.reason ?? "nothing was measured"));
  });
  return [...new Set(reasons)].join("; ");
}

/** A result has figures by name. */
function asRecorded({ figures, ...round }: Round): Measurement["rounds"][number] {
  return figures === undefined ? round : { ...round, figures: { ...figures } };
}
