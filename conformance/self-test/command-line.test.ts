/** What a person, or a script, gets from `tidings test server`. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { listening, readReport, run, sham, useFolder } from "./run-command-line.ts";
import { startShamServer } from "./sham-server/index.ts";

const inFolder = useFolder();

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
    expect(readReport(inFolder("nothing.json"))).toMatchObject({ verdict: "incomplete", message: advice[0] });
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
    expect(readReport(inFolder("mute.json")).durationMs).toBeLessThan(60_000);
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

    const { status, stdout, stderr } = await run(...args.map((arg) => arg.replace("FOLDER", inFolder(""))));

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toMatch(line);
  });
});

describe("reports", () => {
  it("are written as asked for, several at a time", async () => {
    const files = [`json=${inFolder("kinds.json")}`, `junit=${inFolder("kinds=1.xml")}`];
    const { status, stdout } = await run(
      ...["--ws", await sham({ fault: "bad-json.closes-1003" }), "--run", "bad-json/*"],
      ...files.flatMap((file) => ["--report", file]),
    );

    expect(status).toBe(1);
    const { cases, verdict } = readReport(inFolder("kinds.json"));
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
    const known = readReport(inFolder("known.json"));
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
