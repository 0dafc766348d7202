/** What has to be said beside the figures of a result, in every report. */

import { generatorInTheWay, inTheWayOf } from "../fan-out/bottleneck.ts";
import { type Faults, faultsOf } from "../fan-out/faults.ts";
import { counted, measurementName, shown } from "../figure-names.ts";
import type { BenchmarkResult, Capacity, Measurement } from "../result.ts";
import { besideRemarks } from "./beside-remarks.ts";

/** What was run. */
export function title({ name, load, plan, capacity }: BenchmarkResult): string {
  const { transport, publishedBy, deflate, subscribers, messageBytes, rounds, durationMs, generators } = plan;
  const seconds = durationMs / 1_000;
  const over = transport === "ws" ? "WebSocket" : "server-sent events";
  return (
    `${name}: ${load}, ${subscribers} subscribers over ${over}${deflate ? " with permessage-deflate" : ""}, ` +
    `${publishedBy === "post" ? "published by POST, " : ""}messages of ${messageBytes} bytes, ` +
    `${capacity ? `${seconds} s a step, what was found ` : ""}${rounds} × ${seconds} s` +
    `${generators > 1 ? `, ${generators} generators` : ""}`
  );
}

/** Whether all was right, whether the generator was in the way, and where it ran. */
export function remarks(result: BenchmarkResult): string[] {
  const { failures, notes = [], environment } = result;
  const beside = besideRemarks(result);
  return [
    ...deliveries(result),
    ...failures,
    ...notes,
    ...beside,
    ...generator(result),
    renderEnvironment(environment),
  ];
}

function deliveries({ measurements, plan, capacity }: BenchmarkResult): string[] {
  const wrongSteps = (capacity?.steps ?? []).filter(({ faults }) => faults !== undefined);
  if (wrongSteps.length > 0) {
    return wrongSteps.map(
      ({ rate, faults }) => `NOT every delivery was right at ${shown(rate)} messages/s: ${faults}.`,
    );
  }
  const rounds = measurements.flatMap((measurement) => measurement.rounds);
  if (rounds.length === 0) return [];
  const total = (count: "sent" | Fault) => rounds.reduce((sum, round) => sum + round[count], 0);
  const due = counted(total("sent") * plan.subscribers);
  if (measurements.every(({ exact }) => exact)) {
    return [`All ${due} deliveries arrived once and in order.`, ...measurements.flatMap(leftOut)];
  }
  const reasons = rounds.filter((round) => faultsOf(round) !== undefined).flatMap(({ reason }) => reason ?? []);
  return [
    `NO throughput figure: of ${due} deliveries ${total("lost")} were lost, ${total("duplicated")} duplicated, ` +
      `${total("reordered")} reordered; ${total("disconnected")} connections ended early.`,
    ...new Set(reasons),
    ...measurements.flatMap(leftOut),
  ];
}

type Fault = keyof Faults;

/** Rounds that say nothing of the server, where others do. */
function leftOut(measurement: Measurement): string[] {
  const { figures, rounds } = measurement;
  const reasons = rounds.flatMap(({ invalid }) => invalid ?? []);
  if (figures === undefined || reasons.length === 0) return [];
  const which = `${reasons.length} of ${rounds.length} rounds`;
  return [`${measurementName(measurement)}: the figures are without ${which}: ${[...new Set(reasons)].join("; ")}`];
}

function generator({ measurements, capacity }: BenchmarkResult): string[] {
  const lines: string[] = [];
  for (const measurement of measurements) {
    const { ceiling, generatorBound } = measurement;
    const where = measurementName(measurement);
    if (ceiling) {
      lines.push(
        `The generator's own ceiling at ${where}: ${shown(ceiling.deliveriesPerSecond)} deliveries/s, ` +
          `with ${shown(ceiling.messagesPerRead)} messages per read.`,
      );
    }
    if (generatorBound) {
      lines.push(
        `generator-bound at ${where}: the load generator was the bottleneck, the server can do more than this.`,
      );
    } else if (inTheWayOf(measurement) === "maybe") {
      lines.push(`The load generator was at its limit at ${where}: the server may be able to do more.`);
    }
  }
  if (capacity) lines.push(...confirmation(capacity), ...limitOf(capacity));
  return lines;
}

function confirmation({ percentile, messagesPerSecond, latencyMs, steps }: Capacity): string[] {
  if (latencyMs === undefined) return [];
  const tries = steps.filter(({ rate }) => rate === messagesPerSecond);
  const { median, min, max } = latencyMs;
  return [
    `At ${shown(messagesPerSecond)} messages/s p${percentile} was ${shown(median)} ms (${shown(min)} to ${shown(max)}); ` +
      `${tries.filter(({ met }) => met).length} of ${tries.length} rounds met the objective.`,
  ];
}

/** What decides is the rate that was met, and the lowest that was not. */
function limitOf({ messagesPerSecond, steps }: Capacity): string[] {
  const failed = Math.min(...steps.filter(({ met, rate }) => !met && rate > messagesPerSecond).map(({ rate }) => rate));
  const verdicts = steps
    .filter(({ rate }) => rate === messagesPerSecond || rate === failed)
    .map((step) => generatorInTheWay(step));
  if (verdicts.includes("yes")) {
    return ["generator-bound: the load generator was at its limit; the server's capacity may be higher."];
  }
  return verdicts.includes("maybe") ? ["The load generator was at its limit: the server may be able to do more."] : [];
}

/** The machine in a line. */
export function renderEnvironment(environment: BenchmarkResult["environment"]): string {
  const { node, platform, kernel, cpu, cores, loadAverage, congestionControl } = environment;
  return (
    `node ${node}, ${platform}, kernel ${kernel}, ${cores} cores of ${cpu}, load average ${loadAverage.toFixed(2)} at the ` +
    `start${congestionControl ? `, TCP ${congestionControl}` : ""}`
  );
}
