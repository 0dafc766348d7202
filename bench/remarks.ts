/** What has to be said beside the figures of a result, in every report. */
import { generatorIsBottleneck } from "./bottleneck.ts";
import { counted, measurementName, shown } from "./figure-names.ts";
import type { BenchmarkResult } from "./result.ts";

/** What was run. */
export function title({ name, load, plan }: BenchmarkResult): string {
  const { transport, publishedBy, deflate, subscribers, messageBytes, rounds, durationMs, generators } = plan;
  const over = transport === "ws" ? "WebSocket" : "server-sent events";
  return (
    `${name}: ${load}, ${subscribers} subscribers over ${over}${deflate ? " with permessage-deflate" : ""}, ` +
    `${publishedBy === "post" ? "published by POST, " : ""}messages of ${messageBytes} bytes, ` +
    `${rounds} × ${durationMs / 1_000} s${generators > 1 ? `, ${generators} generators` : ""}`
  );
}

/** Whether all was right, whether the generator was in the way, and where it ran. */
export function remarks(result: BenchmarkResult): string[] {
  return [...deliveries(result), ...result.failures, ...generator(result), renderEnvironment(result.environment)];
}

function deliveries({ measurements, plan, exact }: BenchmarkResult): string[] {
  const rounds = measurements.flatMap((measurement) => measurement.rounds);
  if (rounds.length === 0) return [];
  const total = (count: "sent" | "lost" | "duplicated" | "reordered" | "disconnected") =>
    rounds.reduce((sum, round) => sum + round[count], 0);
  const due = counted(total("sent") * plan.subscribers);
  const all = `All ${due} deliveries arrived once and in order.`;
  if (exact) return [all];
  const reasons = new Set(
    rounds.flatMap(({ reason, invalid }) => [reason, invalid]).filter((reason) => reason !== undefined),
  );
  const overloaded = rounds.some((round) => round.overloaded);
  const faults = total("lost") + total("duplicated") + total("reordered") + total("disconnected");
  return [
    faults === 0
      ? `${all} There are rounds without figures all the same:`
      : `NO throughput figure: of ${due} deliveries ${total("lost")} were lost, ${total("duplicated")} duplicated, ` +
        `${total("reordered")} reordered; ${total("disconnected")} connections ended early.`,
    ...(overloaded ? ["The server could not keep up: it was more than 0.7 s behind the schedule."] : []),
    ...reasons,
  ];
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
    }
  }
  const inTheWay = capacity?.steps.some((step) => step.met && generatorIsBottleneck(step));
  if (inTheWay) lines.push("generator-bound: the generator was at its limit; the server's capacity may be higher.");
  return lines;
}

/** The machine in a line. */
export function renderEnvironment(environment: BenchmarkResult["environment"]): string {
  const { node, platform, kernel, cpu, cores, loadAverage, congestionControl } = environment;
  return (
    `node ${node}, ${platform}, kernel ${kernel}, ${cores} cores of ${cpu}, load average ${loadAverage.toFixed(2)} at the ` +
    `start${congestionControl ? `, TCP ${congestionControl}` : ""}`
  );
}
