/** A benchmark's result as a table for people. */
import type { BenchmarkResult, Spread } from "./benchmark.ts";
import type { Figures } from "./closed-loop.ts";

const labels: { [name in keyof Required<Figures>]: string } = {
  deliveriesPerSecond: "deliveries/s",
  messagesPerSecond: "messages/s",
  latencyP50Ms: "latency p50, ms",
  latencyP99Ms: "latency p99, ms",
  deliveriesPerServerCpuSecond: "deliveries per server CPU second",
  serverCpuPercent: "server CPU, % of a core",
  generatorCpuPercent: "generator CPU, % of a core",
};

/** Lines of text: what was run, the figures, what went wrong with deliveries, and where it ran. */
export function renderReport(result: BenchmarkResult): string {
  const { plan, figures, requestsPerSecond } = result;
  const rows: string[] = [];
  for (const [name, label] of Object.entries(labels)) rows.push(...row(label, figures?.[name as keyof Figures]));
  rows.push(...row("GET requests/s", requestsPerSecond));
  return [
    `${result.url}: ${plan.subscribers} subscribers, window ${plan.window}, messages of ${plan.messageBytes} bytes, ` +
      `${plan.rounds} × ${plan.durationMs / 1_000} s`,
    "",
    ...(rows.length > 0 ? [columns("", "median", "min", "max"), ...rows, ""] : []),
    deliveries(result),
    ...remarks(result),
    environment(result),
  ].join("\n");
}

function row(label: string, spread: Spread | undefined): string[] {
  return spread ? [columns(label, ...[spread.median, spread.min, spread.max].map(show))] : [];
}

function columns(label: string, ...cells: string[]): string {
  return label.padEnd(34) + cells.map((cell) => cell.padStart(12)).join("");
}

/** At least three digits. */
function show(value: number): string {
  if (value >= 100) return grouped(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** A whole number with its thousands set apart. */
function grouped(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, " ");
}

function deliveries({ rounds, plan, exact }: BenchmarkResult): string {
  const total = (count: "sent" | "lost" | "duplicated" | "reordered" | "disconnected") =>
    rounds.reduce((sum, round) => sum + round[count], 0);
  const due = grouped(total("sent") * plan.subscribers);
  if (exact) return `All ${due} deliveries arrived once and in order.`;
  return (
    `NO throughput figure: of ${due} deliveries ${total("lost")} were lost, ${total("duplicated")} duplicated, ` +
    `${total("reordered")} reordered; the server ended ${total("disconnected")} connections.`
  );
}

function remarks({ figures }: BenchmarkResult): string[] {
  const generatorBound =
    (figures?.generatorCpuPercent?.median ?? 0) > 90 && (figures?.serverCpuPercent?.median ?? 0) < 90;
  return generatorBound ? ["The load generator was the bottleneck: the server can do more than this."] : [];
}

function environment({ environment }: BenchmarkResult): string {
  const { node, platform, cpu, cores, loadAverage } = environment;
  return `node ${node}, ${platform}, ${cores} cores of ${cpu}, load average ${loadAverage.toFixed(2)} at the start`;
}
