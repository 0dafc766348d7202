/** Runs one case once against a server: gives it its peers, and turns what comes of it into a status. */
import type { RuleId } from "../../spec/rules.ts";
import { type Case, levelOf, type MeansOfPublishing, profileOf, type ServerCase, type ServerContext } from "../case.ts";
import { Finding } from "../finding.ts";
import { MessageMaker } from "../marks.ts";
import type { CaseResult } from "../result.ts";
import { Transcript } from "../transcript.ts";
import type { CaseStatus } from "../verdict.ts";
import type { Access } from "../wire/tcp.ts";
import type { Addresses } from "./addresses.ts";
import { Endpoints } from "./endpoints.ts";
import type { LagMeter } from "./lag.ts";
import { OutOfTime, Patience, type PatienceLimits } from "./patience.ts";

/** What all cases of a run share. */
export interface CaseSurroundings {
  addresses: Addresses;
  access: Access;
  publishing: MeansOfPublishing | undefined;
  unheard: boolean;
  runMark: string;
  lag: LagMeter;
  timeScale: number;
  /** Keep the transcript of cases that pass, too. */
  keepTranscripts: boolean;
}

/** One try of a case. */
export interface CaseRun {
  result: CaseResult;
  /** The case ended because a connection was lost or refused: the subject may have died. */
  lostConnection: boolean;
  /** The subject still got on when the time of the case was over. */
  outOfTime: boolean;
  /** What it ended with, where it was a finding: the bare fact, without what it means for the case. */
  seen?: string;
}

/** @returns the fields of a result that the case itself determines. */
export function describeCase(definition: Case): Pick<CaseResult, "id" | "title" | "covers" | "profile" | "level"> {
  const { id, title, covers } = definition;
  return { id, title, covers: [...covers], profile: profileOf(definition), level: levelOf(definition) };
}

/** Runs a case. Never throws: a case that does is a `harness-error`. */
export async function runCase(
  definition: ServerCase,
  caseNumber: number,
  limits: PatienceLimits,
  surroundings: CaseSurroundings,
): Promise<CaseRun> {
  const { lag } = surroundings;
  const startedAt = performance.now();
  const transcript = new Transcript();
  const endpoints = new Endpoints({
    ...surroundings,
    patience: new Patience(limits, lag),
    transcript,
    maker: new MessageMaker(surroundings.runMark, caseNumber),
    streams: definition.streams ?? 0,
  });
  let judged: RuleId | undefined;
  const context: ServerContext = {
    ...endpoints.context,
    judging(rule) {
      judged = rule;
    },
  };

  let outcome: Partial<CaseResult> & { status: CaseStatus } = { status: "pass" };
  let lostConnection = false;
  let outOfTime = false;
  let seen: string | undefined;
  try {
    await definition.run(context);
  } catch (error) {
    if (error instanceof Finding) {
      seen = error.message;
      lostConnection = error.details.lostConnection ?? false;
      outOfTime = error.details.outOfTime ?? false;
      // Whoever waits for a message in vain wants to know that its sender was cut off.
      const losses = lostConnection ? [] : endpoints.losses;
      if (losses.length > 0) {
        const { actual = "nothing" } = error.details;
        error.details.actual = `${actual}; and the server had ended a connection by then (${losses.slice(0, 3).join("; ")})`;
      }
      outcome = judge(definition, error, judged, lag.worstSince(startedAt));
    } else if (error instanceof OutOfTime) {
      outcome = { status: "inconclusive", message: error.message };
    } else {
      outcome = { status: "harness-error", message: `The kit itself failed: ${(error as Error).message}` };
    }
  }
  const durationMs = Math.round(performance.now() - startedAt);
  // What comes from here on is how the kit tidies up: no part of the case.
  const { entries } = transcript;
  await endpoints.leave();
  const keep = outcome.status !== "pass" || surroundings.keepTranscripts;
  return {
    lostConnection,
    outOfTime,
    ...(seen !== undefined && { seen }),
    result: {
      ...describeCase(definition),
      durationMs,
      ...outcome,
      ...(keep && { transcript: entries }),
    },
  };
}

/** @returns what a finding means for its case. */
export function judge(
  definition: Case,
  finding: Finding,
  judged: RuleId | undefined,
  worstLagMs: number,
): Partial<CaseResult> & { status: CaseStatus } {
  const { expected, actual, mark, lateByMs, presupposed, outOfTime, underWay } = finding.details;
  const details = {
    ...(judged !== undefined && { judged }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    ...(mark !== undefined && { about: mark }),
  };
  // Slow, but not broken: what is missing was still coming.
  if (outOfTime && underWay) return { status: "inconclusive", message: finding.message, ...details };
  if (judged === undefined || presupposed) {
    return { status: "untestable", message: `Could not be judged, because before that ${finding.message}`, ...details };
  }
  if (lateByMs !== undefined && worstLagMs > lateByMs) {
    const message = `${finding.message}, but by less than this machine's own lag of ${Math.round(worstLagMs)} ms`;
    return { status: "inconclusive", message, ...details };
  }
  return { status: levelOf(definition) === "MUST" ? "fail" : "warn", message: finding.message, ...details };
}
