/** What a round of load comes to. */
import { decodeFromCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { Answered } from "../generator/protocol.ts";
import { BUCKET_MICROS } from "../generator/tally.ts";
import { timeHistogram } from "../generator/time-histogram.ts";
import type { ServerUse } from "../target/server-use.ts";

/** What was measured between two instants of a round. */
export interface Figures {
  /** First arrivals at all subscribers, per second. */
  deliveriesPerSecond: number;
  /** Messages that reached all subscribers, per second. */
  messagesPerSecond: number;
  /** From sending to arrival at a subscriber, in milliseconds: half of all deliveries were as fast. */
  latencyP50Ms: number;
  latencyP90Ms: number;
  latencyP99Ms: number;
  latencyP999Ms: number;
  latencyMaxMs: number;
  /** From sending to arrival at the last subscriber. With several generators: at the last one of the slowest of them. */
  completionP50Ms: number;
  completionP99Ms: number;
  /** How many messages a read brings that brings any: what the server, or the system, has joined. */
  messagesPerRead: number;
  /** What subscribers read, per second. */
  bytesPerSecond: number;
  /** CPU that the load generator used, in % of one core: of the busiest of its processes. */
  generatorCpuPercent: number;
  /** How much later than intended messages were sent; in open loop. */
  latenessP99Ms?: number;
  /** CPU that the server used, in % of one core. */
  serverCpuPercent?: number;
  /** Deliveries for each second of the server's CPU time. */
  deliveriesPerServerCpuSecond?: number;
  /** The server's memory at the end of the round, its connections still open. */
  serverMemoryBytes?: number;
  /** The most that it ever was since the server started. */
  serverPeakMemoryBytes?: number;
}

/** What curves are drawn of. */
export interface Curves {
  /** Latency by the percentage of deliveries that were as fast: pairs of percentage and milliseconds. */
  latency: [percentile: number, ms: number][];
  /** Deliveries per second, in each tenth of a second. */
  throughput: number[];
}

const PERCENTILES = [0, 10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99, 100];

/** Puts together what the generators counted in `seconds`. */
export function figuresOf(
  parts: Answered<"collect">[],
  seconds: number,
  server: ServerUse,
): { figures: Figures; curves: Curves } {
  const total = (count: "deliveries" | "reads" | "bytes") => parts.reduce((sum, part) => sum + part[count], 0);
  const latency = merged(parts.map((part) => part.latency));
  const completions = parts.map((part) => merged([part.completion]));
  const slowest = (percentile: number) => Math.max(...completions.map((completion) => ms(completion, percentile)));
  const lateness = parts.map((part) => part.lateness).filter((part) => part !== undefined);
  const deliveriesPerSecond = total("deliveries") / seconds;
  const { cpuPercent, bytes, peakBytes } = server;
  const figures: Figures = {
    deliveriesPerSecond,
    messagesPerSecond: Math.min(...parts.map((part) => part.messages)) / seconds,
    latencyP50Ms: ms(latency, 50),
    latencyP90Ms: ms(latency, 90),
    latencyP99Ms: ms(latency, 99),
    latencyP999Ms: ms(latency, 99.9),
    latencyMaxMs: ms(latency, 100),
    completionP50Ms: slowest(50),
    completionP99Ms: slowest(99),
    messagesPerRead: total("deliveries") / Math.max(1, total("reads")),
    bytesPerSecond: total("bytes") / seconds,
    generatorCpuPercent: Math.max(...parts.map((part) => part.cpuPercent)),
    ...(lateness.length > 0 && { latenessP99Ms: ms(merged(lateness), 99) }),
    ...(cpuPercent !== undefined && { serverCpuPercent: cpuPercent }),
    ...(cpuPercent && { deliveriesPerServerCpuSecond: (deliveriesPerSecond / cpuPercent) * 100 }),
    ...(bytes !== undefined && { serverMemoryBytes: bytes }),
    ...(peakBytes !== undefined && { serverPeakMemoryBytes: peakBytes }),
  };
  return { figures, curves: { latency: PERCENTILES.map((at) => [at, ms(latency, at)]), throughput: overTime(parts) } };
}

function merged(histograms: string[]): Histogram {
  const all = timeHistogram();
  for (const histogram of histograms) all.add(decodeFromCompressedBase64(histogram));
  return all;
}

function ms(histogram: Histogram, percentile: number): number {
  return histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1_000;
}

function overTime(parts: Answered<"collect">[]): number[] {
  const buckets: number[] = [];
  for (const part of parts) {
    for (const [at, count] of part.buckets.entries()) buckets[at] = (buckets[at] ?? 0) + count;
  }
  return Array.from(buckets, (count) => ((count ?? 0) / BUCKET_MICROS) * 1_000_000);
}
