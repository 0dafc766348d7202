/** The load generator in C: of another design than that of `tidings bench`, which is held against it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Pacing } from "../fan-out/load.ts";
import { type CpuReading, cpuPercent, readCpu } from "../target/cpu-reading.ts";
import { compile, programs } from "./compile.ts";

/** A load on a server that looks at no path, or at `path`. */
export interface GeneratedLoad {
  readonly subscribers: number;
  /** A closed loop, or an open one. */
  readonly pacing: Pacing;
  /** Size of a message in bytes: about 80 at least. */
  readonly messageBytes: number;
  /** How long deliveries are counted, in seconds, after a warm-up of 0.7 s. */
  readonly seconds: number;
  /** Default /. */
  readonly path?: string;
  /** The server's process, if its CPU time is to be known. */
  readonly pid?: number | undefined;
}

/** What it found. */
export interface GeneratedFigures {
  /** First arrivals while it was counting. */
  readonly deliveries: number;
  /** How long it was counting. */
  readonly seconds: number;
  /** Null where anything was lost, duplicated, reordered or disconnected. */
  readonly deliveriesPerSecond: number | null;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly disconnected: number;
  readonly messagesPerRead: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly generatorCpuPercent: number;
  /** CPU that the server used while it was counting, in % of one core; if its process is known. */
  readonly serverCpuPercent?: number;
}

/**
 * Loads a server on this machine for one round.
 *
 * @throws Error where there is no program, or nothing can be said of the server
 */
export async function generate(port: number, load: GeneratedLoad): Promise<GeneratedFigures> {
  const missing = compile("generator");
  if (missing !== undefined) throw new Error(missing);
  const { subscribers, pacing, messageBytes, seconds, path = "/", pid } = load;
  const pace = "window" in pacing ? pacing.window : `${pacing.rate}/s`;
  const options = [port, subscribers, pace, messageBytes, seconds, path].map(String);
  const child = spawn(`${programs}/generator`, options, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  const readings: CpuReading[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line === "counting" || line === "counted") readings.push(readCpu(pid));
    else errors += `${line}\n`;
  });
  const kill = () => child.kill();
  process.once("exit", kill);
  try {
    const [status, signal] = await once(child, "close");
    if (output === "") throw new Error(errors.trim() || `the generator ended with ${status ?? signal}`);
    const [before, after] = readings;
    const serverCpuPercent = before && after && cpuPercent(before, after);
    return { ...JSON.parse(output), ...(serverCpuPercent !== undefined && { serverCpuPercent }) };
  } finally {
    process.off("exit", kill);
  }
}
