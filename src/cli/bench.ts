/** `tidings bench`: loads a server and says how many deliveries it makes, how fast, and whether each was right. */
import { Command } from "commander";
import { MIN_MESSAGE_BYTES } from "../../bench/numbered-messages.ts";
import type { Target } from "../../bench/target.ts";
import { TargetFailure } from "../../bench/target-failure.ts";
import { CommandFailure } from "./command-failure.ts";
import { integer, seconds, text, url } from "./option-values.ts";

interface Options {
  ws?: string;
  start?: string;
  health?: string;
  subscribers: number;
  window: number;
  size: number;
  duration: number;
  rounds: number;
  json?: true;
}

const WARM_UP_MS = 700;
const PATIENCE_MS = 10_000;

/** Makes the command. It ends with 1 if any delivery was wrong, with 3 if the server can't be reached. */
export function benchCommand(): Command {
  return new Command("bench")
    .description("measure a server: deliveries per second, latency, and loss while it is measured")
    .option("--ws <url>", "WebSocket URL; {port} in it is the port of --start", url(["ws:", "wss:"]))
    .option("--start <command>", "command that starts the server; {port} in it is a free port", text)
    .option("--health <url>", "URL to load with plain GET requests too", url(["http:", "https:"]))
    .option("--subscribers <number>", "connections that listen", integer(1, 100_000), 100)
    .option("--window <number>", "messages in flight; one is done when all have it", integer(1, 100_000), 64)
    .option("--size <bytes>", "size of a message", integer(MIN_MESSAGE_BYTES, 1_000_000), 100)
    .option("--duration <seconds>", "how long a round counts, after its warm-up", seconds(3_600), 3)
    .option("--rounds <number>", "rounds, of which the median counts", integer(1, 1_000), 3)
    .option("--json", "print the result as JSON instead of a table")
    .addHelpText("after", "\nWithout --ws and --start it measures the reference server.")
    .action(bench);
}

async function bench(options: Options): Promise<void> {
  // Loaded only now: other commands need not wait for the load generator.
  const { benchmark } = await import("../../bench/benchmark.ts");
  const { renderReport } = await import("../../bench/report.ts");
  const { subscribers, window, size, duration, rounds, json } = options;
  const plan = {
    subscribers,
    window,
    messageBytes: size,
    durationMs: duration * 1_000,
    rounds,
    warmUpMs: WARM_UP_MS,
    patienceMs: PATIENCE_MS,
  };
  try {
    await using target = await openTarget(options);
    const result = await benchmark(target, plan);
    console.log(json ? JSON.stringify(result, null, 2) : renderReport(result));
    if (!result.exact) process.exitCode = 1;
  } catch (error) {
    if (error instanceof TargetFailure) throw new CommandFailure(error.message, 3);
    throw error;
  }
}

async function openTarget({ ws, start, health }: Options): Promise<Target> {
  const { runningTarget, startCommand, startReference } = await import("../../bench/target.ts");
  if (start === undefined) return ws === undefined ? startReference() : runningTarget(ws, health);
  if (ws === undefined && !start.includes("{port}")) {
    throw new CommandFailure("--start needs {port} in the command, or --ws with the URL of the server", 2);
  }
  return startCommand(start, ws, health);
}
