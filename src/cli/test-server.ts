/** Judges a server as the command line asks: starts it if need be, and runs the suite. */
import { X509Certificate } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  type Access,
  type ExitStatus,
  profiles,
  runServerConformance,
  ServerProcess,
  type ServerSubject,
  serverCases,
  UsageError,
} from "../../conformance/index.ts";
import { shownUrl } from "../../conformance/shown-url.ts";
import { exitWith, judge, readGiven, selectionWords, shellQuote } from "./judging.ts";
import type { TestServerOptions } from "./test.ts";
import { warnOfAudience } from "./warn-of-audience.ts";

/** The options that say where a subject is. */
const ADDRESSES = ["ws", "sse", "publish"] as const;

/** Stands for `{port}` while a URL is parsed. */
const ANY_PORT = "54321";

/** Judges a server, prints what comes of it, and sets the exit status. */
export function testServer(options: TestServerOptions): Promise<void> {
  return exitWith(() => judgeServer(options));
}

async function judgeServer(options: TestServerOptions): Promise<ExitStatus> {
  const access: Access = {
    headers: options.header ?? [],
    ...(options.origin !== undefined && { origin: options.origin }),
    ...(options.ca !== undefined && { ca: certificates(options.ca) }),
    ...(options.insecure && { insecure: true }),
  };
  const { subject, profiles: ownProfiles, process: started } = await subjectOf(options, access);
  const endStarted = (_: NodeJS.Signals, number: number) => {
    started?.kill();
    process.exit(128 + number);
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, endStarted);
  warnOfAudience([subject.ws, subject.sse, subject.publish]);
  const profile = options.profile ?? ownProfiles;
  try {
    return await judge({
      options: profile === undefined ? options : { ...options, profile },
      cases: serverCases,
      reproduce: reproduce(options),
      run: (runOptions) => runServerConformance(subject, runOptions),
    });
  } finally {
    await started?.stop();
    for (const signal of ENDING_SIGNALS) process.off(signal, endStarted);
  }
}

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

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
    ...selectionWords(options),
  ];
  return ["npx tidings test server", ...target.map(shellQuote)].join(" ");
}

/** The address as reports show it: without its secrets, which whoever runs a case alone puts in again. */
function shownAddress(address: string): string {
  if (!address.includes("{port}")) return shownUrl(new URL(address));
  return shownUrl(new URL(address.replaceAll("{port}", ANY_PORT))).replaceAll(ANY_PORT, "{port}");
}

function certificates(file: string): string {
  const pem = readGiven(file, "--ca");
  try {
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw new UsageError(`--ca names ${file}, which is no certificate in PEM: ${(error as Error).message}.`);
  }
}
