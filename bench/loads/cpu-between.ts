/** CPU time between two instants. */
import { setTimeout as delay } from "node:timers/promises";
import type { CpuUse } from "../fan-out/bottleneck.ts";
import { CpuMeter } from "../generator/cpu-meter.ts";
import { nowMicros } from "../generator/shared-clock.ts";
import { cpuPercent, readCpu } from "../target/cpu-reading.ts";

/** How busy this process, which generates load, and the server are between two instants of the shared clock, in microseconds. */
export async function cpuBetween(pid: number | undefined, from: number, to: number): Promise<CpuUse> {
  const until = (instant: number) => delay(Math.max(0, (instant - nowMicros()) / 1_000));
  await until(from);
  const meter = new CpuMeter();
  const before = readCpu(pid);
  await until(to);
  return { generatorCpuPercent: meter.percent(), serverCpuPercent: cpuPercent(before, readCpu(pid)) };
}
