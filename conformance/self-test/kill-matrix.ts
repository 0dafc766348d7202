/** Which case catches which fault: each fault of the sham against the cases, and whether one of them fails for the right reason. */
import { type Profile, type RuleId, rules } from "../../spec/rules.ts";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { profiles } from "../profiles.ts";
import type { CaseResult, Result } from "../result.ts";
import { runClientConformance } from "../runner/client-run.ts";
import { runServerConformance } from "../runner/run.ts";
import { type FaultName as ClientFaultName, faults as clientFaults, shamClientCommand } from "./sham-client/index.ts";
import { type Fault, type FaultName, faults, startShamServer } from "./sham-server/index.ts";
import { subjectOf } from "./sham-subject.ts";
import { sideBySide } from "./side-by-side.ts";

/** What the cases made of one fault. */
export interface Kill {
  fault: string;
  breaks: RuleId;
  /** The cases that failed while they judged the very rule that the fault breaks. */
  killedBy: string[];
  /** The cases that went badly for another reason: they presuppose the rule, or it shows elsewhere too. */
  alsoBad: string[];
  /** Nobody caught it, and a case could not tell as the machine was too busy. */
  unclear: boolean;
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
    return killOf(fault, breaks, result);
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

/** Runs cases against the sham client with one fault, as {@link tryFault} does. */
export async function tryClientFault(fault: ClientFaultName, cases?: readonly string[]): Promise<Kill> {
  const { breaks, claims } = clientFaults[fault];
  const { result } = await runClientConformance(
    { name: fault, adapters: new ProcessSource(shamClientCommand({ fault })) },
    { selection: { profiles: claims ?? profiles("client"), run: cases ?? [breaks] }, stallMs: STALL_MS },
  );
  return killOf(fault, breaks, result);
}

/**
 * Tries many faults, several at a time; those of which nothing can be said then, once more, alone.
 *
 * @param onKill - told of each as it is done.
 * @returns what came of each, in the order of the names.
 */
export async function tryFaults<Name extends string>(
  names: readonly Name[],
  jobs: number,
  tryOne: (name: Name) => Promise<Kill>,
  onKill: (kill: Kill) => void,
): Promise<Kill[]> {
  const kills = new Map<Name, Kill>();
  const tried = sideBySide(names, jobs, async (name) => {
    const kill = await tryOne(name);
    kills.set(name, kill);
    onKill(kill);
  });
  await Promise.all(tried.values());
  // As a run does with its own cases: what a busy machine left open is tried again alone.
  for (const name of names.filter((one) => kills.get(one)?.unclear)) kills.set(name, await tryOne(name));
  return names.flatMap((name) => kills.get(name) ?? []);
}

function killOf(fault: string, breaks: RuleId, { cases }: Result): Kill {
  const isKill = (one: CaseResult) => ["fail", "warn"].includes(one.status) && one.judged === breaks;
  const killedBy = cases.filter(isKill).map((one) => one.id);
  const bad = cases.filter((one) => !["pass", "not-applicable"].includes(one.status) && !isKill(one));
  return {
    fault,
    breaks,
    killedBy,
    alsoBad: bad.map((one) => one.id),
    unclear: killedBy.length === 0 && bad.some((one) => one.status === "inconclusive"),
  };
}
