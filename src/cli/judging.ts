/** What judging a server and judging a client have in common: the selection, the rounds, the reports, the exit status. */
import { readFileSync } from "node:fs";
import {
  type Baseline,
  type Case,
  type CaseResult,
  ExitStatus,
  parseBaseline,
  type RunOptions,
  type RunOutcome,
  renderCase,
  renderJunit,
  renderSummary,
  UsageError,
} from "../../conformance/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { mustBeWritable, writeReport } from "./report-files.ts";
import type { JudgingOptions, ReportOption } from "./test.ts";

/** The reports that can be written, by name. */
const reports: { [kind in ReportOption["kind"]]: (outcome: RunOutcome) => string } = {
  json: (outcome) => `${JSON.stringify(outcome.result, null, 2)}\n`,
  junit: (outcome) => renderJunit(outcome.result),
};

/** Who is judged, and how. */
export interface Judging {
  options: JudgingOptions;
  /** All cases for the subject's role. */
  cases: readonly Case[];
  /** The command that runs one case alone, up to the case's id. */
  reproduce: string;
  /** What has to stand after the id in that command. */
  after?: string;
  /** Runs the suite once. */
  run(options: RunOptions): Promise<RunOutcome>;
}

/** What is quoted back to the user when a case is to be run alone. */
const SHELL_SAFE = /^[\w@%+=:,./{}-]+$/;

const SEVERITY: readonly ExitStatus[] = [
  ExitStatus.conforms,
  ExitStatus.harness,
  ExitStatus.unreachable,
  ExitStatus.fails,
];

/** @returns a word as a shell has to be given it. */
export function shellQuote(word: string): string {
  return SHELL_SAFE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** @throws UsageError where the file can't be read. */
export function readGiven(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option} names ${file}, which can't be read: ${(error as Error).message}.`);
  }
}

/** @returns the options that select cases, as they are quoted back. */
export function selectionWords({ profile, timeScale }: JudgingOptions): string[] {
  return [
    ...(profile === undefined ? [] : ["--profile", profile.join(",")]),
    ...(timeScale === 1 ? [] : ["--time-scale", String(timeScale)]),
  ];
}

/** Runs the suite as often as asked, prints what comes of it, writes the reports. */
export async function judge({ options, cases, reproduce, after, run }: Judging): Promise<ExitStatus> {
  const baseline: Baseline =
    options.baseline === undefined ? [] : parseBaseline(readGiven(options.baseline, "--baseline"), cases);
  const writers = (options.report ?? []).map(({ kind, file }) => ({ file, render: reports[kind] }));
  for (const { file } of writers) mustBeWritable(file);
  const texts = {
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    verbose: options.verbose === true,
    reproduce,
    ...(after !== undefined && { after }),
  };
  const say = (line: string) => {
    if (!options.quiet) console.log(line);
  };
  const outcomes: RunOutcome[] = [];
  for (let round = 1; round <= options.repeat; round++) {
    const outcome = await run({
      selection: {
        ...(options.profile && { profiles: options.profile }),
        ...(options.run && { run: options.run }),
        ...(options.skip && { skip: options.skip }),
      },
      baseline,
      strict: options.strict === true,
      timeScale: options.timeScale,
      ...(options.jobs !== undefined && { jobs: options.jobs }),
      keepTranscripts: options.verbose === true,
      onResult: (result) => {
        if (options.repeat === 1) say(renderCase(result, texts));
      },
    });
    outcomes.push(outcome);
    if (options.repeat > 1) {
      say(`run ${round} of ${options.repeat}: ${outcome.result.verdict}${renderBad(outcome)}`);
      for (const result of badCases(outcome)) say(renderCase(result, texts));
    }
  }
  const worst = outcomes.reduce((a, b) => (SEVERITY.indexOf(b.exitStatus) > SEVERITY.indexOf(a.exitStatus) ? b : a));
  say("");
  console.log(renderSummary(worst.result, worst.exitStatus, texts));
  for (const { file, render } of writers) {
    writeReport(file, render(worst));
  }
  return worst.exitStatus;
}

/** Has the process exit with the status of a judgement. What the user got wrong is one line, and exit status 2. */
export async function exitWith(judgement: () => Promise<ExitStatus>): Promise<void> {
  try {
    process.exitCode = await judgement();
  } catch (error) {
    if (error instanceof UsageError) throw new CommandFailure(error.message, 2);
    throw error;
  }
}

function renderBad({ result }: RunOutcome): string {
  if (result.message !== undefined) return ` (${result.message})`;
  const bad = badCases({ result }).map((one) => `${one.id} ${one.status}`);
  return bad.length === 0 ? "" : ` (${bad.join(", ")})`;
}

function badCases({ result }: Pick<RunOutcome, "result">): readonly CaseResult[] {
  return result.cases.filter(({ status }) => status !== "pass" && status !== "not-applicable");
}
