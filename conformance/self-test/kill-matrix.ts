/** Which case catches which fault: each fault of the sham against the cases, and whether one of them fails for the right reason. */
import { type Profile, type RuleId, rules } from "../../spec/rules.ts";
import { profiles } from "../profiles.ts";
import type { CaseResult } from "../result.ts";
import { runServerConformance } from "../runner/run.ts";
import { type Fault, type FaultName, faults, startShamServer } from "./sham-server/index.ts";
import { subjectOf } from "./sham-subject.ts";

/** What the cases made of one fault. */
export interface Kill {
  fault: FaultName;
  breaks: RuleId;
  /** The cases that failed while they judged the very rule that the fault breaks. */
  killedBy: string[];
  /** The cases that went badly for another reason: they presuppose the rule, or it shows elsewhere too. */
  alsoBad: string[];
}

/** Absence is awaited for less long than on strange servers: here it is the expected outcome. */
const STALL_MS = 2_000;

/**
 * Runs cases against the sham with one fault.
 *
 * @param cases - globs of the cases to run. Default: those that cover the rule that the fault breaks.
 */
export async function tryFault(fault: FaultName, cases?: readonly string[]): Promise<Kill> {
  const { breaks } = faults[fault];
  const claimed = claimsOf(faults[fault]);
  const server = await startShamServer({ fault });
  try {
    const { result } = await runServerConformance(
      { name: fault, ...subjectOf(server, claimed) },
      { selection: { profiles: claimed, run: cases ?? [breaks] }, stallMs: STALL_MS },
    );
    const isKill = (one: CaseResult) => ["fail", "warn"].includes(one.status) && one.judged === breaks;
    return {
      fault,
      breaks,
      killedBy: result.cases.filter(isKill).map((one) => one.id),
      alsoBad: result.cases.filter((one) => one.status !== "pass" && !isKill(one)).map((one) => one.id),
    };
  } finally {
    await server.close();
  }
}

/** A rule about streams takes somebody who publishes, one about publishing somebody who sees it. */
function claimsOf({ breaks, claims }: Fault): readonly Profile[] {
  const { profile } = rules[breaks];
  if (claims !== undefined) return claims;
  if (profile === "bridge") return profiles("server");
  return profile === "core-ws" ? ["core-ws"] : ["core-sse", "publish"];
}

/**
 * Tries many faults, several at a time.
 *
 * @param onKill - told of each as it is done.
 * @returns what came of each, in the order of the names.
 */
export async function tryFaults(
  names: readonly FaultName[],
  jobs: number,
  onKill: (kill: Kill) => void,
): Promise<Kill[]> {
  const kills = new Map<FaultName, Kill>();
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const kill = await tryFault(name);
      kills.set(name, kill);
      onKill(kill);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return names.flatMap((name) => kills.get(name) ?? []);
}
