/** The server to measure: one that runs already, one that a command starts, or the reference server. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Peer } from "./peer.ts";
import { TargetFailure } from "./target-failure.ts";

/** A server under load. */
export interface Target extends AsyncDisposable {
  /** Its WebSocket URL. */
  ws: string;
  /** A URL that answers a plain GET, if it is known. */
  health?: string | undefined;
  /** The process that was started, if one was. */
  pid?: number;
}

/** How long a server may take to start, and to end, in milliseconds. */
const START_MS = 15_000;
const STOP_MS = 5_000;

/** A server that runs already, and goes on when the benchmark ends. */
export function runningTarget(ws: string, health?: string): Target {
  return { ws, health, [Symbol.asyncDispose]: async () => {} };
}

/**
 * Starts the reference server in a process of its own, on a free port; disposal ends it.
 *
 * @throws TargetFailure if it does not start
 */
export async function startReference(): Promise<Target> {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("tidings/package.json");
  const main = join(dirname(manifest), require(manifest).bin.tidings);
  const server = launch(process.execPath, [main, "serve", "--port", "0", "--json"]);
  try {
    const { ws } = JSON.parse(await server.firstLine());
    return { ws, health: new URL("/health", ws.replace(/^ws/, "http")).href, ...server };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Starts a server by a shell command and waits until it accepts connections; disposal ends it and all it started.
 *
 * @param command - `{port}` in it stands for a free port
 * @param ws - the server's WebSocket URL; `{port}` in it stands for the same port
 * @throws TargetFailure if it ends at once, or cannot be reached for 15 s
 */
export async function startCommand(command: string, ws = "ws://127.0.0.1:{port}/", health?: string): Promise<Target> {
  const port = String(await freePort());
  const withPort = (text: string) => text.replaceAll("{port}", port);
  const server = launch(withPort(command), []);
  try {
    await reachable(withPort(ws), server);
    return { ws: withPort(ws), health: health && withPort(health), ...server };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

interface Launched extends AsyncDisposable {
  pid: number;
  firstLine(): Promise<string>;
  /** Why the process is gone, if it is. */
  ended(): string | undefined;
}

/** Starts a program, or a shell command if there are no arguments, as the head of a process group of its own. */
function launch(program: string, args: string[]): Launched {
  const stdio = ["ignore", "pipe", "pipe"] satisfies ["ignore", "pipe", "pipe"];
  const child = spawn(program, args, { stdio, shell: args.length === 0, detached: true });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr = (stderr + text).slice(-2_000);
  });
  child.stdout.resume();
  child.on("error", (error) => {
    stderr = error.message;
  });
  const ended = () => {
    const status = child.exitCode ?? child.signalCode ?? (child.pid === undefined ? "not started" : undefined);
    return status === undefined ? undefined : `the server ended (${status}): ${stderr.trim() || "it said nothing"}`;
  };
  const release = endWithThisProcess(child);

  return {
    pid: child.pid ?? -1,
    ended,
    async firstLine() {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const line = await Promise.race([lines.next(), delay(START_MS, undefined, { ref: false })]);
      if (line?.value) return line.value;
      throw new TargetFailure(ended() ?? "the server did not say where it can be reached");
    },
    async [Symbol.asyncDispose]() {
      release();
      if (ended()) return;
      const exited = once(child, "exit");
      signalGroup(child, "SIGTERM");
      const kill = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_MS);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** Whatever ends this process ends the server too. Returns what undoes that. */
function endWithThisProcess(child: ChildProcess): () => void {
  const kill = () => signalGroup(child, "SIGKILL");
  const interrupt = () => process.exit(130);
  const terminate = () => process.exit(143);
  process.on("exit", kill).on("SIGINT", interrupt).on("SIGTERM", terminate);
  return () => process.off("exit", kill).off("SIGINT", interrupt).off("SIGTERM", terminate);
}

/** Signals a process and all that it started; without effect if they are gone. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function reachable(ws: string, server: Launched): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    try {
      const peer = await Peer.open(ws);
      return await peer.close();
    } catch (error) {
      const ended = server.ended();
      if (ended) throw new TargetFailure(ended);
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** Free now; somebody else may take it before the server does, and then the server says so. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
