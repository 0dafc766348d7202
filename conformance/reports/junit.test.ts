import { describe, expect, it } from "vitest";
import type { CaseResult, Result } from "../result.ts";
import { type CaseStatus, caseStatuses } from "../verdict.ts";
import { renderJunit } from "./junit.ts";

function resultOf(...cases: Partial<CaseResult>[]): Result {
  return {
    format: "tidings-result/1",
    kit: "0",
    spec: "0",
    subject: { role: "server", name: 'a "server" <&>' },
    environment: { node: "", platform: "", cpus: 1, worstLagMs: 0, timeScale: 1 },
    startedAt: "2030-01-01T00:00:00.000Z",
    durationMs: 1_500,
    verdict: "fails",
    counts: {},
    cases: cases.map((one, index) => ({
      id: `topic/case-${index}`,
      title: "does what it should",
      covers: ["CORE-S2a"],
      profile: "core-ws",
      level: "MUST",
      status: "pass",
      durationMs: 20,
      ...one,
    })),
    rules: [],
  };
}

/** A parser that knows what JUnit XML needs, and throws on what is not well-formed. */
function elements(text: string): { name: string; attributes: { [name: string]: string }; path: string }[] {
  const found: { name: string; attributes: { [name: string]: string }; path: string }[] = [];
  const open: string[] = [];
  const token = /<\?xml [^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`no XML: ${text.slice(at, at + 80)}`);
    const [whole, closes, name, attributes = "", empty] = match;
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(whole)) throw new Error(`a bare ampersand: ${whole}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(whole)) throw new Error("a control character");
    if (closes !== undefined && open.pop() !== closes) throw new Error(`</${closes}> closes another element`);
    if (name === undefined) continue;
    const pairs = [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]);
    found.push({ name, attributes: Object.fromEntries(pairs), path: [...open, name].join("/") });
    if (empty === "") open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join()}`);
  return found;
}

const OUTCOMES = ["failure", "error", "skipped"];
const outcomesOf = (text: string) => elements(text).filter(({ name }) => OUTCOMES.includes(name));

describe("what is not proved is not reported as passed", () => {
  const expected: { [status in CaseStatus]: string | undefined } = {
    pass: undefined,
    warn: undefined,
    "not-applicable": "skipped",
    xfail: "skipped",
    inconclusive: "error",
    "harness-error": "error",
    untestable: "failure",
    xpass: "failure",
    fail: "failure",
  };

  it.each(caseStatuses)("%s", (status) => {
    const [outcome, ...more] = outcomesOf(renderJunit(resultOf({ status, message: "because" })));

    expect(outcome?.name).toBe(expected[status]);
    expect(more).toEqual([]);
    if (outcome !== undefined) expect(outcome.attributes.message).toBe("because");
  });
});

describe("the report", () => {
  it("counts what it has", () => {
    const text = renderJunit(resultOf(...caseStatuses.map((status) => ({ status }))));
    const suite = elements(text).find(({ name }) => name === "testsuite");

    expect(suite?.attributes).toMatchObject({ tests: "9", failures: "3", errors: "2", skipped: "2", time: "1.5" });
    expect(elements(text).filter(({ name }) => name === "testcase")).toHaveLength(9);
  });

  it("names each case and its rules, and says what was expected and what came", () => {
    const failed = { covers: ["CORE-S2a", "CORE-S2b"], judged: "CORE-S2b", expected: "a pong", actual: "none" };
    const text = renderJunit(resultOf({ status: "fail", ...failed }));

    expect(elements(text).map(({ path }) => path)).toEqual([
      "testsuites",
      "testsuites/testsuite",
      "testsuites/testsuite/testcase",
      "testsuites/testsuite/testcase/properties",
      "testsuites/testsuite/testcase/properties/property",
      "testsuites/testsuite/testcase/properties/property",
      "testsuites/testsuite/testcase/failure",
    ]);
    expect(text).toContain('<testcase classname="core-ws" name="topic/case-0: does what it should" time="0.02">');
    expect(text).toContain(">rule: CORE-S2b&#10;expected: a pong&#10;got: none</failure>");
  });

  it("shows a warning, which passes", () => {
    const text = renderJunit(resultOf({ status: "warn", message: "a greeting came" }));
    expect(text).toContain("<system-out>warning: a greeting came</system-out>");
  });

  it.each([
    ["mark-up", '<a b="c">&amp;</a> ]]>'],
    ["control characters", "\u0000\u0007\u001b[31m red \u000b\u000c\u001f"],
    ["half a surrogate pair", "\ud83d and \ude00"],
    ["what is no character", "\ufffe\uffff"],
    ["several lines", "one\r\ntwo\n\tthree"],
    ["other scripts", "später 北京 😀"],
  ])("is well-formed with %s in it", (_, hostile) => {
    const one = { status: "fail" as const, title: hostile, message: hostile, expected: hostile, actual: hostile };
    const text = renderJunit(resultOf(one, { ...one, status: "warn" }, { ...one, status: "xfail" }));

    expect(elements(text).filter(({ name }) => name === "testcase")).toHaveLength(3);
    expect(text.isWellFormed()).toBe(true);
  });
});
