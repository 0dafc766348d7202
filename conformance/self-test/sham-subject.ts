/** A sham server as the subject of a run: what it claims decides where the run reaches it. */
import type { Profile } from "../../spec/rules.ts";
import type { ServerSubject } from "../runner/run.ts";
import type { ShamServer } from "./sham-server/index.ts";

/** @returns the addresses that the claimed profiles are about, and no other. */
export function subjectOf(server: ShamServer, claimed: readonly Profile[]): ServerSubject {
  const claims = (...profiles: Profile[]) => profiles.some((profile) => claimed.includes(profile));
  return {
    ...(claims("core-ws", "bridge") && { ws: server.url }),
    ...(claims("core-sse", "bridge") && { sse: server.sse }),
    ...(claims("publish") && { publish: server.publish }),
    access: { headers: [] },
  };
}
