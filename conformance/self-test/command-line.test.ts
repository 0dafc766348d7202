/** Runs the built `tidings test server` as its users do: `npm test` builds it first. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { serverCases } from "../cases/index.ts";
import { profiles } from "../profiles.ts";
import { Result } from "../result.ts";
import { type ShamServerOptions, startShamServer } from "./sham-server/index.ts";

const fileAt = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const main = fileAt("dist/src/cli/main.js");
const serveSham = fileAt("dist/conformance/self-test/sham-server/serve-sham.js");

let folder = "";
const inFolder = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tidings-command-line-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [main, "test", "server", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const [stdout, stderr, [status]] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, "close"),
  ]);
  return { status, stdout, stderr };
}

/** Runs to the end, which comes by itself. */
const run = (...args: string[]) => ended(start(...args));

async function sham(options?: ShamServerOptions): Promise<string> {
  const server = await startShamServer(options);
  onTestFinished(() => server.close());
  return server.url;
}

/** Listens on a free port until the test is over. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function readReport(name: string): Result {
  const value: unknown = JSON.parse(readFileSync(inFolder(name), "utf8"));
  expect([...Compile(Result).Errors(value)]).toEqual([]);
  return value as Result;
}

describe("a server that is not there, or is none", () => {
  it("nothing listens: 3, and one line says what to do", async () => {
    const server = await startShamServer();
    await server.close();

    const { status, stdout, stderr } = await run("--ws", server.url, "--report", `json=${inFolder("nothing.json")}`);

    expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
    const advice = stdout.split("\n").filter((line) => line.includes("listens"));
    expect(advice).toEqual([
      expect.stringMatching(
        /^127\.0\.0\.1:\d+ refuses connections: nothing listens there\. Is the server running, and is this /,
      ),
    ]);
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(readReport("nothing.json")).toMatchObject({ verdict: "incomplete", message: advice[0] });
  });

  it("something accepts and never answers: 1, within a minute", async () => {
    const port = await listening(createServer((socket) => socket.resume()));

    const { status, stdout } = await run(
      "--ws",
      `ws://127.0.0.1:${port}/`,
      "--report",
      `json=${inFolder("mute.json")}`,
    );

    expect(status).toBe(1);
    expect(stdout).toContain("could not complete the opening handshake: no answer");
    expect(readReport("mute.json").durationMs).toBeLessThan(60_000);
  });

  it.each([
    ["answers 503", 503],
    ["answers nothing", undefined],
  ])("it %s to more than 2 clients: 1, and the kit ends by itself", async (_, excess) => {
    const server = createHttpServer();
    const wss = new WebSocketServer({ noServer: true });
    server.on("upgrade", (request, socket, head) => {
      if (wss.clients.size < 2) {
        wss.handleUpgrade(request, socket, head, (client) => wss.emit("connection", client));
      } else if (excess !== undefined) socket.end(`HTTP/1.1 ${excess} Full\r\n\r\n`);
    });
    wss.on("connection", (client) => {
      client.on("error", () => {});
      client.on("message", (data) => {
        const text = String(data);
        if (text === '{"type":"ping"}') client.send('{"type":"pong"}');
        else for (const other of wss.clients) other.send(text);
      });
    });
    const port = await listening(server);

    const some = ["--run", "delivery/any-size", "--run", "delivery/crowd", "--run", "wire/resets"];
    const { status, stderr } = await run("--ws", `ws://127.0.0.1:${port}/`, ...some);

    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  });
});

describe("wrong usage is 2, and one line on stderr", () => {
  const nobody = ["--ws", "ws://127.0.0.1:1/"];

  it.each([
    ["an unknown option", ["--strickt"], /unknown option '--strickt'/],
    ["an argument too many", ["server.js"], /too many arguments/],
    ["no URL", ["--ws", "127.0.0.1:8080"], /'--ws <url>'.*ws:\/\/ or wss:\/\//],
    ["a URL of another scheme", ["--ws", "http://127.0.0.1/"], /ws:\/\/ or wss:\/\//],
    ["{port} without --start", ["--ws", "ws://127.0.0.1:{port}/"], /\{port\}.*--start/],
    ["a {port} that makes no URL", ["--start", "true", "--ws", "ws://127.0.0.1:1{port}0/"], /no URL any more/],
    ["an empty --start", ["--start", ""], /'--start <command>'/],
    ["an unknown profile", [...nobody, "--profile", "core-wx"], /no profile "core-wx".*core-ws/],
    ["no profile", [...nobody, "--profile", ""], /--profile.*a text that is not empty/],
    ["an empty --run", [...nobody, "--run", ","], /--run.*a text that is not empty/],
    ["a header of the handshake's own", [...nobody, "--header", "Sec-WebSocket-Key: x"], /belongs to the handshake/],
    ["an origin with a line feed", [...nobody, "--origin", "http://a\r\nX: y"], /--origin.*It takes an origin/],
    ["two reports in one file", [...nobody, "--report", "json=FOLDER/r", "--report", "junit=FOLDER/r"], /can't share/],
    ["a --run that matches nothing", [...nobody, "--run", "delivry/*"], /"delivry\/\*".*tidings list cases/],
    ["a --skip that matches nothing", [...nobody, "--skip", "CORE-S99"], /"CORE-S99"/],
    ["a --skip that leaves nothing", [...nobody, "--skip", "*"], /no case that judges a MUST/],
    ["a baseline that is not there", [...nobody, "--baseline", "FOLDER/none.json"], /--baseline.*can't be read/],
    ["a baseline that is no JSON", [...nobody, "--baseline", "FOLDER/text"], /baseline is not JSON/],
    ["a baseline with an unknown case", [...nobody, "--baseline", "FOLDER/unknown.json"], /Entry 1 .*"a\/b"/],
    [
      "a report that can't be written",
      [...nobody, "--report", "json=FOLDER/none/x.json"],
      /--report.*can't be written/,
    ],
    ["a report of an unknown kind", [...nobody, "--report", "html=x.html"], /json, junit/],
    ["a report without a file", [...nobody, "--report", "json="], /KIND=FILE/],
    ["a --ca that is not there", [...nobody, "--ca", "FOLDER/none.pem"], /--ca.*can't be read/],
    ["a --ca that is no certificate", [...nobody, "--ca", "FOLDER/text"], /--ca.*no certificate/],
    ["a header without a value", [...nobody, "--header", "Authorization"], /NAME: VALUE/],
    ["a header of two lines", [...nobody, "--header", "A: b\r\nC: d"], /NAME: VALUE/],
    ["a time scale of 0", [...nobody, "--time-scale", "0"], /from 0\.1 to 100/],
    ["0 jobs", [...nobody, "--jobs", "0"], /from 1 to 64/],
    ["a number that is none", [...nobody, "--repeat", "often"], /from 1 to 1000/],
  ])("%s", async (_, args, line) => {
    writeFileSync(inFolder("text"), "hello\nworld\n");
    writeFileSync(inFolder("unknown.json"), '[{"case":"a/b","reason":"why"}]');

    const { status, stdout, stderr } = await run(...args.map((arg) => arg.replace("FOLDER", folder)));

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toMatch(line);
  });
});

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
    const { urls } = readReport("started.json").subject;
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

describe("reports", () => {
  it("are written as asked for, several at a time", async () => {
    const files = [`json=${inFolder("kinds.json")}`, `junit=${inFolder("kinds=1.xml")}`];
    const { status, stdout } = await run(
      ...["--ws", await sham({ fault: "bad-json.closes-1003" }), "--run", "bad-json/*"],
      ...files.flatMap((file) => ["--report", file]),
    );

    expect(status).toBe(1);
    const { cases, verdict } = readReport("kinds.json");
    expect(verdict).toBe("fails");
    const xml = readFileSync(inFolder("kinds=1.xml"), "utf8");
    expect(xml).toMatch(/^<\?xml version="1\.0"/);
    for (const { id } of cases) {
      expect(xml).toContain(`name="${id}: `);
      expect(stdout).toContain(` ${id}  `);
    }
    expect(stdout).toMatch(/ {4}alone {5}npx tidings test server --ws ws:\/\/\S+ --run bad-json\/sender-served\n/);
  });

  it("show no secret that the kit was given", async () => {
    const url = (await sham({ fault: "bad-json.closes-1003" })).replace("ws://", "ws://alice:s3cret-1@");
    const { status, stdout, stderr } = await run(
      ...["--ws", `${url}?token=s3cret-2`, "--header", "X-Key: s3cret-3", "--run", "bad-json/*", "--verbose"],
      ...["--report", `json=${inFolder("secret.json")}`, "--report", `junit=${inFolder("secret.xml")}`],
    );

    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain("X-Key: (left out)");
    expect(stdout).toContain("token=left-out");
    for (const text of [stdout, ...["secret.json", "secret.xml"].map((name) => readFileSync(inFolder(name), "utf8"))]) {
      expect(text).not.toContain("s3cret");
      expect(text).not.toContain(Buffer.from("alice:s3cret-1").toString("base64"));
    }
  });

  it("--quiet leaves the verdict", async () => {
    const { status, stdout } = await run("--ws", await sham(), "--run", "values/numbers", "--quiet");

    expect(status).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stdout).toContain("It conforms to core-ws, as far as it was judged");
  });
});

describe("a baseline", () => {
  it("excuses what it knows: 0", async () => {
    writeFileSync(inFolder("baseline.json"), '[{"case":"bad-json/sender-served","reason":"old framework"}]');
    const { status, stdout } = await run(
      ...["--ws", await sham({ fault: "bad-json.closes-1003" }), "--run", "bad-json/sender-served"],
      ...["--baseline", inFolder("baseline.json"), "--report", `json=${inFolder("known.json")}`],
    );

    expect(status).toBe(0);
    expect(stdout).toContain("xfail");
    const known = readReport("known.json");
    expect(known.counts.xfail).toBe(1);
    expect(known.rules.find(({ id }) => id === "CORE-S5b")?.status).toBe("xfail");
  });

  it("that is out of date is told: 1", async () => {
    writeFileSync(inFolder("mended.json"), '[{"case":"bad-json/sender-served","reason":"old framework"}]');
    const { status, stdout } = await run(
      ...["--ws", await sham(), "--run", "bad-json/sender-served", "--baseline", inFolder("mended.json")],
    );

    expect(status).toBe(1);
    expect(stdout).toContain("xpass");
  });
});

describe("wss: and https:", () => {
  const missing = spawnSync("openssl", ["version"]).status !== 0;
  const leftOut = missing && !process.env.CI;
  if (leftOut) console.warn("Left out: wss: and https:, since there is no openssl to make a certificate.");

  /** A sham behind TLS, with a certificate that signed itself. */
  async function secureSham(): Promise<{ url: string; ca: string }> {
    expect(missing, "openssl has to be installed in CI").toBe(false);
    const [key, ca] = [inFolder("key.pem"), inFolder("certificate.pem")];
    const made = spawnSync("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tidings"],
      ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", ca],
    ]);
    expect(made.status, String(made.stderr)).toBe(0);
    const inner = Number(new URL(await sham()).port);
    const proxy = createTlsServer({ key: readFileSync(key), cert: readFileSync(ca) }, (outside) => {
      const inside = connect(inner, "127.0.0.1");
      outside.pipe(inside).pipe(outside);
      for (const [one, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
    return { url: `wss://127.0.0.1:${await listening(proxy)}/`, ca };
  }

  it.skipIf(leftOut)("with --ca: 0, with every case, on every transport", async () => {
    const { url, ca } = await secureSham();
    const events = `${url.replace("wss:", "https:")}api/events`;
    const addresses = ["--ws", url, "--sse", events, "--publish", events];
    const all = ["--profile", profiles("server").join(",")];
    const { status, stdout, stderr } = await run(...addresses, ...all, "--ca", ca);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`${serverCases.length} cases: ${serverCases.length} pass`);
  });

  it.skipIf(leftOut)("with --insecure: 0", async () => {
    const { url } = await secureSham();
    expect((await run("--ws", url, "--insecure", "--run", "values/numbers")).status).toBe(0);
  });

  it.skipIf(leftOut)("with neither: 3, and a message that says what to do", async () => {
    const { url } = await secureSham();
    const { status, stdout } = await run("--ws", url);

    expect(status).toBe(3);
    expect(stdout).toMatch(
      /certificate that is not trusted \(\w+\): give its authority with --ca FILE, or use --insec/,
    );
  });
});
