import { expect, it } from "vitest";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { runClientConformance } from "../runner/client-run.ts";
import { shamClientCommand } from "./sham-client/index.ts";

it("gives clients names that no earlier round with the same adapters has used", async () => {
  const adapters = new ProcessSource(shamClientCommand({}));
  const selection = { profiles: ["core-ws"], run: ["client-opening/open"] };
  const rounds: string[][] = [];
  for (const keepsAdapters of [true, false]) {
    const options = { selection, keepTranscripts: true };
    const { result } = await runClientConformance({ adapters, keepsAdapters }, options);
    expect(result.cases.map(({ status }) => status)).toEqual(["pass"]);
    const lines = result.cases.flatMap(({ transcript = [] }) => transcript.map(({ text = "" }) => text));
    rounds.push(lines.flatMap((text) => /"cmd":"open","client":"([^"]+)"/.exec(text)?.[1] ?? []));
  }

  const [first = [], second = []] = rounds;
  expect(first.length).toBeGreaterThan(0);
  expect(second.length).toBe(first.length);
  expect(new Set([...first, ...second]).size).toBe(2 * first.length);
});
