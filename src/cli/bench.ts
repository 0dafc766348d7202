/** `tidings bench`: loads a server and says how many deliveries it makes, how fast, and whether each was right. */
import { Command, Option } from "commander";
import type { BenchmarkPlan } from "../../bench/benchmark.ts";
import type { Objective } from "../../bench/fan-out/capacity.ts";
import { MIN_MESSAGE_BYTES } from "../../bench/generator/numbered-messages.ts";
import { type BenchmarkResult, type LoadName, loadNames } from "../../bench/result.ts";
import type { Addresses, Target } from "../../bench/target/target.ts";
import { TargetFailure } from "../../bench/target/target-failure.ts";
import { benchCompareCommand } from "./bench-compare.ts";
import { createProgressLine } from "./bench-progress.ts";
import { CommandFailure } from "./command-failure.ts";
import { integer, integers, latencyObjective, numbers, seconds, text, url } from "./option-values.ts";
import { mustBeWritable, type ReportFile, reportFiles, writeReport } from "./report-files.ts";
import { warnOfAudience } from "./warn-of-audience.ts";

interface Options extends Addresses {
  load: LoadName;
  start?: string;
  pid?: number;
  health?: string;
  subscribers: number;
  window?: number[];
  rate?: number[];
  slo?: Objective;
  size: number;
  duration: number;
  rounds: number;
  generators?: number;
  deflate?: true;
  report?: ReportFile<(typeof REPORT_KINDS)[number]>[];
  json?: true;
}

const REPORT_KINDS = ["json", "markdown", "html"] as const;

/** The loads that have a publisher with a pace. Those of connections are one generator's. */
const PACED_LOADS: readonly LoadName[] = ["fanout", "slow-consumers", "churn"];

const WARM_UP_MS = 700;
const PATIENCE_MS = 10_000;

/** Makes the command. It ends with 1 if any delivery was wrong, with 3 if the server can't be reached. */
export function benchCommand(): Command {
  return new Command("bench")
    .description("measure a server: deliveries per second, latency, and loss while it is measured")
    .option("--ws <url>", "WebSocket URL; {port} in it is the port of --start", url(["ws:", "wss:"]))
    .option("--sse <url>", "URL of streams; subscribers listen there if it is given", url(["http:", "https:"]))
    .option("--publish <url>", "URL that takes messages by POST; they are published there", url(["http:", "https:"]))
    .option("--start <command>", "command that starts the server; {port} in it is a free port", text)
    .option(
      "--pid <number>",
      "process of a server that runs already: its CPU time and memory are read",
      integer(1, 2 ** 22),
    )
    .option("--health <url>", "URL to load with plain GET requests too", url(["http:", "https:"]))
    .addOption(new Option("--load <kind>", "what to do to the server").choices(loadNames).default("fanout"))
    .option("--subscribers <number>", "connections that listen", integer(1, 100_000), 100)
    .option(
      "--window <numbers>",
      "closed loop: messages in flight, such as 64 or 1,8,64 (default: 64)",
      integers(1, 100_000),
    )
    .option("--rate <numbers>", "open loop: messages a second, whatever becomes of them", numbers(0.1, 1_000_000))
    .option("--slo <objective>", "look for the highest rate with such a latency, as in p99=50ms", latencyObjective)
    .option("--size <bytes>", "size of a message", integer(MIN_MESSAGE_BYTES, 1_000_000), 100)
    .option("--duration <seconds>", "how long a round counts, after its warm-up", seconds(3_600), 3)
    .option("--rounds <number>", "rounds, of which the median counts", integer(1, 1_000), 3)
    .option("--generators <number>", "processes that generate the load (default: 1)", integer(1, 64))
    .option("--deflate", "have subscribers negotiate permessage-deflate")
    .option(
      "--report <kind=file>",
      `write a report (${REPORT_KINDS.join(", ")}); may be repeated`,
      reportFiles(REPORT_KINDS),
    )
    .option("--json", "print the result as JSON instead of a table")
    .addHelpText("after", "\nWithout an address and --start it measures the reference server.")
    .addCommand(benchCompareCommand())
    .action(bench);
}

async function bench(options: Options): Promise<void> {
  requireSense(options);
  for (const { file } of options.report ?? []) mustBeWritable(file);
  // Loaded only now: other commands need not wait for the load generator.
  const { benchmark } = await import("../../bench/benchmark.ts");
  const { renderReport } = await import("../../bench/reports/report.ts");
  warnOfAudience([options.ws, options.sse, options.publish]);
  const progress = createProgressLine(process.stderr);
  try {
    await using target = await openTarget(options);
    const result = await benchmark(target, planOf(options), progress.show);
    progress.clear();
    console.log(options.json ? JSON.stringify(result, null, 2) : renderReport(result));
    await writeReports(result, options.report ?? []);
    if (!result.exact) process.exitCode = 1;
  } catch (error) {
    progress.clear();
    if (error instanceof TargetFailure) throw new CommandFailure(error.message, 3);
    throw error;
  }
}

async function writeReports(result: BenchmarkResult, files: NonNullable<Options["report"]>): Promise<void> {
  const { renderMarkdown } = await import("../../bench/reports/report-markdown.ts");
  const { renderHtml } = await import("../../bench/reports/report-html.ts");
  const renderers = {
    json: () => `${JSON.stringify(result, null, 2)}\n`,
    markdown: () => renderMarkdown(result),
    html: () => renderHtml(result),
  };
  for (const { kind, file } of files) writeReport(file, renderers[kind]());
}

function planOf({
  load,
  subscribers,
  window = [64],
  rate,
  slo,
  size,
  duration,
  rounds,
  generators = 1,
}: Options): BenchmarkPlan {
  return {
    load,
    subscribers,
    pacings: rate ? rate.map((each) => ({ rate: each })) : window.map((each) => ({ window: each })),
    objective: slo,
    messageBytes: size,
    durationMs: duration * 1_000,
    rounds,
    generators,
    warmUpMs: WARM_UP_MS,
    patienceMs: PATIENCE_MS,
  };
}

function requireSense(options: Options): void {
  requirePace(options);
  requireAddresses(options);
}

function requirePace({ load, window, rate, slo, generators }: Options): void {
  const paced = { "--window": window, "--rate": rate, "--generators": generators };
  const given = Object.entries(paced).find(([, value]) => value !== undefined);
  if (given !== undefined && !PACED_LOADS.includes(load)) {
    throw new CommandFailure(
      `${given[0]} is for the loads ${PACED_LOADS.join(", ")}: leave it out, or --load ${load}`,
      2,
    );
  }
  if (rate !== undefined && slo !== undefined) {
    throw new CommandFailure("--slo looks for a rate, so --rate has no place beside it: leave one of them out", 2);
  }
  if (window !== undefined && (rate ?? slo) !== undefined) {
    throw new CommandFailure(
      "--window is for a closed loop, --rate and --slo for an open one: leave one of them out",
      2,
    );
  }
  if (slo !== undefined && load !== "fanout") {
    throw new CommandFailure(`--slo looks for the capacity of fan-out: leave it out, or --load ${load}`, 2);
  }
}

function requireAddresses({ load, ws, sse, publish, start, pid, deflate }: Options): void {
  const given = [ws, sse, publish].filter((address) => address !== undefined);
  if (start === undefined) {
    const withPort = given.find((address) => address.includes("{port}"));
    if (withPort) throw new CommandFailure(`${withPort} has {port} in it: that takes a --start, whose port it is`, 2);
    if (publish !== undefined && given.length === 1) {
      throw new CommandFailure("--publish needs --ws or --sse beside it: where do subscribers listen?", 2);
    }
  } else if (given.length === 0 && !start.includes("{port}")) {
    throw new CommandFailure("--start needs {port} in the command, or --ws with the URL of the server", 2);
  }
  if (pid !== undefined && (start !== undefined || given.length === 0)) {
    throw new CommandFailure(
      "--pid is for a server that runs already, with --ws or --sse: what is started here is known",
      2,
    );
  }
  if (load === "publish" && publish === undefined && (given.length > 0 || start !== undefined)) {
    throw new CommandFailure("--load publish posts messages: it needs --publish with the URL that takes them", 2);
  }
  if (deflate && sse !== undefined) {
    throw new CommandFailure("--deflate is an extension of WebSocket: leave it out, or --sse", 2);
  }
}

async function openTarget({ ws, sse, publish, start, health, pid, ...options }: Options): Promise<Target> {
  const { coreDialect, runningTarget, startCommand, startReference } = await import("../../bench/target/target.ts");
  const addresses = { ws, sse, publish };
  const deflate = options.deflate === true;
  if (start !== undefined) {
    return startCommand({ ...coreDialect(start, addresses, deflate), start }, health);
  }
  if (ws === undefined && sse === undefined) {
    const posts = options.load === "publish";
    return startReference(
      (own) => coreDialect("the reference server", { ws: own.ws, publish: posts ? own.publish : undefined }, deflate),
      { compression: deflate },
    );
  }
  return runningTarget(coreDialect(sse ?? ws ?? "", addresses, deflate), health, pid);
}
