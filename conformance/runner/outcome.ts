/** Makes the result of a run from the results of its cases, whomever it judged. */
import { cpus, platform, release } from "node:os";
import type { Profile, Role } from "../../spec/rules.ts";
import { applyBaseline, type Baseline } from "../baseline.ts";
import type { CaseResult, Result } from "../result.ts";
import { conclude, type ExitStatus } from "../verdict.ts";
import { kitVersion, specVersion } from "../version.ts";
import type { LagMeter } from "./lag.ts";
import { ruleResults } from "./rule-results.ts";

/** What came of a run. */
export interface RunOutcome {
  result: Result;
  exitStatus: ExitStatus;
}

/** What a run knows when it is over. */
export interface FinishedRun {
  subject: Result["subject"] & { role: Role };
  /** In the order in which they are to be reported. */
  cases: readonly CaseResult[];
  /** The profiles that were judged. */
  profiles: ReadonlySet<Profile>;
  /** When it began: for the report, and by `performance.now()`. */
  startedAt: Date;
  startedAtMs: number;
  lag: LagMeter;
  timeScale: number;
  /** Why the subject is gone, or could not be reached. */
  lost: string | undefined;
  baseline?: Baseline | undefined;
  strict?: boolean | undefined;
}

/** @returns the result, once the baseline has had its say, and the exit status. */
export function outcomeOf(run: FinishedRun): RunOutcome {
  const { results: cases, expired } = applyBaseline(run.baseline ?? [], run.cases, new Date());
  const statuses = cases.map((result) => result.status);
  const { verdict, exitStatus } = conclude(statuses, {
    subjectLost: run.lost !== undefined,
    baselineExpired: expired.length > 0,
    strict: run.strict ?? false,
  });
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  const result: Result = {
    format: "tidings-result/1",
    kit: kitVersion,
    spec: specVersion,
    subject: run.subject,
    environment: {
      node: process.version,
      platform: `${platform()} ${release()}`,
      cpus: cpus().length,
      worstLagMs: Math.round(run.lag.worstSince(run.startedAtMs)),
      timeScale: run.timeScale,
    },
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.round(performance.now() - run.startedAtMs),
    verdict,
    ...(run.lost !== undefined && { message: run.lost }),
    counts,
    cases,
    rules: ruleResults(run.subject.role, run.profiles, cases),
  };
  return { result, exitStatus };
}
