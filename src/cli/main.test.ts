/** Runs the built command as its users do: `npm test` builds it first. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text as readAll } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import WebSocket from "ws";
import { listenFailure } from "./serve.ts";

const require = createRequire(import.meta.url);
const manifest = require("tidings/package.json");
const main = join(dirname(require.resolve("tidings/package.json")), manifest.bin.tidings);

function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [main, ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Runs to the end. */
async function run(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = start(...args);
  const [stdout, stderr, [status]] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, "close"),
  ]);
  return { status, stdout, stderr };
}

async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return line;
}

describe("usage", () => {
  it("tells the version", async () => {
    expect(await run("--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  it.each([["--help"], ["serve", "--help"], ["help", "bench"]])("helps: %s %s", async (...args) => {
    const { status, stdout, stderr } = await run(...args);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Usage: tidings");
  });

  it.each([
    [["serv"], "error: unknown command 'serv' (Did you mean serve?)\n"],
    [["serve", "--prt", "1"], "error: unknown option '--prt' (Did you mean --port?)\n"],
    [["serve", "here"], /^error: too many arguments for 'serve'.*\n$/],
    [
      ["serve", "--port", "http"],
      /^error: option '--port <number>' argument 'http' is invalid\. It takes an integer .*\n$/,
    ],
    [["serve", "--port", "65536"], /^error: option '--port <number>' .*\n$/],
    [["serve", "--host", ""], /^error: option '--host <address>' .*\n$/],
    [["bench", "--ws", "http://127.0.0.1/"], /^error: option '--ws <url>' .* ws:\/\/ or wss:\/\/\.\n$/],
    [["bench", "--size", "10"], /^error: option '--size <bytes>' .* from 80 to .*\n$/],
    [["bench", "--duration", "0"], /^error: option '--duration <seconds>' .*\n$/],
    [["bench", "--start", "my-server"], /^error: --start needs \{port\}.*\n$/],
    [["bench", "--ws", "ws://127.0.0.1:{port}/"], /^error: ws:.* has \{port\} in it.*\n$/],
    [["bench", "--publish", "http://127.0.0.1/"], /^error: --publish needs --ws or --sse.*\n$/],
    [["bench", "--pid", "7", "--start", "my-server {port}"], /^error: --pid is for a server that runs already.*\n$/],
    [["bench", "--pid", "7"], /^error: --pid is for a server that runs already.*\n$/],
    [["bench", "--slo", "50ms"], /^error: option '--slo <objective>' .* such as p99=50ms.*\n$/],
    [["bench", "--rate", "5,0"], /^error: option '--rate <numbers>' .* from 0\.1 to .*\n$/],
    [["bench", "--window", "1,x"], /^error: option '--window <numbers>' .* integer .*\n$/],
    [["bench", "--load", "flood"], /^error: option '--load <kind>' .* fanout, publish, .*\n$/],
    [["bench", "--load", "churn", "--slo", "p99=50ms"], /^error: --slo .* leave it out.*\n$/],
    [["bench", "--load", "publish", "--ws", "ws://127.0.0.1/"], /^error: --load publish .* needs --publish.*\n$/],
    [["bench", "--report", "pdf=x"], /^error: option '--report <kind=file>' .* json, markdown, html.*\n$/],
    [["bench", "--report", "json=/nowhere/x"], /^error: --report names \/nowhere\/x, which can't be written.*\n$/],
    [["bench", "compare", "/nowhere/a", "/nowhere/b"], /^error: \/nowhere\/a can't be compared: .*\n$/],
    [["bench", "--rate", "5", "--slo", "p99=50ms"], /^error: --slo looks for a rate.*\n$/],
    [["bench", "--rate", "5", "--window", "8"], /^error: --window is for a closed loop.*\n$/],
    [["bench", "--slo", "p99=50ms", "--window", "8"], /^error: --window is for a closed loop.*\n$/],
    [
      ["bench", "--load", "idle", "--window", "8"],
      /^error: --window is for the loads fanout, slow-consumers, churn: .*\n$/,
    ],
    [["bench", "--load", "publish", "--rate", "8"], /^error: --rate is for the loads fanout, .*\n$/],
    [["bench", "--load", "connect-storm", "--generators", "2"], /^error: --generators is for the loads fanout, .*\n$/],
    [["bench", "--deflate", "--sse", "http://127.0.0.1/"], /^error: --deflate .*\n$/],
  ])("refuses %j with one line", async (args, line) => {
    const { status, stdout, stderr } = await run(...args);

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(line);
  });

  it("without a command shows the help as wrong usage", async () => {
    const { status, stderr } = await run();

    expect(status).toBe(2);
    expect(stderr).toContain("Usage: tidings");
  });
});

describe("serve", () => {
  it("prints one line of JSON, serves, and ends cleanly on SIGTERM", async () => {
    const child = start("serve", "--port", "0", "--json");
    const closed = once(child, "close");
    const line = await firstLine(child);
    const { ws, sse, publish, ...rest } = JSON.parse(line);
    expect(rest).toEqual({});
    expect((await fetch(sse, { method: "HEAD" })).headers.get("content-type")).toBe("text/event-stream");
    expect((await fetch(publish, { method: "POST", body: "{}" })).status).toBe(204);
    const client = new WebSocket(ws);
    await once(client, "open");
    client.send('{"type":"ping"}');
    expect(String((await once(client, "message"))[0])).toBe('{"type":"pong"}');

    child.kill("SIGTERM");

    expect((await once(client, "close"))[0]).toBe(1001);
    expect(await closed).toEqual([0, null]);
  });

  it("prints a sentence with its URL, and ends cleanly on SIGINT", async () => {
    const child = start("serve", "--port", "0");
    const closed = once(child, "close");
    expect(await firstLine(child)).toMatch(/^Listening on ws:\/\/127\.0\.0\.1:\d+\/ /);

    child.kill("SIGINT");

    expect(await closed).toEqual([0, null]);
  });

  it("ends at once on a second signal", async () => {
    const child = start("serve", "--port", "0", "--json");
    const closed = once(child, "close");
    const { ws } = JSON.parse(await firstLine(child));
    const deaf = new WebSocket(ws);
    await once(deaf, "open");
    deaf.pause();

    child.kill("SIGTERM");
    child.kill("SIGINT");

    expect([130, 143]).toContain((await closed)[0]);
    deaf.terminate();
  });

  it("goes on serving when nobody reads its output", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, "close");

    const child = start("serve", "--port", String(port));
    child.stdout.destroy();
    const ended = Promise.all([readAll(child.stderr), once(child, "close")]);
    const asked = () => fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    await expect.poll(async () => (await asked())?.status, { timeout: 60_000 }).toBe(200);
    child.kill("SIGTERM");

    expect(await ended).toEqual(["", [0, null]]);
  });

  it("says in one line that the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;

    const { status, stdout, stderr } = await run("serve", "--port", String(port));

    other.close();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      `error: port ${port} of 127.0.0.1 is in use: choose another with --port, or 0 for any free one\n`,
    );
  });

  it.each([
    ["EACCES", /needs privileges: choose one above 1023 with --port$/],
    ["EADDRNOTAVAIL", /no address of this machine: choose another with --host/],
    ["ENOTFOUND", /no known host: choose another with --host/],
    ["EAI_AGAIN", /no known host: choose another with --host/],
    ["EINVAL", /^cannot listen on port 80 of myhost: /],
  ])("says what to do about %s", (code, message) => {
    const error = Object.assign(new Error(code), { code, syscall: "listen" });

    expect(listenFailure(error, 80, "myhost")).toMatchObject({
      exitStatus: 1,
      message: expect.stringMatching(message),
    });
  });
});

describe("bench", () => {
  const short = ["--subscribers", "3", "--window", "2", "--duration", "0.1", "--rounds", "1", "--json"];

  it("measures a server that a command starts, and ends it", async () => {
    const portFile = join(mkdtempSync(join(tmpdir(), "tidings-bench-")), "port");
    const command = `echo {port} >"${portFile}"; exec "${process.execPath}" "${main}" serve --port {port}`;

    const { status, stdout, stderr } = await run("bench", "--start", command, ...short);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { name, measurements } = JSON.parse(stdout);
    expect(name).toBe(command);
    const [round] = measurements[0].rounds;
    expect(round.delivered).toBe(round.sent * 3);
    expect(round.figures.serverMemoryBytes).toBeGreaterThan(0);
    const port = readFileSync(portFile, "utf8").trim();
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  });

  it.runIf(process.platform === "linux")("reads the CPU time of a server that runs already", async () => {
    const child = start("serve", "--port", "0", "--json");
    const { ws } = JSON.parse(await firstLine(child));

    const { status, stdout } = await run("bench", "--ws", ws, "--pid", String(child.pid), ...short);

    const [measurement] = JSON.parse(stdout).measurements;
    expect(status).toBe(0);
    expect(measurement.figures.deliveriesPerServerCpuSecond.median).toBeGreaterThan(0);
    child.kill("SIGTERM");
    await once(child, "close");
  });

  it("measures the reference server", async () => {
    const { status, stdout } = await run("bench", ...short, "--duration", "1");

    const { exact, figures } = JSON.parse(stdout);
    expect({ status, exact }).toEqual({ status: 0, exact: true });
    expect(figures.requestsPerSecond.median).toBeGreaterThan(0);
  });

  it("ends as soon as a server is overloaded, however long it was to be measured", async () => {
    const script = `const { WebSocketServer } = require("ws");
      const server = new WebSocketServer({ port: process.env.PORT, host: "127.0.0.1" });
      server.on("connection", (client) => client.on("message", (data) => {
        const until = performance.now() + 4;
        while (performance.now() < until);
        for (const other of server.clients) other.send(String(data));
      }));`;
    const start = `exec "${process.execPath}" -e '${script}'`;
    const overload = ["--rate", "300", "--subscribers", "3", "--duration", "3600", "--rounds", "1", "--json"];

    const { status, stdout } = await run("bench", "--start", start, "--ws", "ws://127.0.0.1:{port}/", ...overload);

    const { exact, measurements, failures } = JSON.parse(stdout);
    expect({ status, exact }).toEqual({ status: 1, exact: false });
    expect(measurements[0].rounds).toMatchObject([{ overloaded: true }]);
    expect(failures).toEqual([expect.stringContaining("more than 0.7 s behind the schedule")]);
  });

  it("writes reports, compares two of them, and refuses to compare what differs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tidings-bench-"));
    const file = (name: string) => join(folder, name);
    const reports = ["json=a.json", "markdown=a.md", "html=a.html"].flatMap((report) => {
      return ["--report", report.replace("=", `=${folder}/`)];
    });
    const windows = ["--window", "1,4"];
    const measured = await run("bench", ...short, ...windows, ...reports);
    const other = await run("bench", ...short, "--report", `json=${file("b.json")}`);
    expect([measured.status, other.status]).toEqual([0, 0]);

    const same = await run("bench", "compare", file("a.json"), file("a.json"));
    const different = await run("bench", "compare", file("a.json"), file("b.json"));

    expect(JSON.parse(readFileSync(file("a.json"), "utf8"))).toEqual(JSON.parse(measured.stdout));
    expect(readFileSync(file("a.md"), "utf8")).toMatch(/^## window 4$/m);
    expect(readFileSync(file("a.html"), "utf8")).toMatch(/^<!doctype html>/);
    expect(same).toMatchObject({ status: 0, stderr: "" });
    expect(same.stdout).toMatch(/^deliveries\/s .* 1\.00/m);
    expect(different).toMatchObject({ status: 2, stdout: "" });
    expect(different.stderr).toMatch(/^error: .* can't be compared: their windows and rates differ: .*\n$/);
  });

  it("looks for the capacity", async () => {
    const { status, stdout } = await run(
      "bench",
      "--slo",
      "p50=10s",
      "--subscribers",
      "2",
      "--duration",
      "0.1",
      "--rounds",
      "2",
      "--json",
    );

    const { capacity } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(capacity).toMatchObject({ percentile: 50, withinMs: 10_000 });
    expect(capacity.messagesPerSecond).toBeGreaterThan(0);
  });

  it.each([
    ["cannot be reached", ["--ws", "ws://127.0.0.1:1/"], /^error: ws:\/\/127\.0\.0\.1:1\/ cannot be reached: .*\n$/],
    [
      "is no process here",
      ["--ws", "ws://127.0.0.1:1/", "--pid", String(2 ** 22)],
      /^error: process 4194304: the system tells nothing of it .*\n$/,
    ],
    [
      "is this process",
      ["--ws", "ws://127.0.0.1:1/", "--pid", String(process.pid)],
      /^error: process \d+ has started this one too: .*\n$/,
    ],
    ["does not start", ["--start", "echo no {port} >&2; exit 7"], /^error: the server ended \(7\): no \d+\n$/],
  ])("ends with 3 when the server %s", async (_, args, line) => {
    const { status, stdout, stderr } = await run("bench", ...args, ...short);

    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(line);
  });
});
