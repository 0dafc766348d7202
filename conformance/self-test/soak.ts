/** The same run again and again, on an idle machine and on a busy one: `npm run soak`. The verdict has to stay the same. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const RUNS = Number(process.argv[2] ?? 20);
const BUSY_FOR_MS = 15 * 60_000;
const cli = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

function keepEveryCoreBusy(): ChildProcess[] {
  const loop = `const end = Date.now() + ${BUSY_FOR_MS}; while (Date.now() < end);`;
  return cpus().map(() => spawn(process.execPath, ["-e", loop], { stdio: "ignore" }));
}

function run(): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, "test", "server", "--repeat", String(RUNS)], { stdio: "inherit" });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

console.log(`${RUNS} runs against the reference server, on a machine that does nothing else:`);
const idle = await run();
console.log(`\n${RUNS} runs with every core busy:`);
const loops = keepEveryCoreBusy();
const busy = await run();
for (const loop of loops) loop.kill("SIGKILL");
process.exitCode = idle || busy;
