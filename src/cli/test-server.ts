/** Judges a server as the command line asks: starts it if need be, runs the suite, writes the reports. */
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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
import { shownUrl } from "../../conformance/shown-url.ts";
import { CommandFailure } from "./command-failure.ts";
import type { ReportOption, TestServerOptions } from "./test.ts";

/** The reports that can be written, by name. */
const reports: { [kind in ReportOption["kind"]]: (outcome: RunOutcome) => string } = {
  json: (outcome) => `${JSON.stringify(outcome.result, null, 2)}\n`,
  junit: (outcome) => renderJunit(outcome.result),
};

/** What is quoted back to the user when a case is to be run alone. Values of headers stay out of it. */
const SHELL_SAFE = /^[\w@%+=:,./{}-]+$/;

/** Stands for `{port}` while a URL is parsed. */
const ANY_PORT = "54321";

/** Judges a server, prints what comes of it, and sets the exit status. */
export async function testServer(options: TestServerOptions): Promise<void> {
  try {
    process.exitCode = await judge(options);
  } catch (error) {
    if (error instanceof UsageError) throw new CommandFailure(error.message, 2);
    throw error;
  }
}

async function judge(options: TestServerOptions): Promise<ExitStatus> {
  const access: Access = {
    headers: options.header ?? [],
    ...(options.origin !== undefined && { origin: options.origin }),
    ...(options.ca !== undefined && { ca: certificates(options.ca) }),
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
  options: TestServerOptions,
  access: Access,
): Promise<{ subject: ServerSubject; process?: ServerProcess }> {
  if (options.ws !== undefined && options.start === undefined) {
    if (options.ws.includes("{port}"))
      throw new UsageError("--ws has {port} in it: that takes a --start command, whose port it is.");
    return { subject: { name: shownAddress(options.ws), ws: options.ws, access } };
  }
  const embedded = options.start === undefined;
  const reference = `${shellQuote(process.execPath)} ${shellQuote(fileURLToPath(new URL("main.js", import.meta.url)))} serve --port {port}`;
  const started = await ServerProcess.prepare(options.start ?? reference);
  const ws = (options.ws ?? "ws://127.0.0.1:{port}/").replaceAll("{port}", String(started.port));
  if (!URL.canParse(ws)) throw new UsageError(`--ws is no URL any more once it has the port: ${ws}.`);
  const name = embedded ? "the embedded reference server" : (options.start ?? "");
  return { subject: { name, ws, access, start: () => started.start() }, process: started };
}

function warnOfAudience(subject: ServerSubject): void {
  const { hostname } = new URL(subject.ws);
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  console.error(`Note: everybody who is connected to ${hostname} will see the messages of this run.`);
}

function reproduce(options: TestServerOptions): string {
  const target = [
    ...(options.ws === undefined ? [] : ["--ws", shownAddress(options.ws)]),
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

/** The address as reports show it: without its secrets, which whoever runs a case alone puts in again. */
function shownAddress(ws: string): string {
  if (!ws.includes("{port}")) return shownUrl(new URL(ws));
  return shownUrl(new URL(ws.replaceAll("{port}", ANY_PORT))).replaceAll(ANY_PORT, "{port}");
}

function shellQuote(word: string): string {
  return SHELL_SAFE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function certificates(file: string): string {
  const pem = read(file, "--ca");
  try {
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw new UsageError(`--ca names ${file}, which is no certificate in PEM: ${(error as Error).message}.`);
  }
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
