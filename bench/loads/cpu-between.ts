/** CPU time between two instants. */
import { setTimeout as delay } from "node:timers/promises";
import { cpuSecondsOf } from "../server-process.ts";
import { nowMicros } from "../shared-clock.ts";

/** CPU that was used, in % of one core. */
export interface CpuUse {
  /** By this process. */
  ownPercent: number;
  /** By the server, where that is known. */
  serverPercent?: number;
}

/** Looks at both instants, in microseconds of the shared clock, what this process and the server have used. */
export async function cpuBetween(pid: number | undefined, from: number, to: number): Promise<CpuUse> {
  const at = async (instant: number) => {
    await delay(Math.max(0, (instant - nowMicros()) / 1_000));
    const { user, system } = process.cpuUsage();
    return { micros: nowMicros(), own: user + system, server: pid === undefined ? undefined : cpuSecondsOf(pid) };
  };
  const before = await at(from);
  const after = await at(to);
  const micros = after.micros - before.micros;
  const server = (after.server ?? Number.NaN) - (before.server ?? Number.NaN);
  return {
    ownPercent: ((after.own - before.own) / micros) * 100,
    ...(server >= 0 && { serverPercent: (server / micros) * 100_000_000 }),
  };
}
