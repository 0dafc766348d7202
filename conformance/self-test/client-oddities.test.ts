import { describe, expect, it } from "vitest";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { profiles } from "../profiles.ts";
import type { CaseResult } from "../result.ts";
import { runClientConformance } from "../runner/client-run.ts";
import { groupsOfOddities } from "./sham-client/groups-of-oddities.ts";
import { type Oddity, type OddityName, oddities, shamClientCommand } from "./sham-client/index.ts";

async function badCases(names: readonly OddityName[]): Promise<string[]> {
  const own: readonly Oddity[] = names.map((name) => oddities[name]);
  const claims = own.find((oddity) => oddity.claims !== undefined)?.claims ?? profiles("client");
  const { result } = await runClientConformance(
    { adapters: new ProcessSource(shamClientCommand({ oddities: names })) },
    // Several runs share the machine.
    { selection: { profiles: claims }, jobs: 6 },
  );
  const isGood = ({ status, covers }: CaseResult) =>
    status === "pass" ||
    (status === "warn" && covers.some((id) => own.some(({ leavesAside }) => leavesAside === id))) ||
    // With fewer options, some cases have nothing to say.
    (status === "not-applicable" && own.some(({ options }) => options !== undefined));
  return result.cases.filter((one) => !isGood(one)).map(({ id, status, message }) => `${id}: ${status}: ${message}`);
}

const groups = [[], ...groupsOfOddities()].map((names) => [names.join(" ") || "none", names] as const);
/** The most that the kit takes for a run, and some. */
const RUN_MS = 240_000;

describe("a legal client conforms", () => {
  // A run takes half a minute: those that do not meet are tried together.
  it.concurrent.each(groups)("with the oddities %s", { timeout: RUN_MS }, async (_, names) => {
    expect(await badCases(names)).toEqual([]);
  });
});
