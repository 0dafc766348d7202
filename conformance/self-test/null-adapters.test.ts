import { beforeAll, describe, expect, it } from "vitest";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { examineAdapter } from "../adapter/doctor.ts";
import { runClientConformance } from "../runner/client-run.ts";
import { type NullAdapterName, nullAdapters, shamClientCommand } from "./sham-client/index.ts";
import { sideBySide } from "./side-by-side.ts";

const names = Object.keys(nullAdapters) as NullAdapterName[];
const SIDE_BY_SIDE = 16;

/** Drives a client well, until it is asked to end: that is a matter for the doctor alone. */
const DRIVES: NullAdapterName = "null.hangs-at-bye";

const judge = (name: NullAdapterName) =>
  runClientConformance(
    { adapters: new ProcessSource(shamClientCommand({ nullAdapter: name })) },
    { selection: { profiles: ["core-ws"], run: ["client-opening/*", "client-closing/*"] }, stallMs: 1_000, jobs: 4 },
  );
const examine = (name: NullAdapterName) => examineAdapter(shamClientCommand({ nullAdapter: name }));

describe("what drives no client at all never conforms", () => {
  const judged = names.filter((name) => name !== DRIVES);
  let outcomes: ReadonlyMap<string, ReturnType<typeof judge>>;
  let examinations: ReadonlyMap<string, ReturnType<typeof examine>>;
  beforeAll(() => {
    outcomes = sideBySide(judged, SIDE_BY_SIDE, judge);
    examinations = sideBySide(names, SIDE_BY_SIDE, examine);
  });

  it.each(judged)("%s", async (name) => {
    const { result, exitStatus } = (await outcomes.get(name)) ?? {};
    expect(result?.verdict).not.toBe("conforms");
    expect([1, 3]).toContain(exitStatus);
    expect(result?.cases.filter(({ status }) => status === "harness-error")).toEqual([]);
  });

  it.each(names)("%s, as the doctor says", async (name) => {
    const diagnoses = await examinations.get(name);
    expect(diagnoses?.some(({ problem }) => problem !== undefined)).toBe(true);
  });
});

it("the doctor finds nothing wrong with an adapter that is right", async () => {
  const diagnoses = await examineAdapter(shamClientCommand());
  expect(diagnoses.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(diagnoses).toHaveLength(7);
});
