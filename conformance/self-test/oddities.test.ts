import { describe, expect, it } from "vitest";
import { runServerConformance } from "../runner/run.ts";
import { type OddityName, oddities, startShamServer } from "./sham-server/index.ts";

async function badCases(names: readonly OddityName[]): Promise<string[]> {
  const server = await startShamServer({ oddities: names });
  try {
    const { result } = await runServerConformance({ name: names.join(), ws: server.url, access: { headers: [] } });
    const mayWarn = names.map((name) => oddities[name].leavesAside);
    return result.cases
      .filter(
        ({ status, covers }) =>
          status !== "pass" && !(status === "warn" && covers.some((id) => mayWarn.includes(id as never))),
      )
      .map(({ id, status, message }) => `${id}: ${status}: ${message}`);
  } finally {
    await server.close();
  }
}

describe("a legal server conforms", () => {
  it("as it is", async () => {
    expect(await badCases([])).toEqual([]);
  });

  it.concurrent.each(Object.keys(oddities) as OddityName[])("with the oddity %s", async (name) => {
    expect(await badCases([name])).toEqual([]);
  });
});
