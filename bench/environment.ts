/** Where a benchmark ran: figures of different machines do not compare. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release } from "node:os";

/** The machine, and what it runs on. */
export interface Environment {
  /** Version of this benchmark. */
  tidings: string;
  /** Version of Node that the load generator ran on. */
  node: string;
  /** Operating system and architecture. */
  platform: string;
  /** Version of the operating system. */
  kernel: string;
  /** Model of the first processor. */
  cpu: string;
  /** Processors that this process may use. */
  cores: number;
  /** Processes that wanted to run when the benchmark began: average of the last minute. */
  loadAverage: number;
  /** How TCP avoids congestion, where the system tells. */
  congestionControl?: string;
}

/** Describes this machine, now. */
export function describeEnvironment(): Environment {
  const congestionControl = read("/proc/sys/net/ipv4/tcp_congestion_control");
  return {
    tidings: createRequire(import.meta.url)("tidings/package.json").version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    loadAverage: loadavg()[0] ?? 0,
    ...(congestionControl && { congestionControl }),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
