/** What cases expect of a client's heartbeat over many connections. */
import { Finding } from "./finding.ts";
import type { ServedConnection } from "./wire/served-connection.ts";

/** Checks that no more than one ping came for each heartbeat interval that has passed since some time, and one more. */
export function oneHeartbeatSince({ pings, name }: ServedConnection, since: number, intervalMs: number): void {
  const most = Math.floor((performance.now() - since) / intervalMs) + 1;
  const count = pings.filter((at) => at >= since).length;
  if (count <= most) return;
  throw new Finding(`the client sent ${count} pings on ${name} in ${most} heartbeat intervals`, {
    expected: `${most} at most: one heartbeat`,
    actual: `${count}`,
  });
}
