/** `tidings test server --start`: a server that the kit starts, and ends. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ended, listening, readReport, run, start, useFolder } from "./run-command-line.ts";

const serveSham = fileURLToPath(new URL("../../dist/conformance/self-test/sham-server/serve-sham.js", import.meta.url));
const inFolder = useFolder();

describe("a server that the kit starts", () => {
  /** A process that a test sees the end of: it is connected as long as it lives, and then starts what comes behind it. */
  const WATCHED = `
    import { spawn } from "node:child_process";
    import { connect } from "node:net";
    const [watch, ...command] = process.argv.slice(2);
    process.on("SIGTERM", () => {});
    const socket = connect(Number(watch), "127.0.0.1", () => spawn(command[0], command.slice(1), { stdio: "inherit" }));
    socket.on("error", () => {});
    socket.on("close", () => process.exit());
  `;

  /** @returns a command that starts a sham below two processes, and what waits for their beginning and their end. */
  async function watched(): Promise<{ command: string; begun: Promise<void>; over: () => Promise<void> }> {
    const ends: Promise<void>[] = [];
    const server = createServer();
    const begun = new Promise<void>((resolve) => {
      server.on("connection", (socket) => {
        socket.resume();
        ends.push(new Promise((end) => socket.once("close", () => end())));
        if (ends.length === 2) resolve();
      });
    });
    const port = await listening(server);
    writeFileSync(inFolder("watched.mjs"), WATCHED);
    const each = `"${process.execPath}" "${inFolder("watched.mjs")}" ${port}`;
    const command = `${each} ${each} "${process.execPath}" "${serveSham}" --port {port}`;
    return { command, begun, over: () => begun.then(async () => void (await Promise.all(ends))) };
  }

  it("that exits at once: 3, with its last words", async () => {
    const { status, stdout, stderr } = await run("--start", "echo 'no config' >&2; exit 7");

    expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
    expect(stdout).toMatch(/ exited with 7 before it accepted connections on port \d+\. Its last words: no config\n/);
  });

  it("that conforms: 0, and all that it was is gone afterwards", async () => {
    const { command, over } = await watched();

    const { status, stdout, stderr } = await run("--start", command, "--report", `json=${inFolder("started.json")}`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/It conforms to core-ws\.\n$/);
    await over();
    const { urls } = readReport(inFolder("started.json")).subject;
    const port = Number(new URL(urls?.ws ?? "").port);
    await expect.poll(() => refused(port), { timeout: 60_000 }).toBe(true);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is gone after %s to the kit", async (signal) => {
    const { command, begun, over } = await watched();
    const child = start("--start", command);
    const end = ended(child);
    await begun;

    child.kill(signal);

    expect((await end).status).toBe(128 + constants.signals[signal]);
    await over();
  });

  it("does not keep the kit where it leaves behind a process that went its own way", async () => {
    const server = createServer((socket) => socket.resume());
    const port = await listening(server);
    writeFileSync(inFolder("watched.mjs"), WATCHED);
    const daemon = [inFolder("watched.mjs"), String(port), process.execPath, "-e", "0"];
    const leave = `require("child_process").spawn(process.execPath, ${JSON.stringify(daemon)}, { detached: true, stdio: "inherit" }).unref()`;
    writeFileSync(inFolder("leave.cjs"), leave);
    const connected = once(server, "connection");
    const node = `"${process.execPath}"`;

    const { status } = await run(
      ...["--start", `${node} "${inFolder("leave.cjs")}" && exec ${node} "${serveSham}" --port {port}`],
      ...["--run", "values/numbers"],
    );

    expect(status).toBe(0);
    const [socket] = await connected;
    expect(socket.readableEnded).toBe(false);
  });
});

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}
