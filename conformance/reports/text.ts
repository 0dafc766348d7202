/** The report that a person reads: a line for each case, a block for each that went badly, and the verdict. */
import { rules } from "../../spec/rules.ts";
import type { CaseResult, Result } from "../result.ts";
import type { TranscriptEntry } from "../transcript.ts";
import type { CaseStatus, ExitStatus } from "../verdict.ts";

/** How to write a text report. */
export interface TextOptions {
  /** Colours for a terminal. */
  colour: boolean;
  /** The whole transcript of a case, not its end. */
  verbose: boolean;
  /** The command that runs one case alone, up to the case's id. Default: none, where the kit has no command line. */
  reproduce?: string;
  /** What has to stand after the id in that command. */
  after?: string;
}

const SIGNS: { [status in CaseStatus]: readonly [sign: string, colour: number] } = {
  pass: ["✓", 32],
  "not-applicable": ["·", 90],
  warn: ["!", 33],
  xfail: ["x", 33],
  inconclusive: ["?", 33],
  untestable: ["∅", 31],
  xpass: ["X", 31],
  "harness-error": ["E", 35],
  fail: ["✗", 31],
};

const LAST_LINES = 12;
const LINE_LENGTH = 160;

/** @returns one case: its line, and where it went badly all that helps to mend it. */
export function renderCase(result: CaseResult, options: TextOptions): string {
  const [sign, colour] = SIGNS[result.status];
  const took = result.durationMs >= 1_000 ? `  (${(result.durationMs / 1_000).toFixed(1)} s)` : "";
  const head = `${paint(sign, colour, options)} ${result.id}  ${paint(`${result.title}${took}`, 90, options)}`;
  if (result.status === "pass") return options.verbose ? [head, ...renderTranscript(result, options)].join("\n") : head;
  const lines = [
    head,
    `    ${paint(result.status.toUpperCase(), colour, options)}: ${printable(result.message ?? "")}`,
  ];
  if (["untestable", "inconclusive", "not-applicable"].includes(result.status) && result.transcript === undefined)
    return lines.join("\n");
  for (const id of result.judged === undefined ? result.covers : [result.judged]) {
    lines.push(`    rule      ${id}: ${textOf(id)}`);
  }
  if (result.expected !== undefined) lines.push(`    expected  ${printable(result.expected)}`);
  if (result.actual !== undefined) lines.push(`    got       ${printable(result.actual)}`);
  for (const [index, attempt] of (result.attempts ?? []).entries()) {
    lines.push(
      `    try ${index + 1}     ${attempt.status}${attempt.message === undefined ? "" : `: ${printable(attempt.message)}`}`,
    );
  }
  lines.push(...renderTranscript(result, options));
  if (options.reproduce !== undefined) {
    const after = options.after === undefined ? "" : ` ${options.after}`;
    lines.push(`    alone     ${options.reproduce} --run ${result.id}${after}`);
  }
  return lines.join("\n");
}

/** @returns the end of the report: what is kept, what is not, and the verdict. */
export function renderSummary(result: Result, exitStatus: ExitStatus, options: TextOptions): string {
  const lines: string[] = [];
  // Only the baseline knows of these, and it speaks last.
  for (const one of result.cases.filter(({ status }) => status === "xfail" || status === "xpass")) {
    const [, colour] = SIGNS[one.status];
    lines.push(`  ${paint(one.status.padEnd(13), colour, options)} ${one.id}: ${printable(one.message ?? "")}`);
  }
  for (const rule of result.rules) {
    if (["pass", "not-applicable", "untested", "inconclusive"].includes(rule.status)) continue;
    const [, colour] = SIGNS[rule.status as CaseStatus];
    lines.push(`  ${paint(rule.status.padEnd(13), colour, options)} ${rule.id}  ${textOf(rule.id)}`);
  }
  if (lines.length > 0) lines.push("");
  const total = result.cases.length;
  const counts = Object.entries(result.counts).map(([status, count]) => `${count} ${status}`);
  const profiles = [...new Set(result.rules.map((rule) => rule.profile))].join(", ");
  const kept = result.rules.filter((rule) => rule.status === "pass").length;
  lines.push(
    `${printable(result.subject.name)}: ${total} cases: ${counts.join(", ")}; ${kept} of ${result.rules.length} rules kept, in ${(result.durationMs / 1_000).toFixed(1)} s`,
  );
  if (result.message !== undefined) lines.push(printable(result.message));
  const untested = result.rules.filter(({ id, status }) => status === "untested" && !permits(id)).length;
  const partly = untested > 0 ? `, as far as it was judged: ${untested} of its rules were not` : "";
  const verdicts = {
    conforms: [`It conforms to ${profiles}${partly}.`, 32],
    fails: [`It does not conform to ${profiles}.`, 31],
    incomplete: [`Incomplete: it can't be said whether it conforms to ${profiles} (exit status ${exitStatus}).`, 33],
  } as const;
  const [text, colour] = verdicts[result.verdict];
  lines.push(paint(text, colour, options));
  return lines.join("\n");
}

function textOf(id: string): string {
  return Object.hasOwn(rules, id) ? rules[id as keyof typeof rules].text : "";
}

/** A rule that permits can't be broken: nobody has to judge it. */
function permits(id: string): boolean {
  return Object.hasOwn(rules, id) && rules[id as keyof typeof rules].level === "MAY";
}

function renderTranscript(result: CaseResult, options: TextOptions): string[] {
  const all = result.transcript ?? [];
  if (all.length === 0) return [];
  const { about } = result;
  const isAbout = ({ text }: TranscriptEntry) => about !== undefined && text?.includes(about) === true;
  const relevant = new Set([
    ...all.filter(isAbout).slice(0, LAST_LINES / 2),
    ...all.slice(-LAST_LINES / (about ? 2 : 1)),
  ]);
  const more = options.reproduce === undefined ? "verbose: true" : "--verbose";
  const shown = options.verbose ? all : all.filter((entry) => relevant.has(entry));
  const left = all.length - shown.length;
  const width = Math.max(...shown.map((entry) => entry.connection.length));
  return [
    `    on the wire${left > 0 ? ` (${shown.length} of ${all.length} lines${about ? `, those about ${about} and the last` : ", the last"}; all with ${more})` : ""}`,
    ...shown.map((entry) => {
      const arrow = entry.direction === "sent" ? "→" : "←";
      const content = printable((entry.text ?? entry.hex ?? "").trimEnd());
      const cut = content.length > LINE_LENGTH && !options.verbose ? `${content.slice(0, LINE_LENGTH)}…` : content;
      const time = `${entry.atMs.toFixed(1).padStart(8)} ms`;
      return paint(
        `      ${time}  ${entry.connection.padEnd(width)} ${arrow} ${entry.kind.padEnd(6)} ${cut}`,
        90,
        options,
      );
    }),
  ];
}

/** One line of text: a subject's bytes must not steer the reader's terminal. */
function printable(text: string): string {
  const line = text.replaceAll(/\r?\n/g, " ⏎ ");
  return line.replaceAll(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

function paint(text: string, colour: number, options: TextOptions): string {
  return options.colour ? `\u001b[${colour}m${text}\u001b[0m` : text;
}
