import { describe, expect, it } from "vitest";
import { type CaseStatus, conclude, ExitStatus, worst } from "./verdict.ts";

const well = { subjectLost: false, baselineExpired: false, strict: false };

describe("the verdict", () => {
  it.each([
    [["pass"], {}, "conforms", 0],
    [["pass", "warn", "xfail", "not-applicable"], {}, "conforms", 0],
    [["pass", "warn"], { strict: true }, "fails", 1],
    [["pass"], { strict: true }, "conforms", 0],
    [["pass", "fail"], {}, "fails", 1],
    [["pass", "untestable"], {}, "fails", 1],
    [["pass", "xpass"], {}, "fails", 1],
    [["pass"], { baselineExpired: true }, "fails", 1],
    [["pass", "inconclusive"], {}, "incomplete", 1],
    [["pass", "harness-error"], {}, "incomplete", 4],
    [["pass", "inconclusive"], { subjectLost: true }, "incomplete", 3],
  ] as const)("%j, with %j: %s, %i", (statuses, circumstances, verdict, exitStatus) => {
    expect(conclude(statuses, { ...well, ...circumstances })).toEqual({ verdict, exitStatus });
  });

  it("a failure goes before a subject that is lost, that before a fault of the kit, and that before a slow machine", () => {
    const all: CaseStatus[] = ["pass", "warn", "inconclusive", "harness-error", "fail"];
    const lost = { ...well, subjectLost: true };

    expect(conclude(all, lost).exitStatus).toBe(ExitStatus.fails);
    expect(conclude(all.slice(0, -1), { ...lost, baselineExpired: true }).exitStatus).toBe(ExitStatus.fails);
    expect(conclude(all.slice(0, -1), { ...lost, strict: true }).exitStatus).toBe(ExitStatus.fails);
    expect(conclude(all.slice(0, -1), lost).exitStatus).toBe(ExitStatus.unreachable);
    expect(conclude(all.slice(0, -1), well).exitStatus).toBe(ExitStatus.harness);
    expect(conclude(all.slice(0, -2), well)).toEqual({ verdict: "incomplete", exitStatus: ExitStatus.fails });
  });
});

describe("the worst status", () => {
  it.each([
    [[], "untested"],
    [["pass", "pass"], "pass"],
    [["warn", "pass"], "warn"],
    [["pass", "xfail"], "xfail"],
    [["pass", "inconclusive", "xfail"], "inconclusive"],
    [["untestable", "inconclusive"], "untestable"],
    [["harness-error", "untestable"], "harness-error"],
    [["pass", "fail", "harness-error", "untestable"], "fail"],
  ] as const)("of %j is %s", (statuses, expected) => {
    expect(worst(statuses)).toBe(expected);
  });
});
