/** A benchmark's result as Markdown. */
import { figureNames, measurementName, shown } from "../figure-names.ts";
import type { BenchmarkResult } from "../result.ts";
import type { Spread } from "../spread.ts";
import { remarks, title } from "./remarks.ts";

/** A heading, a table for each measurement, and what has to be said beside them. */
export function renderMarkdown(result: BenchmarkResult): string {
  const { measurements, capacity, figures } = result;
  const blocks = [`# ${escaped(title(result))}`];
  for (const measurement of measurements) {
    blocks.push(`## ${escaped(measurementName(measurement))}`, ...table(measurement.figures));
  }
  if (capacity) {
    const { percentile, withinMs, messagesPerSecond, deliveriesPerSecond, steps } = capacity;
    blocks.push(
      `## Capacity with p${percentile} within ${withinMs} ms`,
      `${shown(messagesPerSecond)} messages/s, ${shown(deliveriesPerSecond)} deliveries/s`,
      rows(
        ["messages/s", "objective", "why"],
        steps.map(({ rate, met, why }) => [shown(rate), met ? "met" : "failed", why]),
      ),
    );
  }
  blocks.push(
    ...table(figures),
    remarks(result)
      .map((line) => `- ${escaped(line)}`)
      .join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}

function table(figures: { [name: string]: Spread } | undefined): string[] {
  const cells = Object.entries(figureNames).flatMap(([name, { label, show }]) => {
    const spread = figures?.[name];
    return spread ? [[label, ...[spread.median, spread.min, spread.max].map(show)]] : [];
  });
  return cells.length === 0 ? [] : [rows(["", "median", "min", "max"], cells)];
}

function rows(head: string[], cells: string[][]): string {
  const line = (row: string[]) => `| ${row.map(escaped).join(" | ")} |`;
  return [line(head), `| --- ${"| ---: ".repeat(head.length - 1)}|`, ...cells.map(line)].join("\n");
}

/** Names and commands may hold anything. */
function escaped(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_<>|[\]]/g, "\\$&");
}
