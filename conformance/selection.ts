/** Which cases run: those of the claimed profiles, narrowed by globs. */

import type { Profile, Role } from "../spec/rules.ts";
import { type Case, profileOf, type ServerCase } from "./case.ts";
import { profiles } from "./profiles.ts";
import { UsageError } from "./usage-error.ts";

/** What the user selects. */
export interface Selection {
  /** The profiles that the subject claims. Default: the Core profiles of the transports given. */
  profiles?: readonly string[];
  /** Only cases whose id, or a rule that they cover, matches one of these globs (`*` stands for anything). */
  run?: readonly string[];
  /** No case whose id, or a rule that it covers, matches one of these globs. */
  skip?: readonly string[];
}

/** @throws UsageError on a profile that does not exist for the role. */
export function checkProfiles(names: readonly string[], role: Role): Profile[] {
  const known = profiles(role);
  for (const name of names) {
    if (!(known as string[]).includes(name)) {
      throw new UsageError(`There is no profile "${name}" for a ${role}. There are: ${known.join(", ")}.`);
    }
  }
  return names as Profile[];
}

/**
 * Selects the cases to run.
 *
 * @param gatesOf - tells the ids of the cases that have to pass before a case.
 * @returns the cases of the claimed profiles that are to run; gates that they need are among them, whatever the globs.
 * @throws UsageError where a glob of `run` matches no case.
 */
export function select<One extends Case>(
  cases: readonly One[],
  claimed: readonly Profile[],
  selection: Selection,
  gatesOf: (definition: One) => readonly string[],
): One[] {
  const ofClaimed = cases.filter((definition) => claimed.includes(profileOf(definition)));
  for (const glob of [...(selection.run ?? []), ...(selection.skip ?? [])]) {
    if (!cases.some((definition) => matches(definition, [glob]))) {
      throw new UsageError(`No case and no rule matches "${glob}". \`tidings list cases\` lists them.`);
    }
  }
  const run = selection.run ?? [];
  const skip = selection.skip ?? [];
  const wanted = ofClaimed.filter(
    (definition) => (run.length === 0 || matches(definition, run)) && !matches(definition, skip),
  );
  const needed = new Set(wanted.map((definition) => definition.id));
  for (const id of needed) {
    const definition = cases.find((candidate) => candidate.id === id);
    for (const gate of definition === undefined ? [] : gatesOf(definition)) needed.add(gate);
  }
  return wanted.length === 0 ? [] : ofClaimed.filter((definition) => needed.has(definition.id));
}

/** The profiles without which nothing can be said of one: of those that are claimed, all gates have to pass. */
const RESTS_ON: { [profile in Profile]?: readonly Profile[] } = {
  "core-ws": ["core-ws"],
  "core-sse": ["core-sse"],
  publish: ["core-ws", "core-sse", "publish"],
  bridge: ["core-ws", "core-sse", "publish", "bridge"],
};

/** @returns the ids of the gate cases that have to pass before a case. */
export function needsOf(definition: ServerCase, cases: readonly ServerCase[]): readonly string[] {
  if (definition.needs !== undefined) return definition.needs;
  const rests = RESTS_ON[profileOf(definition)] ?? [];
  return cases
    .filter((gate) => gate.lane === "gate" && rests.includes(profileOf(gate)) && gate !== definition)
    .map((gate) => gate.id);
}

function matches(definition: Case, globs: readonly string[]): boolean {
  return globs.some((glob) => {
    const pattern = new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i");
    // A rule that was split is meant with all its parts.
    return (
      pattern.test(definition.id) ||
      definition.covers.some((id) => pattern.test(id) || pattern.test(id.replace(/[a-z]$/, "")))
    );
  });
}
