/** `tidings test`: judges a server, or a client. */
import { Command, InvalidArgumentError } from "commander";
import { integer, text, url } from "./option-values.ts";
import { type ReportFile, reportFiles } from "./report-files.ts";

/** The reports that can be written. */
export const REPORT_KINDS = ["json", "junit"] as const;

/** One report to write. */
export type ReportOption = ReportFile<(typeof REPORT_KINDS)[number]>;

/** What `tidings test` takes, whomever it judges. */
export interface JudgingOptions {
  profile?: string[];
  run?: string[];
  skip?: string[];
  baseline?: string;
  strict?: true;
  timeScale: number;
  jobs?: number;
  repeat: number;
  report?: ReportOption[];
  verbose?: true;
  quiet?: true;
}

/** What `tidings test server` takes. */
export interface TestServerOptions extends JudgingOptions {
  ws?: string;
  sse?: string;
  publish?: string;
  start?: string;
  header?: [name: string, value: string][];
  origin?: string;
  ca?: string;
  insecure?: true;
}

/** What `tidings test client` takes. */
export interface TestClientOptions extends JudgingOptions {
  browser?: true;
}

/** Makes the command. Its exit status: 0 conforms · 1 does not · 2 wrong usage · 3 the subject is gone · 4 the kit failed. */
export function testCommand(): Command {
  const server = new Command("server")
    .description("judge a server; without a target, the embedded reference server")
    .option("--ws <url>", "its WebSocket address; {port} stands for the port of --start", url(["ws:", "wss:"]))
    .option("--sse <url>", "its address for streams of events; {port} as above", url(["http:", "https:"]))
    .option(
      "--publish <url>",
      "its address to POST messages to; without it nothing is posted",
      url(["http:", "https:"]),
    )
    .option("--start <command>", "start it with this shell command; {port} stands for a free port", text)
    .option("--header <header>", "send this header with each request, 'NAME: VALUE'; may be repeated", header)
    .option("--origin <url>", "send this Origin with each request", origin)
    .option("--ca <file>", "trust the certificates in this PEM file, too")
    .option("--insecure", "trust any certificate");
  judgingOptions(server, "the profiles it claims, comma-separated (default: those of its addresses)").action(
    async (options: TestServerOptions) => {
      // Loaded only now: other commands need not wait for the kit.
      const { testServer } = await import("./test-server.ts");
      await testServer(options);
    },
  );
  const client = new Command("client")
    .description("judge a client, which an adapter drives; without one, the reference client")
    .argument("[command...]", "after --: the command that starts the adapter, and what it is given")
    .option("--browser", "wait for a page, or a device, that dials the address which is printed");
  judgingOptions(client, "the profiles it claims, comma-separated (default: Core, for its transports)").action(
    async (command: string[], options: TestClientOptions) => {
      const { testClient } = await import("./test-client.ts");
      await testClient(command, options);
    },
  );
  return new Command("test").description("judge an implementation").addCommand(server).addCommand(client);
}

function judgingOptions(command: Command, profiles: string): Command {
  return command
    .option("--profile <names>", profiles, list)
    .option("--run <glob>", "only cases whose id, or a rule of theirs, matches; may be repeated", list)
    .option("--skip <glob>", "no case whose id, or a rule of theirs, matches; may be repeated", list)
    .option("--baseline <file>", "known failures: a JSON list of {case | rule, reason, expires?}")
    .option("--strict", "count a warning (a SHOULD that is not kept) as a failure")
    .option("--time-scale <factor>", "stretch every upper bound of time by this factor", factor, 1)
    .option("--jobs <number>", "how many cases run side by side", integer(1, 64))
    .option("--repeat <number>", "run all of it this many times, and report the worst run", integer(1, 1_000), 1)
    .option(
      "--report <kind=file>",
      `write a report (${REPORT_KINDS.join(", ")}); may be repeated`,
      reportFiles(REPORT_KINDS),
    )
    .option("--verbose", "show the transcript of every case, whole")
    .option("--quiet", "print the verdict only");
}

function list(value: string, before: string[] = []): string[] {
  const parts = value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) throw new InvalidArgumentError("It takes a text that is not empty.");
  return [...before, ...parts];
}

function header(value: string, before: [string, string][] = []): [string, string][] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([^\p{Cc}]*)$/u.exec(value);
  if (match === null) throw new InvalidArgumentError("It takes 'NAME: VALUE', without control characters.");
  const [, name = "", content = ""] = match;
  if (/^(upgrade|connection|host|sec-websocket-.*)$/i.test(name)) {
    throw new InvalidArgumentError(`${name} belongs to the handshake, which the kit writes itself.`);
  }
  return [...before, [name, content]];
}

function origin(value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new InvalidArgumentError("It takes an origin such as https://app.example, or null.");
}

function factor(value: string): number {
  const number = Number(value);
  if (number >= 0.1 && number <= 100) return number;
  throw new InvalidArgumentError("It takes a factor from 0.1 to 100.");
}
