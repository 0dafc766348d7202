import { beforeAll, describe, expect, it } from "vitest";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { profiles } from "../profiles.ts";
import type { CaseResult } from "../result.ts";
import { runClientConformance } from "../runner/client-run.ts";
import { groupsOfOddities } from "./sham-client/groups-of-oddities.ts";
import { type Oddity, type OddityName, oddities, shamClientCommand } from "./sham-client/index.ts";
import { sideBySide } from "./side-by-side.ts";

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
const SIDE_BY_SIDE = 5;
/** The most that the kit takes for a run, and some. */
const RUN_MS = 240_000;

describe("a legal client conforms", () => {
  let outcomes: ReadonlyMap<(typeof groups)[number], Promise<string[]>>;
  // A run takes half a minute: oddities that do not meet are tried together. More runs side by side would take each other's
  // processors, and not be done sooner.
  beforeAll(() => {
    outcomes = sideBySide(groups, SIDE_BY_SIDE, ([, names]) => badCases(names));
  });

  it.each(groups.map((group) => [group[0], group] as const))(
    "with the oddities %s",
    async (_, group) => {
      expect(await outcomes.get(group)).toEqual([]);
    },
    RUN_MS,
  );
});
