/** How busy a server is between two looks at its CPU time. */

import { nowMicros } from "../generator/shared-clock.ts";
import { cpuSecondsOf } from "./server-process.ts";

/** CPU time that a process and its descendants had used, and when. */
export interface CpuReading {
  /** In microseconds of the shared clock. */
  readonly at: number;
  /** Undefined where it is not known. */
  readonly seconds: number | undefined;
}

/** Looks now. */
export function readCpu(pid: number | undefined): CpuReading {
  return { at: nowMicros(), seconds: pid === undefined ? undefined : cpuSecondsOf(pid) };
}

/** CPU between two readings, in percent of one core; undefined where it is not known. */
export function cpuPercent(before: CpuReading, after: CpuReading): number | undefined {
  const used = (after.seconds ?? Number.NaN) - (before.seconds ?? Number.NaN);
  return used >= 0 ? (used / (after.at - before.at)) * 100_000_000 : undefined;
}
