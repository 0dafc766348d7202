/** Runs one case once with a client: gives it an adapter, and turns what comes of it into a status. */
import type { RuleId } from "../../spec/rules.ts";
import { AdapterFailure } from "../adapter/adapter.ts";
import type { AdapterSource, ReadyAdapter } from "../adapter/adapter-source.ts";
import { type ClientCase, NotApplicable } from "../client-case.ts";
import { Finding } from "../finding.ts";
import { MessageMaker } from "../marks.ts";
import type { CaseResult } from "../result.ts";
import { Transcript } from "../transcript.ts";
import type { CaseStatus } from "../verdict.ts";
import { ClientEndpoints } from "./client-endpoints.ts";
import type { LagMeter } from "./lag.ts";
import { OutOfTime, Patience, type PatienceLimits } from "./patience.ts";
import { describeCase, judge } from "./run-case.ts";

/** What all cases of a run with a client share. */
export interface ClientCaseSurroundings {
  adapters: AdapterSource;
  runMark: string;
  lag: LagMeter;
  timeScale: number;
  /** Keep the transcript of cases that pass, too. */
  keepTranscripts: boolean;
}

type Outcome = Partial<CaseResult> & { status: CaseStatus };

/** No case has more clients. */
const NAMES_FOR_EACH_CASE = 100;
const KEPT_FREE_TEXT = 1_000;

/** Runs a case. Never throws: a case that does is a `harness-error`. */
export async function runClientCase(
  definition: ClientCase,
  caseNumber: number,
  limits: PatienceLimits,
  surroundings: ClientCaseSurroundings,
): Promise<CaseResult> {
  const { adapters, lag, runMark, timeScale } = surroundings;
  const described = describeCase(definition);
  let ready: ReadyAdapter;
  try {
    ready = await adapters.acquire();
  } catch (error) {
    return { ...described, durationMs: 0, ...outcomeOf(definition, error, undefined, 0) };
  }
  const startedAt = performance.now();
  const transcript = new Transcript();
  const patience = new Patience(limits, lag);
  const maker = new MessageMaker(runMark, caseNumber);
  const endpoints = new ClientEndpoints({
    ready,
    transport: definition.transport,
    maker,
    surroundings: { patience, transcript, markPrefix: maker.prefix, runMark },
    timeScale,
    firstNumber: caseNumber * NAMES_FOR_EACH_CASE,
  });
  let judged: RuleId | undefined;
  const failed = failureOf(ready);
  let outcome: Outcome = { status: "pass" };
  try {
    const run = definition.run({
      ...endpoints.context,
      judging(rule) {
        judged = rule;
      },
    });
    await Promise.race([run, failed.promise]);
  } catch (error) {
    outcome = outcomeOf(definition, error, judged, lag.worstSince(startedAt));
  }
  failed.forget();
  const durationMs = Math.round(performance.now() - startedAt);
  // What comes from here on is how the kit tidies up: no part of the case.
  const freeText = ready.adapter.link.freeText.slice(-KEPT_FREE_TEXT).trim();
  if (freeText !== "" && outcome.status !== "pass") transcript.record("adapter", "received", "stderr", freeText);
  const { entries } = transcript;
  await endpoints.leave();
  await adapters.release(ready, outcome.status !== "pass");
  const keep = (outcome.status !== "pass" && outcome.status !== "not-applicable") || surroundings.keepTranscripts;
  return { ...described, durationMs, ...outcome, ...(keep && { transcript: entries }) };
}

/** Rejects when the adapter fails: then nothing else that the case waits for will come. */
function failureOf({ adapter }: ReadyAdapter): { promise: Promise<never>; forget(): void } {
  let forget = () => {};
  const promise = new Promise<never>((_, reject) => {
    adapter.onFailure.add(reject);
    forget = () => adapter.onFailure.delete(reject);
  });
  promise.catch(() => {});
  return { promise, forget };
}

function outcomeOf(definition: ClientCase, error: unknown, judged: RuleId | undefined, worstLagMs: number): Outcome {
  if (error instanceof Finding) return judge(definition, error, judged, worstLagMs);
  if (error instanceof AdapterFailure) {
    // One that breaks its protocol says nothing of the client; one that is gone, or hangs, may have it from the client.
    const finding = new Finding(error.message, { presupposed: error.kind === "wrong" });
    return judge(definition, finding, judged, worstLagMs);
  }
  if (error instanceof NotApplicable) return { status: "not-applicable", message: `Not judged: ${error.message}` };
  if (error instanceof OutOfTime) return { status: "inconclusive", message: error.message };
  return { status: "harness-error", message: `The kit itself failed: ${(error as Error).message}` };
}
