/** What a server used over a span of time. */
import { setTimeout as delay } from "node:timers/promises";
import { nowMicros } from "../generator/shared-clock.ts";
import { cpuPercent, readCpu } from "./cpu-reading.ts";
import { memoryOf } from "./server-process.ts";

/** What is known of its process; memory is at the end of the span. */
export interface ServerUse {
  cpuPercent?: number;
  bytes?: number;
  peakBytes?: number;
}

/**
 * Watches a process between two instants of the shared clock. Once it is stopped it waits no more; what it returns then means
 * nothing.
 */
export async function watchServer(
  pid: number | undefined,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<ServerUse> {
  if (pid === undefined) return {};
  const cpuAt = async (instant: number) => {
    await delay(Math.max(0, (instant - nowMicros()) / 1_000), undefined, { signal }).catch(() => {});
    return readCpu(pid);
  };
  const before = await cpuAt(from);
  const after = await cpuAt(to);
  const percent = cpuPercent(before, after);
  return { ...(percent !== undefined && { cpuPercent: percent }), ...memoryOf(pid) };
}
