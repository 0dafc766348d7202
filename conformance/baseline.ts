/** Known failures: cases that still run, whose failure is expected, and whose success is news. */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { rules } from "../spec/rules.ts";
import type { Case } from "./case.ts";
import type { CaseResult } from "./result.ts";
import { UsageError } from "./usage-error.ts";

const Entry = Type.Object(
  {
    case: Type.Optional(Type.String({ description: "The id of a case." })),
    rule: Type.Optional(Type.String({ description: "The id of a rule." })),
    reason: Type.String({ minLength: 1 }),
    expires: Type.Optional(
      Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "The last day on which the entry holds." }),
    ),
  },
  { additionalProperties: false },
);

/** The file that `--baseline` names: a list of known failures. */
export const Baseline = Type.Array(Entry, { $id: "tidings-baseline/1" });
/** The file that `--baseline` names: a list of known failures. */
export type Baseline = Static<typeof Baseline>;

/**
 * Reads a baseline.
 *
 * @param text - JSON: `[{"case": ID, "reason": TEXT, "expires"?: "YYYY-MM-DD"}]`, or with `rule` instead of `case`.
 * @throws UsageError that says which entry is wrong, and how.
 */
export function parseBaseline(text: string, cases: readonly Case[]): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UsageError(`The baseline is not JSON: ${(error as Error).message}.`);
  }
  const validator = Compile(Baseline);
  if (!validator.Check(value)) {
    const [error] = validator.Errors(value);
    throw new UsageError(
      `The baseline is wrong at ${error?.instancePath || "its top"}: ${error?.message}. It is a list of {"case" or "rule", "reason", "expires"?}.`,
    );
  }
  for (const [index, entry] of value.entries()) {
    if ((entry.case === undefined) === (entry.rule === undefined)) {
      throw new UsageError(
        `Entry ${index + 1} of the baseline names ${entry.case === undefined ? "neither a case nor a rule" : "both a case and a rule"}: it has to name one.`,
      );
    }
    if (entry.case !== undefined && !cases.some((definition) => definition.id === entry.case)) {
      throw new UsageError(`Entry ${index + 1} of the baseline names the case "${entry.case}", which does not exist.`);
    }
    const isRule = (id: string) => entry.rule === id || entry.rule === id.replace(/[a-z]$/, "");
    if (entry.rule !== undefined && !Object.keys(rules).some(isRule)) {
      throw new UsageError(`Entry ${index + 1} of the baseline names the rule "${entry.rule}", which does not exist.`);
    }
    if (entry.expires !== undefined && !isDay(entry.expires)) {
      throw new UsageError(`Entry ${index + 1} of the baseline expires on "${entry.expires}", which is no day.`);
    }
  }
  return value;
}

/** `Date.parse` takes the 30th of February for a day in March. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const FAILURES = ["fail", "warn", "untestable"];

/**
 * Applies a baseline to the results of a run: an expected failure becomes `xfail`, an entry whose cases all passed makes
 * them `xpass`, and an expired entry excuses nothing.
 *
 * @returns the results, and the entries that have expired and whose cases ran.
 */
export function applyBaseline(
  baseline: Baseline,
  results: readonly CaseResult[],
  today: Date,
): { results: CaseResult[]; expired: Baseline } {
  const applied = results.map((result) => ({ ...result }));
  const expired: Baseline = [];
  for (const entry of baseline) {
    const named = applied.filter(
      (result) =>
        result.id === entry.case ||
        result.covers.some((id) => entry.rule === id || entry.rule === id.replace(/[a-z]$/, "")),
    );
    const ran = named.filter((result) => !["not-applicable", "inconclusive", "harness-error"].includes(result.status));
    if (ran.length === 0) continue;
    if (entry.expires !== undefined && today.getTime() >= Date.parse(entry.expires) + 24 * 3_600_000) {
      expired.push(entry);
      const note = `its baseline entry (${entry.reason}) expired on ${entry.expires}: remove or renew it`;
      for (const result of ran) {
        result.message = result.status === "pass" ? `It passes, and ${note}.` : `${result.message}; ${note}`;
        if (result.status === "pass") result.status = "xpass";
      }
      continue;
    }
    const failing = ran.filter((result) => FAILURES.includes(result.status));
    for (const result of failing) {
      result.status = "xfail";
      result.message = `${result.message ?? result.title} (expected: ${entry.reason})`;
    }
    if (failing.length > 0 || ran.some((result) => result.status === "xfail")) continue;
    for (const result of ran) {
      result.status = "xpass";
      result.message = `It passes, though the baseline expects it to fail (${entry.reason}): remove the entry.`;
    }
  }
  return { results: applied, expired };
}
