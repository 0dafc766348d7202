import { describe, expect, it } from "vitest";
import { rules } from "../../spec/rules.ts";
import type { CaseResult, Result } from "../result.ts";
import { caseStatuses } from "../verdict.ts";
import { renderCase, renderSummary, type TextOptions } from "./text.ts";

const options: TextOptions = { colour: false, verbose: false, reproduce: "npx tidings test server --ws ws://h/" };

const transcript = Array.from({ length: 30 }, (_, index) => ({
  atMs: index,
  connection: index % 2 === 0 ? "alice" : "bob-1",
  direction: index % 2 === 0 ? ("sent" as const) : ("received" as const),
  kind: "text",
  text: `line ${index}${index === 3 ? " with the mark" : ""}`,
}));

const failed: CaseResult = {
  id: "topic/case",
  title: "does what it should",
  covers: ["CORE-S2a", "CORE-S2b"],
  profile: "core-ws",
  level: "MUST",
  status: "fail",
  durationMs: 20,
  judged: "CORE-S2b",
  message: "alice got no pong",
  expected: "a pong within 1000 ms",
  actual: "1200 ms",
  transcript,
};

const summaryOf = (change: Partial<Result> = {}): Result => ({
  format: "tidings-result/1",
  kit: "0",
  spec: "0",
  subject: { role: "server", name: "my-server" },
  environment: { node: "", platform: "", cpus: 1, worstLagMs: 0, timeScale: 1 },
  startedAt: "2030-01-01T00:00:00.000Z",
  durationMs: 1_500,
  verdict: "conforms",
  counts: { pass: 2 },
  cases: [failed, failed],
  rules: [
    { id: "CORE-S2a", level: "MUST", profile: "core-ws", status: "pass", cases: ["topic/case"] },
    { id: "CORE-S2b", level: "MUST", profile: "core-ws", status: "pass", cases: ["topic/case"] },
  ],
  ...change,
});

describe("a failure", () => {
  const lines = renderCase(failed, options).split("\n");

  it("says which rule, what was expected, what came, and how to run it alone", () => {
    expect(lines.slice(0, 5)).toEqual([
      "✗ topic/case  does what it should",
      "    FAIL: alice got no pong",
      `    rule      CORE-S2b: ${rules["CORE-S2b"].text}`,
      "    expected  a pong within 1000 ms",
      "    got       1200 ms",
    ]);
    expect(lines.at(-1)).toBe("    alone     npx tidings test server --ws ws://h/ --run topic/case");
  });

  it("speaks of no command where there is none", () => {
    const { reproduce: _, ...without } = options;
    const header = "    on the wire (12 of 30 lines, the last; all with verbose: true)";
    expect(renderCase(failed, without).split("\n")).toEqual([...lines.slice(0, 5), header, ...lines.slice(6, -1)]);
  });

  it("shows the end of what went over the wire, and says that there is more", () => {
    expect(lines[5]).toBe("    on the wire (12 of 30 lines, the last; all with --verbose)");
    expect(lines.slice(6, -1)).toHaveLength(12);
    expect(lines[6]).toBe("          18.0 ms  alice → text   line 18");
    expect(lines.at(-2)).toBe("          29.0 ms  bob-1 ← text   line 29");
  });

  it("shows the lines about what it is about, too", () => {
    const text = renderCase({ ...failed, about: "the mark" }, options);

    expect(text).toContain("(7 of 30 lines, those about the mark and the last; all with --verbose)");
    expect(text).toContain("line 3 with the mark\n");
    expect(text).not.toContain("line 23");
    expect(text).toContain("line 24\n");
  });

  it("shows all of it when asked to", () => {
    const text = renderCase(failed, { ...options, verbose: true });

    expect(text).toContain("    on the wire\n");
    for (const entry of transcript) expect(text).toContain(`${entry.text}\n`);
  });

  it("names all its rules where none was being judged yet", () => {
    const { judged: _, ...before } = failed;
    const text = renderCase({ ...before, status: "untestable" }, options);

    expect(text).toContain(rules["CORE-S2a"].text);
    expect(text).toContain(rules["CORE-S2b"].text);
  });

  it("tells each try, where there were several", () => {
    const attempts = [
      { status: "inconclusive" as const, durationMs: 1, message: "too slow" },
      { status: "fail" as const, durationMs: 1 },
    ];
    const text = renderCase({ ...failed, attempts }, options);

    expect(text).toContain("    try 1     inconclusive: too slow\n    try 2     fail\n");
  });
});

describe("a case that", () => {
  const { transcript: _, judged: __, expected: ___, actual: ____, ...bare } = failed;

  it("passed is one line", () => {
    expect(renderCase({ ...failed, status: "pass" }, options)).toBe("✓ topic/case  does what it should");
    expect(renderCase({ ...failed, status: "pass", durationMs: 2_345 }, options)).toContain("(2.3 s)");
  });

  it.each(["untestable", "inconclusive"] as const)("was not run (%s) is two", (status) => {
    expect(renderCase({ ...bare, status, message: "Not run: why" }, options).split("\n")).toEqual([
      expect.stringContaining("topic/case"),
      `    ${status.toUpperCase()}: Not run: why`,
    ]);
  });

  it.each(caseStatuses)("is %s has colours where they are wanted, and none where not", (status) => {
    expect(renderCase({ ...failed, status }, { ...options, colour: true })).toContain("\u001b[");
    expect(renderCase({ ...failed, status }, options)).not.toContain("\u001b");
  });
});

describe("the summary", () => {
  it("says that it conforms, and to what", () => {
    expect(renderSummary(summaryOf(), 0, options)).toBe(
      "my-server: 2 cases: 2 pass; 2 of 2 rules kept, in 1.5 s\nIt conforms to core-ws.",
    );
  });

  it("does not claim what was not judged", () => {
    const [first, second] = summaryOf().rules;
    if (first === undefined || second === undefined) throw new Error("the test's own result has two rules");
    const text = renderSummary(summaryOf({ rules: [first, { ...second, status: "untested", cases: [] }] }), 0, options);

    expect(text).toContain("1 of 2 rules kept");
    expect(text).toContain("as far as it was judged: 1 of its rules were not");
  });

  it("names the rules that are not kept, with their sentences", () => {
    const [first] = summaryOf().rules;
    if (first === undefined) throw new Error("the test's own result has rules");
    const text = renderSummary(summaryOf({ verdict: "fails", rules: [{ ...first, status: "fail" }] }), 1, options);

    expect(text).toContain(`fail          CORE-S2a  ${rules["CORE-S2a"].text}`);
    expect(text).toMatch(/It does not conform to core-ws\.$/);
  });

  it("says why nothing can be said", () => {
    const text = renderSummary(summaryOf({ verdict: "incomplete", message: "nothing listens there" }), 3, options);

    expect(text).toContain("\nnothing listens there\n");
    expect(text).toMatch(/Incomplete: .*\(exit status 3\)\.$/);
  });

  it("has colours only where they are wanted", () => {
    expect(renderSummary(summaryOf(), 0, { ...options, colour: true })).toContain("\u001b[32m");
    expect(renderSummary(summaryOf(), 0, options)).not.toContain("\u001b");
  });
});

describe("a subject can't steer the reader's terminal", () => {
  const hostile = "\u001b[2J\u001b]0;owned\u0007 \u009b31m \rover\ntwo";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

  it.each(["message", "expected", "actual"] as const)("by the %s of a case", (member) => {
    const text = renderCase({ ...failed, [member]: hostile }, options);

    expect(text).not.toMatch(CONTROL);
    expect(text).toContain("\\x1b[2J\\x1b]0;owned\\x07 \\x9b31m \\x0dover ⏎ two");
    expect(text.split("\n")).toHaveLength(renderCase(failed, options).split("\n").length);
  });

  it.each([false, true])("by what it sent (verbose: %s)", (verbose) => {
    const entry = { atMs: 1, connection: "a", direction: "received" as const, kind: "text", text: hostile };
    const text = renderCase({ ...failed, transcript: [entry] }, { ...options, verbose });

    expect(text).not.toMatch(CONTROL);
    expect(text).toContain("\\x1b[2J");
  });

  it("by what came of an earlier try", () => {
    const attempts = [{ status: "inconclusive" as const, durationMs: 1, message: hostile }];
    expect(renderCase({ ...failed, attempts }, options)).not.toMatch(CONTROL);
  });

  it("by its name or its last words", () => {
    const subject = { role: "server" as const, name: hostile };
    expect(renderSummary(summaryOf({ subject, message: hostile }), 3, options)).not.toMatch(CONTROL);
  });
});
