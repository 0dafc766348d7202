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
  /** Which servers' figures have an asterisk, and what a line below the table says of it. */
  readonly asterisk?: { readonly of: (peer: ComparedPeer) => boolean; readonly meaning: string };
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
    ...meanings(measured, shown),
    ...troubles(peers),
    "",
  ].join("\n");
}

function cells(peer: ComparedPeer, { figure, withRatio, asterisk }: Column): string[] {
  const value = peer.figures[figure];
  const cell = value ? `${digits(value.median)}${asterisk?.of(peer) ? "\\*" : ""}` : "–";
  return withRatio ? [cell, ratio(peer.ratios[figure])] : [cell];
}

function meanings(peers: readonly ComparedPeer[], columns: readonly Column[]): string[] {
  return columns.flatMap(({ figure, asterisk }) => {
    const marked = asterisk && peers.some((peer) => peer.figures[figure] && asterisk.of(peer));
    return marked ? ["", `\\* ${asterisk.meaning}`] : [];
  });
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
