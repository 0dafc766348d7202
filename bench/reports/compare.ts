/** Two results side by side: how many times as much the second is. */
import { figureNames, measurementName, shown } from "../figure-names.ts";
import type { BenchmarkResult } from "../result.ts";
import { type Spread, spread } from "../spread.ts";
import { remarks } from "./remarks.ts";

/** How a figure of B relates to the same of A. */
export interface Ratio {
  /** Of which measurement; empty for figures of the whole run. */
  where: string;
  /** The figure's name. */
  figure: string;
  a: Spread;
  b: Spread;
  /** B through A: of the medians, and at the least and the most between any rounds. */
  ratio: Spread;
}

/** Thrown if two results say nothing about each other. */
export class Incomparable extends Error {
  override readonly name = "Incomparable";
}

/**
 * Compares what both have.
 *
 * @throws Incomparable that says why, if they were not got alike: by another load, window, size, machine, …
 */
export function compare(a: BenchmarkResult, b: BenchmarkResult): Ratio[] {
  requireAlike(a, b);
  const ratios: Ratio[] = [];
  for (const [index, measurement] of a.measurements.entries()) {
    ratios.push(...ratiosOf(measurementName(measurement), measurement.figures, b.measurements[index]?.figures));
  }
  if (a.capacity && b.capacity) {
    ratios.push(...ratiosOf("capacity", capacityFigures(a.capacity), capacityFigures(b.capacity)));
  }
  ratios.push(...ratiosOf("", a.figures, b.figures));
  return ratios;
}

/** A table of them for people, and what else is different than the server. */
export function renderComparison(a: BenchmarkResult, b: BenchmarkResult): string {
  const lines = [`A: ${a.name}`, `B: ${b.name}`];
  const asides = [...differences(a, b), ...boundOf("A", a), ...boundOf("B", b)];
  if (asides.length > 0) lines.push("", ...asides);
  let where: string | undefined;
  for (const ratio of compare(a, b)) {
    if (ratio.where !== where) {
      lines.push("", ratio.where, columns("", "A", "B", "B / A", "from", "to"));
      where = ratio.where;
    }
    const { label, show } = figureNames[ratio.figure] ?? { label: ratio.figure, show: shown };
    const { median, min, max } = ratio.ratio;
    lines.push(columns(label, show(ratio.a.median), show(ratio.b.median), ...[median, min, max].map(shown)));
  }
  return lines.join("\n");
}

/** What two results may differ in, because somebody may want to know just what that comes to. */
function differences(a: BenchmarkResult, b: BenchmarkResult): string[] {
  const facts = ({ plan, environment }: BenchmarkResult) => ({
    transport: plan.transport,
    "way of publishing": plan.publishedBy,
    compression: plan.deflate ? "permessage-deflate" : "none",
    duration: `${plan.durationMs / 1_000} s`,
    "version of the benchmark": environment.tidings,
    node: environment.node,
    kernel: environment.kernel,
  });
  const [ofA, ofB] = [facts(a), facts(b)];
  return (Object.keys(ofA) as (keyof typeof ofA)[])
    .filter((name) => ofA[name] !== ofB[name])
    .map((name) => `NOT alike: ${name}: ${ofA[name]} in A, ${ofB[name]} in B`);
}

/** What was measured of the generator says nothing of the server. */
function boundOf(letter: string, result: BenchmarkResult): string[] {
  const bound = remarks(result).filter((line) => /^generator-bound|generator was at its limit/.test(line));
  return bound.map((line) => `${letter}: ${line}`);
}

function columns(label: string, ...cells: string[]): string {
  return label.padEnd(34) + cells.map((cell) => cell.padStart(12)).join("");
}

function capacityFigures({ messagesPerSecond, deliveriesPerSecond }: NonNullable<BenchmarkResult["capacity"]>) {
  return { messagesPerSecond: spread([messagesPerSecond]), deliveriesPerSecond: spread([deliveriesPerSecond]) };
}

function ratiosOf(
  where: string,
  a: { [name: string]: Spread } | undefined,
  b: { [name: string]: Spread } | undefined,
): Ratio[] {
  return Object.keys(figureNames).flatMap((figure) => {
    const [inA, inB] = [a?.[figure], b?.[figure]];
    // Nothing is a multiple of nothing.
    if (!inA || !inB || inA.min <= 0) return [];
    const ratio = { median: inB.median / inA.median, min: inB.min / inA.max, max: inB.max / inA.min };
    return [{ where, figure, a: inA, b: inB, ratio }];
  });
}

function requireAlike(a: BenchmarkResult, b: BenchmarkResult): void {
  for (const [letter, result] of [
    ["A", a],
    ["B", b],
  ] as const) {
    if (!result.exact)
      throw new Incomparable(`${letter} has no figures: not every delivery was right, or the load was not`);
  }
  const facts = (result: BenchmarkResult) => ({
    load: result.load,
    subscribers: result.plan.subscribers,
    "message bytes": result.plan.messageBytes,
    generators: result.plan.generators,
    "windows and rates": result.measurements.map(measurementName).join("; "),
    objective: result.capacity && `p${result.capacity.percentile} within ${result.capacity.withinMs} ms`,
    processor: `${result.environment.cores} × ${result.environment.cpu}`,
    platform: result.environment.platform,
  });
  const [ofA, ofB] = [facts(a), facts(b)];
  for (const name of Object.keys(ofA) as (keyof typeof ofA)[]) {
    if (ofA[name] !== ofB[name]) {
      throw new Incomparable(`their ${name} differ: ${ofA[name] || "none"} in A, ${ofB[name] || "none"} in B`);
    }
  }
}
