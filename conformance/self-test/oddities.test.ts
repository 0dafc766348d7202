import { describe, expect, it } from "vitest";
import type { Profile } from "../../spec/rules.ts";
import { profiles } from "../profiles.ts";
import type { CaseResult } from "../result.ts";
import { runServerConformance } from "../runner/run.ts";
import { type OddityName, oddities, startShamServer } from "./sham-server/index.ts";
import { subjectOf } from "./sham-subject.ts";

async function badCases(names: readonly OddityName[], claimed: readonly Profile[]): Promise<string[]> {
  const server = await startShamServer({ oddities: names });
  try {
    const { result } = await runServerConformance(
      { name: names.join(), ...subjectOf(server, claimed) },
      { selection: { profiles: claimed } },
    );
    const mayWarn = names.map((name) => oddities[name].leavesAside);
    const isGood = ({ status, covers }: CaseResult) =>
      status === "pass" ||
      (status === "warn" && covers.some((id) => mayWarn.includes(id as never))) ||
      // Where nobody can publish, some cases have nothing to say.
      (status === "not-applicable" && !claimed.includes("publish"));
    return result.cases.filter((one) => !isGood(one)).map(({ id, status, message }) => `${id}: ${status}: ${message}`);
  } finally {
    await server.close();
  }
}

describe("a legal server conforms", () => {
  it("as it is", async () => {
    expect(await badCases([], profiles("server"))).toEqual([]);
  });

  it.concurrent.each(Object.keys(oddities) as OddityName[])("with the oddity %s", async (name) => {
    expect(await badCases([name], oddities[name].claims ?? profiles("server"))).toEqual([]);
  });
});
