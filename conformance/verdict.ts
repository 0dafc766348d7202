/** The words in which a run ends: for a case, for a rule, for the whole, and for the shell. */

/** How a case ended, from best to worst. */
export const caseStatuses = [
  "pass",
  "not-applicable",
  "warn",
  "xfail",
  "inconclusive",
  "untestable",
  "xpass",
  "harness-error",
  "fail",
] as const;

/**
 * How a case ended.
 * - `pass`: the rule is kept. `warn`: a SHOULD is not. `fail`: a MUST is not.
 * - `not-applicable`: its profile is not claimed.
 * - `untestable`: claimed, but something that the case presupposes is missing; counts as a failure.
 * - `inconclusive`: this machine was too slow to tell, or the subject was gone.
 * - `harness-error`: the kit itself failed.
 * - `xfail`: a known failure, as the baseline says. `xpass`: the baseline says that it fails, and it does not.
 */
export type CaseStatus = (typeof caseStatuses)[number];

/** How a rule ended: as its worst case, or `untested` where none ran. */
export type RuleStatus = CaseStatus | "untested";

/** How a run ended. */
export type Verdict = "conforms" | "fails" | "incomplete";

/** What the kit exits with. */
export const ExitStatus = {
  conforms: 0,
  fails: 1,
  /** Wrong usage, or nothing binding was judged. */
  usage: 2,
  /** The subject can't be reached, or died. */
  unreachable: 3,
  /** The kit itself failed. */
  harness: 4,
} as const;

/** One of the values of {@link ExitStatus}. */
export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/** @returns the worst of some statuses; `untested` of none. */
export function worst(statuses: readonly CaseStatus[]): RuleStatus {
  let found: RuleStatus = "untested";
  let rank = -1;
  for (const status of statuses) {
    if (caseStatuses.indexOf(status) <= rank) continue;
    rank = caseStatuses.indexOf(status);
    found = status;
  }
  return found;
}

/** What decides the verdict, beside the statuses of the cases. */
export interface Circumstances {
  /** The subject could not be reached, or was lost in the middle. */
  subjectLost: boolean;
  /** An entry of the baseline has expired. */
  baselineExpired: boolean;
  /** `--strict`: a warning counts as a failure. */
  strict: boolean;
}

/** @returns verdict and exit status of a run in which at least one binding rule was to be judged. */
export function conclude(
  statuses: readonly CaseStatus[],
  circumstances: Circumstances,
): { verdict: Verdict; exitStatus: ExitStatus } {
  const has = (...wanted: CaseStatus[]) => statuses.some((status) => wanted.includes(status));
  const { subjectLost, baselineExpired, strict } = circumstances;
  if (has("fail", "untestable", "xpass") || baselineExpired || (strict && has("warn"))) {
    return { verdict: "fails", exitStatus: ExitStatus.fails };
  }
  if (subjectLost) return { verdict: "incomplete", exitStatus: ExitStatus.unreachable };
  if (has("harness-error")) return { verdict: "incomplete", exitStatus: ExitStatus.harness };
  if (has("inconclusive")) return { verdict: "incomplete", exitStatus: ExitStatus.fails };
  return { verdict: "conforms", exitStatus: ExitStatus.conforms };
}
