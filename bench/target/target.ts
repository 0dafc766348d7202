/** The server to measure: one that runs already, one that a command starts, or the reference server. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Dialect } from "./dialect.ts";
import { openOnce } from "./open-once.ts";
import { isAbove, memoryOf } from "./server-process.ts";
import { TargetFailure } from "./target-failure.ts";

/** A server under load. */
export interface Target extends AsyncDisposable {
  /** How it is spoken to, with its addresses. */
  dialect: Dialect;
  /** A URL that answers a plain GET, if it is known. */
  health?: string | undefined;
  /** The server's process, if it is known. */
  pid?: number;
  /** Ends the server and starts it anew, with memory that nothing was done in; only where it was started here. */
  restart?: () => Promise<Target>;
}

/** Where a server that speaks Core can be reached: on either transport, or on both. */
export interface Addresses {
  ws?: string | undefined;
  sse?: string | undefined;
  publish?: string | undefined;
}

/** How long a server may take to start, and to end, in milliseconds. */
const START_MS = 15_000;
const STOP_MS = 5_000;

/**
 * How a server that speaks Core is spoken to: WebSocket where there is one, unless only streams are asked for. Who has no
 * address to publish to is sent messages on the WebSocket, or else by POST to the address of its streams.
 */
export function coreDialect(name: string, { ws, sse, publish }: Addresses, deflate = false): Dialect {
  const subscribed = sse ?? ws ?? "ws://127.0.0.1:{port}/";
  const posted = publish ?? (ws === undefined ? sse : undefined);
  return {
    name,
    subscribe: { transport: sse === undefined ? "ws" : "sse", url: subscribed, ...(deflate && { deflate }) },
    publish: posted === undefined ? { via: "ws", url: ws ?? subscribed } : { via: "post", url: posted },
  };
}

/**
 * A server that runs already, and goes on when the benchmark ends.
 *
 * @param pid - its process, if that is on this machine and known
 * @throws TargetFailure if the system tells nothing of that process, or this one is below it
 */
export function runningTarget(dialect: Dialect, health?: string, pid?: number): Target {
  if (pid !== undefined && memoryOf(pid) === undefined) {
    throw new TargetFailure(
      `process ${pid}: the system tells nothing of it (--pid takes one that runs on this machine, on Linux)`,
    );
  }
  if (pid !== undefined && isAbove(pid, process.pid)) {
    throw new TargetFailure(`process ${pid} has started this one too: what this one does would count as the server's`);
  }
  return { dialect, health, ...(pid !== undefined && { pid }), [Symbol.asyncDispose]: async () => {} };
}

/**
 * Starts the reference server in a process of its own, on a free port; disposal ends it.
 *
 * @param dialectOf - says how to speak to it, by its addresses
 * @param options.compression - have it compress for clients that offer to inflate
 * @throws TargetFailure if it does not start
 */
export async function startReference(
  dialectOf: (addresses: Required<Addresses>) => Dialect,
  options: { compression?: boolean } = {},
): Promise<Target> {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("tidings/package.json");
  const main = join(dirname(manifest), require(manifest).bin.tidings);
  const server = launch(process.execPath, [
    ...[main, "serve", "--port", "0", "--json"],
    ...(options.compression ? ["--compression"] : []),
  ]);
  try {
    const addresses = JSON.parse(await server.firstLine());
    const health = new URL("/health", addresses.sse).href;
    const restart = async () => {
      await server[Symbol.asyncDispose]();
      return startReference(dialectOf, options);
    };
    return { dialect: dialectOf(addresses), health, restart, ...server };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Starts a server by its dialect's `start` and waits until it accepts subscribers; disposal ends it and all it started.
 * `{port}` in the command and in the addresses is a free port, which the command gets as `PORT` too.
 *
 * @throws TargetFailure if its address answers already, if it ends at once, or cannot be reached for 15 s
 */
export async function startCommand(dialect: Dialect, health?: string): Promise<Target> {
  const port = String(await freePort());
  const withPort = (text: string) => text.replaceAll("{port}", port);
  const running: Dialect = {
    ...dialect,
    subscribe: { ...dialect.subscribe, url: withPort(dialect.subscribe.url) },
    publish: { ...dialect.publish, url: withPort(dialect.publish.url) },
  };
  await mustNotAnswer(running);
  const server = launch(withPort(dialect.start ?? ""), [], { PORT: port });
  try {
    await reachable(running, server);
    const restart = async () => {
      await server[Symbol.asyncDispose]();
      return startCommand(dialect, health);
    };
    return { dialect: running, health: health && withPort(health), restart, ...server };
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
function launch(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Launched {
  const stdio = ["ignore", "pipe", "pipe"] satisfies ["ignore", "pipe", "pipe"];
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { stdio, env, shell: args.length === 0, detached: true });
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
      let killed = false;
      const kill = setTimeout(() => {
        killed = true;
        signalGroup(child, "SIGKILL");
      }, STOP_MS);
      await exited;
      // A shell may end before the server that it started, which holds the port meanwhile.
      while (!killed && signalGroup(child, 0)) await delay(10);
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

/** Signals a process and all that it started. Returns whether there was any: else it is without effect. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    if (process.platform === "win32") return child.kill(signal);
    return process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    return false;
  }
}

/** Who answers there already would be measured in place of the server that is started, which can't listen there. */
async function mustNotAnswer({ subscribe }: Dialect): Promise<void> {
  const answers = await openOnce(subscribe).then(
    () => true,
    () => false,
  );
  if (answers) throw new TargetFailure(`${subscribe.url} answers before the server is started: another one has it`);
}

async function reachable({ subscribe }: Dialect, server: Launched): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    try {
      await openOnce(subscribe);
      break;
    } catch (error) {
      const ended = server.ended();
      if (ended) throw new TargetFailure(ended);
      if (performance.now() > deadline) {
        throw new TargetFailure(`${subscribe.url} cannot be reached: ${(error as Error).message}`);
      }
      await delay(50);
    }
  }
  // Something else may have answered, while the server could not listen.
  const ended = server.ended();
  if (ended) throw new TargetFailure(ended);
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
