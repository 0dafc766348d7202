/** Who is in the way when a server does no more. */
import type { Measurement } from "../result.ts";

/** A process that uses more of a core, in percent, is at its limit. */
const BUSY_PERCENT = 90;
/** Nearer to the generator's ceiling than this, and it slows the server down. */
const CEILING_SHARE = 0.8;

/** CPU time, in percent of a core; it is not always known. */
export interface CpuUse {
  generatorCpuPercent?: number | undefined;
  serverCpuPercent?: number | undefined;
}

/** Whether the load generator is in the way, as far as is known. */
export type Verdict = "yes" | "maybe" | "no";

/**
 * Whether the load generator is in the way. A server at its limit is its own bottleneck, however busy the generator is; where
 * the server's CPU time is not known, a generator at its limit may be in the way.
 *
 * @param ofCeiling - deliveries as a part of what the generator can count at most, if that is known
 */
export function generatorInTheWay({ generatorCpuPercent = 0, serverCpuPercent }: CpuUse, ofCeiling = 0): Verdict {
  if (generatorCpuPercent <= BUSY_PERCENT && ofCeiling <= CEILING_SHARE) return "no";
  if (serverCpuPercent === undefined) return "maybe";
  return serverCpuPercent > BUSY_PERCENT ? "no" : "yes";
}

/** The same of a measurement, by its medians. */
export function inTheWayOf({ figures, ceiling }: Pick<Measurement, "figures" | "ceiling">): Verdict {
  const { generatorCpuPercent, serverCpuPercent, deliveriesPerSecond } = figures ?? {};
  const use = { generatorCpuPercent: generatorCpuPercent?.median, serverCpuPercent: serverCpuPercent?.median };
  return generatorInTheWay(use, ceiling && (deliveriesPerSecond?.median ?? 0) / ceiling.deliveriesPerSecond);
}

/** Why a schedule could not be kept, in words. */
export function whyBehind(use: CpuUse): string {
  const behind = "more than 0.7 s behind the schedule";
  const verdict = generatorInTheWay(use);
  if (verdict === "no") return behind;
  return `${behind}, with the load generator at its limit: the server ${verdict === "yes" ? "can" : "may be able to"} do more`;
}
