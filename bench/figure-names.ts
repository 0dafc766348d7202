/** How figures are called and shown. */

import type { Measurement } from "./result.ts";

/** A figure for people. */
export interface Shown {
  label: string;
  show: (value: number) => string;
}

const MEGABYTE = 1_000_000;
const megabytes = (value: number) => shown(value / MEGABYTE);

/** All figures, by their names in results, in the order in which tables have them. */
export const figureNames: { [name: string]: Shown } = {
  deliveriesPerSecond: { label: "deliveries/s", show: shown },
  messagesPerSecond: { label: "messages/s", show: shown },
  deliveriesPerServerCpuSecond: { label: "deliveries per server CPU second", show: shown },
  latencyP50Ms: { label: "latency p50, ms", show: shown },
  latencyP90Ms: { label: "latency p90, ms", show: shown },
  latencyP99Ms: { label: "latency p99, ms", show: shown },
  latencyP999Ms: { label: "latency p99.9, ms", show: shown },
  latencyMaxMs: { label: "latency max, ms", show: shown },
  completionP50Ms: { label: "last subscriber p50, ms", show: shown },
  completionP99Ms: { label: "last subscriber p99, ms", show: shown },
  latenessP99Ms: { label: "sent late p99, ms", show: shown },
  messagesPerRead: { label: "messages per read", show: shown },
  bytesPerSecond: { label: "MB/s read", show: megabytes },
  serverCpuPercent: { label: "server CPU, % of a core", show: shown },
  generatorCpuPercent: { label: "generator CPU, % of a core", show: shown },
  serverMemoryBytes: { label: "server memory, MB", show: megabytes },
  serverPeakMemoryBytes: { label: "server memory at its peak, MB", show: megabytes },
  connectionsPerSecond: { label: "connections/s", show: shown },
  secondsUntilAllAreBack: { label: "until all are back, s", show: shown },
  serverCpuMicrosPerConnection: { label: "server CPU per connection, µs", show: shown },
  bytesPerConnection: { label: "server memory per connection, B", show: shown },
  postsPerSecond: { label: "POSTs/s", show: shown },
  postLatencyP50Ms: { label: "POST answered p50, ms", show: shown },
  postLatencyP99Ms: { label: "POST answered p99, ms", show: shown },
  requestsPerSecond: { label: "GET requests/s", show: shown },
};

/** What tells one measurement of a result from the others. */
export function measurementName({ label, pacing }: Pick<Measurement, "label" | "pacing">): string {
  const pace = "window" in pacing ? `window ${counted(pacing.window)}` : `${shown(pacing.rate)} messages/s`;
  return label === undefined ? pace : `${pace}, ${label}`;
}

/** At least three digits; thousands set apart. */
export function shown(value: number): string {
  if (value >= 100 || value === 0) return counted(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** A whole number; thousands set apart. */
export function counted(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, " ");
}
