/** A comparison of servers as a table in Markdown. */
import type { Spread } from "../spread.ts";
import type { ComparedPeer } from "./comparison.ts";

/** A column of figures. */
export interface Column {
  /** The name of the figure. */
  readonly figure: string;
  /** Its heading. */
  readonly heading: string;
  /** Whether the ratio to the first server stands beside it. */
  readonly withRatio?: boolean;
}

/** Medians, the least and the largest ratio in brackets; below the table what went wrong with whom. */
export function renderComparison(peers: readonly ComparedPeer[], columns: readonly Column[]): string {
  const shown = columns.filter(({ figure }) => peers.some(({ figures }) => figures[figure]));
  const headings = shown.flatMap(({ heading, withRatio }) => (withRatio ? [heading, "×"] : [heading]));
  const measured = peers.filter(({ rounds }) => rounds > 0);
  return [
    row(["server", ...headings]),
    row(["---", ...headings.map(() => "---:")]),
    ...measured.map((peer) => row([peer.name, ...shown.flatMap((column) => cells(peer, column))])),
    ...troubles(peers),
    "",
  ].join("\n");
}

function cells({ figures, ratios }: ComparedPeer, { figure, withRatio }: Column): string[] {
  const value = figures[figure];
  const cell = value ? digits(value.median) : "–";
  return withRatio ? [cell, ratio(ratios[figure])] : [cell];
}

function ratio(spread: Spread | undefined): string {
  if (!spread) return "–";
  const { median, min, max } = spread;
  return min === max ? digits(median) : `${digits(median)} (${digits(min)} to ${digits(max)})`;
}

/** Three digits that mean something; thousands set apart. */
function digits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 100 ? rounded.toFixed(0).replace(/\B(?=(\d{3})+$)/g, " ") : value.toPrecision(3);
}

function troubles(peers: readonly ComparedPeer[]): string[] {
  const lines = peers.flatMap(({ name, rounds, troubles }) => {
    const extent = rounds > 0 ? `${rounds} rounds only` : "no figures";
    return troubles.length > 0 ? [`- ${name}: ${extent}: ${troubles.map(oneLine).join("; ")}`] : [];
  });
  return lines.length > 0 ? ["", ...lines] : [];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
