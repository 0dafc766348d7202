/** Judges a server as the command line asks: starts it if need be, runs the suite, writes the reports. */
import { X509Certificate } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Access,
  type Baseline,
  ExitStatus,
  parseBaseline,
  profiles,
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

/** The options that say where a subject is. */
const ADDRESSES = ["ws", "sse", "publish"] as const;

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
  const { subject, profiles: ownProfiles, process: started } = await subjectOf(options, access);
  const claimed = options.profile ?? ownProfiles;
  const endStarted = (_: NodeJS.Signals, number: number) => {
    started?.kill();
    process.exit(128 + number);
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, endStarted);
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
          ...(claimed && { profiles: claimed }),
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
    for (const signal of ENDING_SIGNALS) process.off(signal, endStarted);
  }
  const worst = outcomes.reduce((a, b) => (SEVERITY.indexOf(b.exitStatus) > SEVERITY.indexOf(a.exitStatus) ? b : a));
  say("");
  console.log(renderSummary(worst.result, worst.exitStatus, texts));
  for (const { file, render } of writers) {
    try {
      writeFileSync(file, render(worst));
    } catch (error) {
      throw new CommandFailure(`the report ${file} could not be written: ${(error as Error).message}`, 4);
    }
  }
  return worst.exitStatus;
}

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const SEVERITY: readonly ExitStatus[] = [
  ExitStatus.conforms,
  ExitStatus.harness,
  ExitStatus.unreachable,
  ExitStatus.fails,
];

function renderBad({ result }: RunOutcome): string {
  if (result.message !== undefined) return ` (${result.message})`;
  const bad = result.cases
    .filter(({ status }) => status !== "pass" && status !== "not-applicable")
    .map((one) => `${one.id} ${one.status}`);
  return bad.length === 0 ? "" : ` (${bad.join(", ")})`;
}

async function subjectOf(
  options: TestServerOptions,
  access: Access,
): Promise<{ subject: ServerSubject; profiles?: string[]; process?: ServerProcess }> {
  const given = ADDRESSES.filter((name) => options[name] !== undefined);
  if (options.start === undefined && given.length > 0) {
    const addresses = Object.fromEntries(given.map((name) => [name, options[name]]));
    const withPort = given.find((name) => options[name]?.includes("{port}"));
    if (withPort !== undefined) {
      throw new UsageError(`--${withPort} has {port} in it: that takes a --start command, whose port it is.`);
    }
    return {
      subject: {
        name: [...new Set(given.map((name) => shownAddress(options[name] ?? "")))].join(", "),
        ...addresses,
        access,
      },
    };
  }
  if (options.start === undefined) return embedded(access);
  const started = await ServerProcess.prepare(options.start);
  const addresses: { [name in (typeof ADDRESSES)[number]]?: string } = {};
  for (const name of given) {
    addresses[name] = (options[name] ?? "").replaceAll("{port}", String(started.port));
    if (!URL.canParse(addresses[name])) {
      throw new UsageError(`--${name} is no URL any more once it has the port: ${addresses[name]}.`);
    }
  }
  if (given.length === 0) addresses.ws = `ws://127.0.0.1:${started.port}/`;
  return {
    subject: { name: options.start, ...addresses, access, start: () => started.start() },
    process: started,
  };
}

/** The reference server, which claims every profile that there is. */
async function embedded(
  access: Access,
): Promise<{ subject: ServerSubject; profiles: string[]; process: ServerProcess }> {
  const cli = fileURLToPath(new URL("main.js", import.meta.url));
  const started = await ServerProcess.prepare(`${shellQuote(process.execPath)} ${shellQuote(cli)} serve --port {port}`);
  const events = `http://127.0.0.1:${started.port}/api/events`;
  return {
    subject: {
      name: "the embedded reference server",
      ws: `ws://127.0.0.1:${started.port}/`,
      sse: events,
      publish: events,
      access,
      start: () => started.start(),
    },
    profiles: profiles("server"),
    process: started,
  };
}

function warnOfAudience({ ws, sse, publish }: ServerSubject): void {
  const hosts = new Set(
    [ws, sse, publish].flatMap((address) => (address === undefined ? [] : new URL(address).hostname)),
  );
  for (const host of hosts) {
    if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)) continue;
    console.error(`Note: everybody who is connected to ${host} will see the messages of this run.`);
  }
}

function reproduce(options: TestServerOptions): string {
  const target = [
    ...ADDRESSES.flatMap((name) => {
      const address = options[name];
      return address === undefined ? [] : [`--${name}`, shownAddress(address)];
    }),
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
function shownAddress(address: string): string {
  if (!address.includes("{port}")) return shownUrl(new URL(address));
  return shownUrl(new URL(address.replaceAll("{port}", ANY_PORT))).replaceAll(ANY_PORT, "{port}");
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

/** Finds out before the run, and without touching what is there. */
function mustBeWritable(file: string): void {
  try {
    if (existsSync(file)) {
      if (statSync(file).isDirectory()) throw new Error("it is a folder");
      accessSync(file, constants.W_OK);
    } else accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--report names ${file}, which can't be written: ${(error as Error).message}.`);
  }
}
