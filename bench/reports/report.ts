/** A benchmark's result as a table for people. */
import { figureNames, measurementName, shown } from "../figure-names.ts";
import type { BenchmarkResult, Capacity } from "../result.ts";
import type { Spread } from "../spread.ts";
import { remarks, title } from "./remarks.ts";

/** Lines of text: what was run, the figures, what went wrong with deliveries, and where it ran. */
export function renderReport(result: BenchmarkResult): string {
  const sections = result.measurements.map((measurement) => [
    measurementName(measurement),
    ...table(measurement.figures ?? {}),
  ]);
  if (result.capacity) sections.push(capacity(result.capacity));
  if (result.figures) sections.push(table(result.figures));
  return [title(result), ...sections.map((lines) => lines.join("\n")), remarks(result).join("\n")].join("\n\n");
}

function table(figures: { [name: string]: Spread }): string[] {
  const rows: string[] = [];
  for (const [name, { label, show }] of Object.entries(figureNames)) {
    const spread = figures[name];
    if (spread) rows.push(columns(label, ...[spread.median, spread.min, spread.max].map(show)));
  }
  return rows.length === 0 ? [] : [columns("", "median", "min", "max"), ...rows];
}

function columns(label: string, ...cells: string[]): string {
  return label.padEnd(34) + cells.map((cell) => cell.padStart(14)).join("");
}

function capacity({ percentile, withinMs, messagesPerSecond, deliveriesPerSecond, steps }: Capacity): string[] {
  return [
    `capacity with p${percentile} within ${withinMs} ms: ${shown(messagesPerSecond)} messages/s, ${shown(deliveriesPerSecond)} deliveries/s`,
    ...steps.map(({ rate, met, why }) => `${shown(rate).padStart(12)}/s  ${met ? "met   " : "failed"}  ${why}`),
  ];
}
