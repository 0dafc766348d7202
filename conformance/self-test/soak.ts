/**
 * The same run again and again, on an idle machine and on a busy one: the verdict has to stay the same.
 * `npm run soak [RUNS [server|client|browser]]`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { profiles } from "../profiles.ts";
import { openInChromium } from "./chromium.ts";

const RUNS = Number(process.argv[2] ?? 20);
const only = process.argv[3];
/** How many pages a browser has open: so many cases run side by side. */
const TABS = 8;
const BUSY_FOR_MS = 60 * 60_000;
const cli = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

/** What is run: the reference server, the reference client in Node, and in a real Chromium. */
const soaks: { [name: string]: () => Promise<number> } = {
  server: () => ended(start(["test", "server", "--repeat", String(RUNS)])),
  client: () => ended(start(["test", "client", "--repeat", String(RUNS)])),
  browser: inBrowser,
};

function keepEveryCoreBusy(): ChildProcess[] {
  const loop = `const end = Date.now() + ${BUSY_FOR_MS}; while (Date.now() < end);`;
  return cpus().map(() => spawn(process.execPath, ["-e", loop], { stdio: "ignore" }));
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "inherit", "pipe"] });
}

function ended(child: ChildProcess): Promise<number> {
  child.stderr?.pipe(process.stderr);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

async function inBrowser(): Promise<number> {
  const child = start([
    "test",
    "client",
    "--browser",
    "--profile",
    profiles("client").join(),
    "--repeat",
    String(RUNS),
  ]);
  const page = await new Promise<string>((resolve) => {
    child.stderr?.on("data", (text: Buffer) => {
      const [address] = /http:\S+reference-client\S+/.exec(text.toString("utf8")) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  const close = await openInChromium(page, TABS);
  try {
    return await ended(child);
  } finally {
    await close();
  }
}

let worst = 0;
for (const [name, soak] of Object.entries(soaks)) {
  if (only !== undefined && only !== name) continue;
  console.log(`${name}: ${RUNS} runs on a machine that does nothing else:`);
  worst ||= await soak();
  console.log(`\n${name}: ${RUNS} runs with every core busy:`);
  const loops = keepEveryCoreBusy();
  worst ||= await soak();
  for (const loop of loops) loop.kill("SIGKILL");
}
process.exitCode = worst;
