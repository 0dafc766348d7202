/** What a person, or a script, gets from `tidings test client` and `tidings adapter`. `npm test` builds first. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Compile } from "typebox/compile";
import { expect, it, onTestFinished } from "vitest";
import { Result } from "../result.ts";
import { type ShamClientOptions, shamClientCommand } from "./sham-client/index.ts";

const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

function tidings(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

const sham = (options: ShamClientOptions = {}) => ["--", ...shamClientCommand(options)];

it("a client that conforms: exit status 0, and what was judged", () => {
  const { status, out } = tidings("test", "client", "--run", "client-opening/*", ...sham());
  expect(out).toContain("✓ client-opening/open  opens a connection, and shows that it is open");
  expect(out).toContain("It conforms to core-ws, as far as it was judged");
  expect(status).toBe(0);
});

it("a client that does not: exit status 1, the rule, the wire, and how to run that case alone", () => {
  const { status, out } = tidings("test", "client", "--run", "CORE-C3", ...sham({ fault: "pong.shown" }));
  expect(out).toContain("FAIL: the client showed a pong");
  expect(out).toContain("rule      CORE-C3: A client MUST NOT show a pong.");
  expect(out).toMatch(/→ text {3}\{"type":"pong"\}/);
  expect(out).toMatch(
    /alone {5}npx tidings test client --run client-messages\/pongs-hidden -- .*main\.js --fault pong\.shown/,
  );
  expect(status).toBe(1);
});

it("a report in JSON fits its schema", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidings-command-line-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "result.json");
  tidings("test", "client", "--run", "client-opening/*", "--report", `json=${file}`, ...sham());
  const result: unknown = JSON.parse(readFileSync(file, "utf8"));
  expect(Compile(Result).Check(result)).toBe(true);
  expect(result).toMatchObject({ subject: { role: "client", name: "sham client" }, verdict: "conforms" });
});

it.each([
  ["a profile that clients do not have", ["--profile", "publish", ...sham()], 'no profile "publish" for a client'],
  ["a glob that matches nothing", ["--run", "nonsense*", ...sham()], 'No case and no rule matches "nonsense*"'],
  ["a page and a command at once", ["--browser", ...sham()], "it takes no command of an adapter beside it"],
])("wrong usage, %s: exit status 2, in one line", (_, args, words) => {
  const { status, err } = tidings("test", "client", ...args);
  expect(err).toContain(words);
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(status).toBe(2);
});

it("a command that there is not: exit status 3, and its name", () => {
  const { status, out } = tidings("test", "client", "--", "no-such-adapter");
  expect(out).toContain("could not be started: spawn no-such-adapter ENOENT");
  expect(status).toBe(3);
});

it("an adapter that dies after hello: exit status 1, and its last words", () => {
  const script = `process.stdin.once("data", () => {
    console.log('{"id":1,"ok":true,"name":"dying","transports":["ws"]}');
    process.stdin.once("data", () => { console.error("out of luck"); process.exit(7); });
  });`;
  const { status, out } = tidings(
    "test",
    "client",
    "--run",
    "client-opening/open",
    "--",
    process.execPath,
    "-e",
    script,
  );
  expect(out).toContain("The adapter exited with status 7. Its last words: out of luck");
  expect(status).toBe(1);
});

it("the doctor trusts an adapter that is right: exit status 0", () => {
  const { status, out } = tidings("adapter", "doctor", ...sham());
  expect(out).toContain("It can be trusted.");
  expect(out).not.toContain("✗");
  expect(status).toBe(0);
});

it("the doctor says what is wrong with one that is not: exit status 1", () => {
  const { status, out } = tidings("adapter", "doctor", "--", "cat");
  expect(out).toContain("✗ it says who it is");
  expect(out).toContain("It can't be trusted yet");
  expect(status).toBe(1);
});

it("the doctor without a command: exit status 2", () => {
  const { status, err } = tidings("adapter", "doctor");
  expect(err).toBe("error: It takes the command that starts the adapter: tidings adapter doctor -- COMMAND\n");
  expect(status).toBe(2);
});
