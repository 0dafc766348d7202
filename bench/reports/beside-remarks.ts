/** What has to be said of those that were there beside the subscribers. */
import { counted, measurementName, shown } from "../figure-names.ts";
import type { BenchmarkResult } from "../result.ts";

/** How a measurement with slow consumers is called, beside one without. */
export const NEVER_READ = "never read";
/** Systems keep so much for a client, on both sides together, before a server can notice that it doesn't read. */
const KEPT_BYTES = 5_000_000;
const MEGABYTE = 1_000_000;

/** How often subscribers came and went, and how much those that never read left unread. */
export function besideRemarks({ measurements, plan }: BenchmarkResult): string[] {
  return measurements.flatMap((measurement) => {
    const { rounds, label } = measurement;
    const where = measurementName(measurement);
    const guests = rounds.reduce((sum, round) => sum + (round.guests ?? 0), 0);
    if (guests > 0) return [`At ${where}: ${counted(guests)} came and went while messages were sent.`];
    if (!label?.endsWith(NEVER_READ) || rounds.length === 0) return [];
    const owedBytes = Math.min(...rounds.map(({ sent }) => sent)) * plan.messageBytes;
    const owed = `At ${where}: ${shown(owedBytes / MEGABYTE)} MB was sent to each that never read`;
    if (plan.deflate) return [`${owed}, much less when compressed: the server may not have noticed them.`];
    if (owedBytes >= KEPT_BYTES) return [`${owed}.`];
    return [
      `${owed}: too little to fill what the system keeps for a client, so the server may not have noticed them. Take longer ` +
        "messages, or a longer time.",
    ];
  });
}
