/** The load `fanout`: one publishes, all subscribers get everything. */
import { generatorIsBottleneck, serverIsBusy } from "./bottleneck.ts";
import { type Ceiling, calibrate } from "./calibration.ts";
import { findCapacity, type Objective } from "./capacity.ts";
import type { Capacity, Measurement } from "./result.ts";
import { type Load, type Pacing, type Round, runRound } from "./round.ts";
import { spreads } from "./spread.ts";

/** Nearer to the ceiling than this, and the generator slows the server down. */
const CEILING_SHARE = 0.8;
/** Where the search for the capacity begins, in deliveries a second: what a plain server can do. */
const FIRST_DELIVERIES = 20_000;

/** Runs one load for some rounds, and calibrates the generator for what it came to. */
export async function measureFanOut(load: Load, rounds: number, label?: string): Promise<Measurement> {
  const done: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    done.push(await runRound({ ...load, onProgress: inRound(load, round, rounds) }));
  }
  const { pacing } = load;
  const named = { ...(label !== undefined && { label }), pacing };
  const valid = done.filter(({ invalid }) => invalid === undefined);
  const all = valid.map((round) => round.figures).filter((figures) => figures !== undefined);
  const recorded = done.map(asRecorded);
  if (all.length < rounds) return { ...named, rounds: recorded, exact: false, generatorBound: false };
  const figures = spreads(all);
  const ceiling = "window" in pacing ? await calibrate(load, figures.messagesPerRead?.median ?? 1) : undefined;
  return {
    ...named,
    rounds: recorded,
    exact: true,
    figures,
    ...(ceiling && { ceiling }),
    generatorBound: isGeneratorBound(figures, ceiling),
  };
}

/** Looks for the capacity of a server. */
export async function measureCapacity(load: Omit<Load, "pacing">, objective: Objective): Promise<Capacity> {
  const first = Math.max(1, Math.round(FIRST_DELIVERIES / load.subscribers));
  return findCapacity(objective, first, load.subscribers, (rate) => {
    const pacing: Pacing = { rate };
    const { onProgress } = load;
    const tell = onProgress && ((now: { doing: string; delivered: number }) => tellRate(onProgress, rate, now));
    return runRound({ ...load, pacing, onProgress: tell });
  });
}

type OnProgress = NonNullable<Load["onProgress"]>;

function tellRate(onProgress: OnProgress, rate: number, { doing, delivered }: { doing: string; delivered: number }) {
  onProgress({ doing: `${rate} messages/s: ${doing}`, delivered });
}

function inRound({ onProgress }: Load, round: number, rounds: number): OnProgress | undefined {
  if (onProgress === undefined) return undefined;
  return ({ doing, delivered }) => onProgress({ doing: `round ${round} of ${rounds}: ${doing}`, delivered });
}

function isGeneratorBound(figures: NonNullable<Measurement["figures"]>, ceiling: Ceiling | undefined): boolean {
  const { generatorCpuPercent, serverCpuPercent, deliveriesPerSecond } = figures;
  const use = { generatorCpuPercent: generatorCpuPercent?.median, serverCpuPercent: serverCpuPercent?.median };
  if (generatorIsBottleneck(use)) return true;
  return (
    !serverIsBusy(use) &&
    ceiling !== undefined &&
    (deliveriesPerSecond?.median ?? 0) > CEILING_SHARE * ceiling.deliveriesPerSecond
  );
}

/** A result has figures by name. */
function asRecorded({ figures, ...round }: Round): Measurement["rounds"][number] {
  return figures === undefined ? round : { ...round, figures: { ...figures } };
}
