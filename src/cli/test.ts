/** `tidings test`: judges a server, or a client. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import {
  type Access,
  type Baseline,
  ExitStatus,
  parseBaseline,
  type RunOutcome,
  renderCase,
  renderJunit,
  renderSummary,
  runServerConformance,
  ServerProcess,
  type ServerSubject,
  serverCases,
  UsageError,
} from "../../conformance/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { integer, text, url } from "./option-values.ts";

interface ServerOptions {
  ws?: string;
  start?: string;
  profile?: string[];
  run?: string[];
  skip?: string[];
  baseline?: string;
  strict?: true;
  timeScale: number;
  jobs: number;
  repeat: number;
  header?: [name: string, value: string][];
  origin?: string;
  ca?: string;
  insecure?: true;
  report?: Report[];
  verbose?: true;
  quiet?: true;
}

interface Report {
  kind: keyof typeof reports;
  file: string;
}

/** The reports that can be written, by name. */
const reports = {
  json: (outcome: RunOutcome) => `${JSON.stringify(outcome.result, null, 2)}\n`,
  junit: (outcome: RunOutcome) => renderJunit(outcome.result),
};

/** What is quoted back to the user when a case is to be run alone. Values of headers stay out of it. */
const SHELL_SAFE = /^[\w@%+=:,./{}-]+$/;

/** Makes the command. Its exit status: 0 conforms · 1 does not · 2 wrong usage · 3 the subject is gone · 4 the kit failed. */
export function testCommand(): Command {
  const server = new Command("server")
    .description("judge a server; without a target, the embedded reference server")
    .option("--ws <url>", "its WebSocket address; {port} stands for the port of --start", url(["ws:", "wss:"]))
    .option("--start <command>", "start it with this shell command; {port} stands for a free port", text)
    .option("--profile <names>", "the profiles it claims, comma-separated (default: core-ws)", list)
    .option("--run <glob>", "only cases whose id, or a rule of theirs, matches; may be repeated", list)
    .option("--skip <glob>", "no case whose id, or a rule of theirs, matches; may be repeated", list)
    .option("--baseline <file>", "known failures: a JSON list of {case | rule, reason, expires?}")
    .option("--strict", "count a warning (a SHOULD that is not kept) as a failure")
    .option("--time-scale <factor>", "stretch every upper bound of time by this factor", factor, 1)
    .option("--jobs <number>", "how many cases run side by side", integer(1, 64), 8)
    .option("--repeat <number>", "run all of it this many times, and report the worst run", integer(1, 1_000), 1)
    .option("--header <header>", "send this header with each request, 'NAME: VALUE'; may be repeated", header)
    .option("--origin <url>", "send this Origin with each request", text)
    .option("--ca <file>", "trust the certificates in this PEM file, too")
    .option("--insecure", "trust any certificate")
    .option("--report <kind=file>", `write a report (${Object.keys(reports).join(", ")}); may be repeated`, report)
    .option("--verbose", "show the transcript of every case, whole")
    .option("--quiet", "print the verdict only")
    .action(testServer);
  return new Command("test").description("judge an implementation").addCommand(server);
}

async function testServer(options: ServerOptions): Promise<void> {
  try {
    process.exitCode = await judge(options);
  } catch (error) {
    if (error instanceof UsageError) throw new CommandFailure(error.message, 2);
    throw error;
  }
}

async function judge(options: ServerOptions): Promise<ExitStatus> {
  const access: Access = {
    headers: options.header ?? [],
    ...(options.origin !== undefined && { origin: options.origin }),
    ...(options.ca !== undefined && { ca: read(options.ca, "--ca") }),
    ...(options.insecure && { insecure: true }),
  };
  const baseline: Baseline =
    options.baseline === undefined ? [] : parseBaseline(read(options.baseline, "--baseline"), serverCases);
  const writers = (options.report ?? []).map(({ kind, file }) => ({ file, render: reports[kind] }));
  for (const { file } of writers) mustBeWritable(file);
  const { subject, process: started } = await subjectOf(options, access);
  const endStarted = () => {
    started?.kill();
    process.exit(130);
  };
  process.once("SIGINT", endStarted);
  process.once("SIGTERM", endStarted);
  warnOfAudience(subject);

  const outcomes: RunOutcome[] = [];
  const texts = {
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    verbose: options.verbose === true,
    reproduce: reproduce(options),
  };
  const say = (line: string) => {
    if (!options.quiet) console.log(line);
  };
  try {
    for (let round = 1; round <= options.repeat; round++) {
      const outcome = await runServerConformance(subject, {
        selection: {
          ...(options.profile && { profiles: options.profile }),
          ...(options.run && { run: options.run }),
          ...(options.skip && { skip: options.skip }),
        },
        baseline,
        strict: options.strict === true,
        timeScale: options.timeScale,
        jobs: options.jobs,
        keepTranscripts: options.verbose === true,
        onResult: (result) => {
          if (options.repeat === 1) say(renderCase(result, texts));
        },
      });
      outcomes.push(outcome);
      if (options.repeat > 1) say(`run ${round} of ${options.repeat}: ${outcome.result.verdict}${renderBad(outcome)}`);
    }
  } finally {
    await started?.stop();
    process.off("SIGINT", endStarted);
    process.off("SIGTERM", endStarted);
  }
  const worst = outcomes.reduce((a, b) => (SEVERITY.indexOf(b.exitStatus) > SEVERITY.indexOf(a.exitStatus) ? b : a));
  for (const { file, render } of writers) writeFileSync(file, render(worst));
  say("");
  console.log(renderSummary(worst.result, worst.exitStatus, texts));
  return worst.exitStatus;
}

const SEVERITY: readonly ExitStatus[] = [
  ExitStatus.conforms,
  ExitStatus.harness,
  ExitStatus.unreachable,
  ExitStatus.fails,
];

function renderBad({ result }: RunOutcome): string {
  const bad = result.cases.filter((one) => one.status !== "pass").map((one) => `${one.id} ${one.status}`);
  return bad.length === 0 ? "" : ` (${bad.join(", ")})`;
}

async function subjectOf(
  options: ServerOptions,
  access: Access,
): Promise<{ subject: ServerSubject; process?: ServerProcess }> {
  if (options.ws !== undefined && options.start === undefined) {
    if (options.ws.includes("{port}"))
      throw new UsageError("--ws has {port} in it: that takes a --start command, whose port it is.");
    return { subject: { name: options.ws, ws: options.ws, access } };
  }
  const embedded = options.start === undefined;
  const reference = `${shellQuote(process.execPath)} ${shellQuote(fileURLToPath(new URL("main.js", import.meta.url)))} serve --port {port}`;
  const started = await ServerProcess.prepare(options.start ?? reference);
  const ws = (options.ws ?? "ws://127.0.0.1:{port}/").replaceAll("{port}", String(started.port));
  const name = embedded ? "the embedded reference server" : (options.start ?? "");
  return { subject: { name, ws, access, start: () => started.start() }, process: started };
}

function warnOfAudience(subject: ServerSubject): void {
  const { hostname } = new URL(subject.ws);
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  console.error(`Note: everybody who is connected to ${hostname} will see the messages of this run.`);
}

function reproduce(options: ServerOptions): string {
  const target = [
    ...(options.ws === undefined ? [] : ["--ws", options.ws]),
    ...(options.start === undefined ? [] : ["--start", options.start]),
    ...(options.header ?? []).flatMap(([name]) => ["--header", `${name}: …`]),
    ...(options.origin === undefined ? [] : ["--origin", options.origin]),
    ...(options.ca === undefined ? [] : ["--ca", options.ca]),
    ...(options.insecure ? ["--insecure"] : []),
    ...(options.profile === undefined ? [] : ["--profile", options.profile.join(",")]),
    ...(options.timeScale === 1 ? [] : ["--time-scale", String(options.timeScale)]),
  ];
  return ["npx tidings test server", ...target.map(shellQuote)].join(" ");
}

function shellQuote(word: string): string {
  return SHELL_SAFE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function read(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option} names ${file}, which can't be read: ${(error as Error).message}.`);
  }
}

function mustBeWritable(file: string): void {
  try {
    writeFileSync(file, "");
  } catch (error) {
    throw new UsageError(`--report names ${file}, which can't be written: ${(error as Error).message}.`);
  }
}

function list(value: string, before: string[] = []): string[] {
  return [
    ...before,
    ...value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ];
}

function header(value: string, before: [string, string][] = []): [string, string][] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([^\r\n]*)$/.exec(value);
  if (match === null) throw new InvalidArgumentError("It takes 'NAME: VALUE'.");
  return [...before, [match[1] ?? "", match[2] ?? ""]];
}

function factor(value: string): number {
  const number = Number(value);
  if (number >= 0.1 && number <= 100) return number;
  throw new InvalidArgumentError("It takes a factor from 0.1 to 100.");
}

function report(value: string, before: Report[] = []): Report[] {
  const [kind = "", ...file] = value.split("=");
  if (!Object.hasOwn(reports, kind) || file.join("=") === "") {
    throw new InvalidArgumentError(`It takes KIND=FILE, with a kind of ${Object.keys(reports).join(", ")}.`);
  }
  return [...before, { kind: kind as Report["kind"], file: file.join("=") }];
}
