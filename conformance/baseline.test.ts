import { describe, expect, it } from "vitest";
import { applyBaseline, type Baseline, parseBaseline } from "./baseline.ts";
import { serverCases } from "./cases/index.ts";
import type { CaseResult } from "./result.ts";
import { UsageError } from "./usage-error.ts";
import type { CaseStatus } from "./verdict.ts";

function result(id: string, status: CaseStatus, covers: string[] = ["CORE-S2a"]): CaseResult {
  return { id, title: `title of ${id}`, covers, profile: "core-ws", level: "MUST", status, durationMs: 1 };
}

const today = new Date("2030-06-15T12:00:00Z");
const reason = "known";
const apply = (baseline: Baseline, ...results: CaseResult[]) => applyBaseline(baseline, results, today);
const statuses = (baseline: Baseline, ...results: CaseResult[]) =>
  apply(baseline, ...results).results.map(({ status }) => status);

describe("an entry for a case", () => {
  const entry = { case: "a/one", reason };

  it.each(["fail", "warn", "untestable"] as const)("makes %s an xfail, and tells the reason", (status) => {
    const { results, expired } = apply([entry], result("a/one", status), result("a/two", status));

    expect(results.map((one) => one.status)).toEqual(["xfail", status]);
    expect(results[0]?.message).toContain(reason);
    expect(expired).toEqual([]);
  });

  it("makes a pass an xpass that says what to do", () => {
    const { results } = apply([entry], result("a/one", "pass"), result("a/two", "pass"));

    expect(results.map((one) => one.status)).toEqual(["xpass", "pass"]);
    expect(results[0]?.message).toMatch(/remove the entry/);
  });

  it.each(["inconclusive", "harness-error", "not-applicable"] as const)("says nothing of %s", (status) => {
    expect(statuses([entry], result("a/one", status))).toEqual([status]);
  });

  it("says nothing where its case did not run", () => {
    expect(apply([{ ...entry, expires: "2000-01-01" }], result("a/two", "pass"))).toEqual({
      results: [result("a/two", "pass")],
      expired: [],
    });
  });

  it("does not change the results that it is given", () => {
    const given = result("a/one", "fail");
    apply([entry], given);
    expect(given).toEqual(result("a/one", "fail"));
  });
});

describe("an entry for a rule", () => {
  const entry = { rule: "CORE-S2b", reason };
  const own = (id: string, status: CaseStatus) => result(id, status, ["CORE-S2a", "CORE-S2b"]);

  it("excuses all its cases that fail, and leaves those that pass", () => {
    expect(
      statuses([entry], own("a/one", "fail"), own("a/two", "pass"), own("a/three", "fail"), result("b", "fail")),
    ).toEqual(["xfail", "pass", "xfail", "fail"]);
  });

  it("is news once all its cases pass", () => {
    expect(statuses([entry], own("a/one", "pass"), own("a/two", "pass"), result("b", "pass"))).toEqual([
      "xpass",
      "xpass",
      "pass",
    ]);
  });

  it("goes well with an entry for one of its cases", () => {
    const both = [{ case: "a/one", reason }, entry];
    expect(statuses(both, own("a/one", "fail"), own("a/two", "pass"))).toEqual(["xfail", "pass"]);
  });
});

describe("an entry with a day", () => {
  const until = (expires: string) => [{ case: "a/one", reason, expires }];

  it.each(["2030-06-15", "2030-06-16", "2031-01-01"])("holds on 2030-06-15 until %s", (expires) => {
    const { results, expired } = apply(until(expires), result("a/one", "fail"));
    expect([results[0]?.status, expired]).toEqual(["xfail", []]);
  });

  it.each(["2030-06-14", "2029-12-31"])("excuses nothing on 2030-06-15 after %s", (expires) => {
    for (const [status, becomes] of [
      ["fail", "fail"],
      ["pass", "xpass"],
    ] as const) {
      const { results, expired } = apply(until(expires), result("a/one", status));

      expect(results[0]?.status).toBe(becomes);
      expect(results[0]?.message).toContain(`expired on ${expires}`);
      expect(expired).toEqual(until(expires));
    }
  });
});

describe("the file", () => {
  const parse = (text: string) => parseBaseline(text, serverCases);

  it("is a list of entries", () => {
    const entries = [
      { case: "opening/handshake", reason: "why" },
      { rule: "CORE-S8", reason: "why", expires: "2028-02-29" },
    ];
    expect(parse(JSON.stringify(entries))).toEqual(entries);
    expect(parse("[]")).toEqual([]);
  });

  it.each([
    ["no JSON", "[{]", /not JSON/],
    ["no list", '{"case":"opening/handshake","reason":"why"}', /wrong at its top/],
    ["an entry that is no object", '["opening/handshake"]', /wrong at \/0/],
    ["an entry without a reason", '[{"case":"opening/handshake"}]', /wrong at \/0.*reason/],
    ["an empty reason", '[{"case":"opening/handshake","reason":""}]', /wrong at \/0\/reason/],
    ["a member that is not known", '[{"case":"opening/handshake","reason":"why","until":"x"}]', /wrong at \/0/],
    ["a day that is none", '[{"rule":"CORE-S8","reason":"why","expires":"soon"}]', /wrong at \/0\/expires/],
    ["a 13th month", '[{"rule":"CORE-S8","reason":"why","expires":"2030-13-01"}]', /Entry 1 .*"2030-13-01".*no day/],
    ["a 30th of February", '[{"rule":"CORE-S8","reason":"why","expires":"2030-02-30"}]', /Entry 1 .*no day/],
    ["neither case nor rule", '[{"rule":"CORE-S8","reason":"a"},{"reason":"b"}]', /Entry 2 .*neither/],
    ["both", '[{"rule":"CORE-S8","case":"opening/handshake","reason":"b"}]', /Entry 1 .*both/],
    ["an unknown case", '[{"case":"opening/handshaek","reason":"b"}]', /Entry 1 .*"opening\/handshaek".*not exist/],
    ["an unknown rule", '[{"rule":"CORE-S99","reason":"b"}]', /Entry 1 .*"CORE-S99".*not exist/],
    ["a rule that is a name of every object", '[{"rule":"toString","reason":"b"}]', /not exist/],
  ])("with %s is wrong usage that says where", (_, text, message) => {
    expect(() => parse(text)).toThrow(UsageError);
    expect(() => parse(text)).toThrow(message);
  });
});
