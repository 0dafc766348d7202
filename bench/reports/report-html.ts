/** A benchmark's result as one HTML file, with its curves, for light and for dark. */

import { counted, figureNames, measurementName, shown } from "../figure-names.ts";
import type { BenchmarkResult, Measurement } from "../result.ts";
import type { Spread } from "../spread.ts";
import { type Chart, escapeHtml, renderChart } from "./chart.ts";
import { remarks, title } from "./remarks.ts";

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #666; }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .8rem; border-bottom: 1px solid var(--line); text-align: right; font-weight: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; } thead th { color: var(--dim); }
figure { margin: 2rem 0; } figcaption { font-weight: 600; } small { color: var(--dim); font-weight: normal; margin-left: .6rem; }
svg { width: 100%; height: auto; } svg text { fill: var(--dim); font: 12px system-ui, sans-serif; }
svg line { stroke: var(--line); } svg polyline { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
.legend { margin: 0; } .legend span { margin-right: 1.2rem; } .legend span::before { content: "— "; color: var(--c); font-weight: 700; }
.c0 { --c: #3b82f6; } .c1 { --c: #f97316; } .c2 { --c: #10b981; } .c3 { --c: #d946ef; } .c4 { --c: #ca8a04; } .c5 { --c: #64748b; }
`;

/** The whole page; it needs nothing from elsewhere, and runs nothing. */
export function renderHtml(result: BenchmarkResult): string {
  const { measurements, figures, capacity } = result;
  const body = [
    `<h1>${escapeHtml(title(result))}</h1>`,
    ...remarks(result).map((line) => `<p>${escapeHtml(line)}</p>`),
    ...charts(result).map(renderChart),
    ...measurements.map((each) => `<h2>${escapeHtml(measurementName(each))}</h2>${figureTable(each.figures)}`),
    ...(capacity ? [capacityTable(capacity)] : []),
    ...(figures ? [`<h2>${measurements.length > 0 ? "Plain requests" : "Figures"}</h2>${figureTable(figures)}`] : []),
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(result.name)}: ${result.load}</title>
<style>${STYLE}</style>
${body.join("\n")}
</html>
`;
}

function figureTable(figures: { [name: string]: Spread } | undefined): string {
  const rows = Object.entries(figureNames).flatMap(([name, { label, show }]) => {
    const spread = figures?.[name];
    return spread ? [[label, ...[spread.median, spread.min, spread.max].map(show)]] : [];
  });
  return rows.length === 0 ? "<p>No figures.</p>" : htmlTable(["", "median", "min", "max"], rows);
}

function capacityTable({ percentile, withinMs, messagesPerSecond, steps }: NonNullable<BenchmarkResult["capacity"]>) {
  const rows = steps.map(({ rate, met, why }) => [`${shown(rate)}/s`, met ? "met" : "failed", why]);
  return (
    `<h2>Capacity with p${percentile} within ${withinMs} ms: ${shown(messagesPerSecond)} messages/s</h2>` +
    htmlTable(["rate", "objective", "why"], rows)
  );
}

function htmlTable(head: string[], rows: string[][]): string {
  const row = (cells: string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${row(head, "th")}</thead><tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table>`;
}

function charts({ measurements, capacity }: BenchmarkResult): Chart[] {
  const drawn = measurements.flatMap((measurement) => {
    const curves = typicalRound(measurement)?.curves;
    return measurement.figures && curves ? [{ name: measurementName(measurement), curves }] : [];
  });
  const percentiles = [0, 50, 90, 99, 99.9, 99.99];
  const longest = Math.max(0, ...drawn.map(({ curves }) => curves.throughput.length)) / 10;
  return [
    {
      title: "Latency",
      yName: "milliseconds, by how many of all deliveries were as fast",
      xName: "percentile",
      xTicks: percentiles.map((percentile) => [nines(percentile), `${percentile} %`]),
      logarithmic: true,
      series: drawn.map(({ name, curves }) => ({
        name,
        points: curves.latency.map(([percentile, ms]) => [nines(percentile), ms] as const),
      })),
    },
    {
      title: "Throughput over time",
      yName: "deliveries a second",
      xName: "seconds",
      xTicks: Array.from({ length: 6 }, (_, index) => [(longest * index) / 5, ((longest * index) / 5).toFixed(1)]),
      series: drawn.map(({ name, curves }) => ({
        name,
        points: curves.throughput.map((count, index) => [(index + 0.5) / 10, count] as const),
      })),
    },
    ...overPacing(measurements),
    ...(capacity ? [capacityChart(capacity)] : []),
  ];
}

/** Throughput and latency over the window, or the rate, where several were measured. */
function overPacing(measurements: Measurement[]): Chart[] {
  const measured = measurements.filter(({ figures }) => figures !== undefined);
  const paces = [...new Set(measured.map((measurement) => paceOf(measurement)))];
  if (paces.length < 2) return [];
  const unit = "window" in (measured[0] as Measurement).pacing ? "window" : "rate, messages/s";
  const xTicks = paces.map((pace) => [Math.log2(pace), counted(pace)] as const);
  const labels = [...new Set(measured.map(({ label }) => label))];
  const over = (figure: string) =>
    labels.map((label) => ({
      name: label ?? figureNames[figure]?.label ?? figure,
      points: measured
        .filter((measurement) => measurement.label === label)
        .map((each) => [Math.log2(paceOf(each)), each.figures?.[figure]?.median ?? 0] as const),
    }));
  const common = { xName: unit, xTicks, logarithmic: true };
  return [
    {
      ...common,
      title: `Throughput over the ${unit}`,
      yName: "deliveries a second",
      series: over("deliveriesPerSecond"),
    },
    { ...common, title: `Latency over the ${unit}`, yName: "milliseconds, p99", series: over("latencyP99Ms") },
  ];
}

function capacityChart({ percentile, steps }: NonNullable<BenchmarkResult["capacity"]>): Chart {
  const points = steps.flatMap(({ rate, latencyMs }) =>
    latencyMs === undefined ? [] : [[Math.log10(rate), latencyMs] as const],
  );
  points.sort(([a], [b]) => a - b);
  const rates = points.filter((_, index) => index === 0 || index === points.length - 1);
  return {
    title: "Latency over the rate",
    yName: `milliseconds, p${percentile}`,
    xName: "messages a second",
    xTicks: rates.map(([x]) => [x, counted(10 ** x)]),
    logarithmic: true,
    series: [{ name: `p${percentile}`, points }],
  };
}

function paceOf({ pacing }: Measurement): number {
  return "window" in pacing ? pacing.window : pacing.rate;
}

/** Each nine more is as far from the last: 90, 99 and 99.9 % are at 1, 2 and 3; all that is, is at 4.3. */
function nines(percentile: number): number {
  return -Math.log10(Math.max(1 - percentile / 100, 0.000_05));
}

/** The round in the middle. */
function typicalRound({ rounds }: Measurement): Measurement["rounds"][number] | undefined {
  const throughput = (round: Measurement["rounds"][number]) => round.figures?.deliveriesPerSecond ?? 0;
  const valid = rounds.filter(({ invalid }) => invalid === undefined);
  return valid.toSorted((a, b) => throughput(a) - throughput(b))[Math.floor((valid.length - 1) / 2)];
}
