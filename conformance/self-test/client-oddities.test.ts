import { describe, expect, it } from "vitest";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { profiles } from "../profiles.ts";
import type { CaseResult } from "../result.ts";
import { runClientConformance } from "../runner/client-run.ts";
import { type Oddity, type OddityName, oddities, shamClientCommand } from "./sham-client/index.ts";

async function badCases(oddity?: OddityName): Promise<string[]> {
  const {
    claims = profiles("client"),
    options,
    leavesAside,
  }: Partial<Oddity> = oddity === undefined ? {} : oddities[oddity];
  const { result } = await runClientConformance(
    { adapters: new ProcessSource(shamClientCommand(oddity === undefined ? {} : { oddity })) },
    { selection: { profiles: claims } },
  );
  const isGood = ({ status, covers }: CaseResult) =>
    status === "pass" ||
    (status === "warn" && covers.some((id) => id === leavesAside)) ||
    // With fewer options, some cases have nothing to say.
    (status === "not-applicable" && options !== undefined);
  return result.cases.filter((one) => !isGood(one)).map(({ id, status, message }) => `${id}: ${status}: ${message}`);
}

describe("a legal client conforms", () => {
  it("as it is", async () => {
    expect(await badCases()).toEqual([]);
  });

  it.concurrent.each(Object.keys(oddities) as OddityName[])("with the oddity %s", async (name) => {
    expect(await badCases(name)).toEqual([]);
  });
});
