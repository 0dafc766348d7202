import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../spec/rules.ts";
import type { describeServerConformance } from "../bindings/vitest.ts";
import { serverCases } from "../cases/index.ts";
import { startShamServer } from "./sham-server/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const built = pathToFileURL(join(root, "dist/conformance/self-test/sham-server/index.js"));

/** A project that is as hard on its tests as vitest lets it be. */
const CONFIG = `
  export default {
    test: { testTimeout: 500, hookTimeout: 500, retry: 1, sequence: { shuffle: true }, expect: { requireAssertions: true } },
  };
`;

const HEAD = `
  import { appendFileSync } from "node:fs";
  import { describeServerConformance } from "tidings/conformance/vitest";
  import { startShamServer } from ${JSON.stringify(built)};

  /** Starts a sham, each time on another port, and keeps a log of it. */
  const sham = (log, fault) => async () => {
    const server = await startShamServer({ fault });
    appendFileSync(log, "start\\n");
    return {
      ws: server.url,
      async stop() {
        await server.close();
        appendFileSync(log, "stop\\n");
      },
    };
  };
  const profiles = ["core-ws"];
`;

/** The test files of that project, by name: each is one call. */
const files = (url: string) => ({
  url: `describeServerConformance("my server", { ws: "${url}" }, { run: ["bad-json/*"] });`,
  fault: `describeServerConformance("my server", sham("fault.log", "bad-json.closes-1003"), { profiles, run: ["bad-json/*"] });`,
  dies: `describeServerConformance("my server", sham("dies.log", "bad-json.crashes"), { profiles, run: ["bad-json/others-served", "non-objects/null"] });`,
  refused: `describeServerConformance("my server", { ws: "ws://127.0.0.1:1/" }, { run: ["bad-json/*"] });`,
  throws: `describeServerConformance("my server", () => { throw new Error("no database"); }, { profiles, run: ["bad-json/*"] });`,
  hangs: `describeServerConformance("my server", () => new Promise(() => {}), { profiles, startTimeoutMs: 200, run: ["values/numbers"] });`,
  "no-address": `describeServerConformance("my server", () => undefined, { profiles, run: ["values/numbers"] });`,
  "no-profiles": `describeServerConformance("my server", sham("no-profiles.log"));`,
  "wrong-glob": `describeServerConformance("my server", { ws: "${url}" }, { run: ["bad-jsno/*"] });`,
  "wrong-baseline": `describeServerConformance("my server", { ws: "${url}" }, { baseline: [{ case: "none", reason: "?" }] });`,
  warns: `describeServerConformance("my server", sham("warns.log", "silence.greets"), { profiles, run: ["silence/*"] });`,
  strict: `describeServerConformance("my server", sham("strict.log", "silence.greets"), { profiles, run: ["silence/*"], strict: true });`,
  known: `describeServerConformance("my server", sham("known.log", "bad-json.closes-1003"), { profiles, run: ["bad-json/*"], baseline: [
    { case: "bad-json/sender-served", reason: "old framework" }, { case: "bad-json/not-relayed", reason: "mended meanwhile" },
  ] });`,
  expired: `describeServerConformance("my server", sham("expired.log", "silence.greets"), { profiles, run: ["silence/*"], baseline: [
    { case: "silence/after-opening", reason: "old framework", expires: "2020-01-01" },
  ] });`,
  skips: `describeServerConformance("my server", { ws: "${url}", sse: "${url.replace("ws:", "http:")}" }, { run: ["stream-events/json"] });`,
  excused: `describeServerConformance("excused", sham("excused.log", "bad-json.closes-1003"), { profiles, run: ["bad-json/*"], baseline: [
    { rule: "CORE-S5", reason: "old framework" },
  ] });`,
  selected: `describeServerConformance("my server", sham("selected.log", "bad-json.crashes"), { profiles });`,
});

interface TestReport {
  ancestorTitles: string[];
  title: string;
  status: "passed" | "failed" | "skipped" | "pending";
  failureMessages: string[];
}

interface FileReport {
  name: string;
  status: string;
  message: string;
  assertionResults: TestReport[];
}

let folder: string;
let output: string;
const reports = new Map<string, FileReport>();

async function runVitest(...args: string[]): Promise<{ files: FileReport[]; output: string }> {
  const reportFile = join(folder, `report-${reports.size}.json`);
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  await new Promise((resolve) => child.once("close", resolve));
  if (!existsSync(reportFile)) throw new Error(`vitest wrote no report: ${said}`);
  return { files: JSON.parse(readFileSync(reportFile, "utf8")).testResults, output: said };
}

const nameOf = ({ name }: FileReport) => name.replace(/^.*\/(.*)\.test\.js$/, "$1");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tidings-vitest-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/tidings"));
  symlinkSync(join(root, "node_modules/vitest"), join(folder, "node_modules/vitest"));
  const server = await startShamServer();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("package.json", '{ "type": "module" }');
  write("vitest.config.js", CONFIG);
  for (const [name, text] of Object.entries(files(server.url))) write(`${name}.test.js`, `${HEAD}${text}`);

  const all = await runVitest("--maxWorkers=4", "--exclude=selected.test.js", "--exclude=excused.test.js");
  output = all.output;
  for (const file of all.files) reports.set(nameOf(file), file);
  const pattern = "values/numbers|excused.*bad-json/not-relayed";
  const some = await runVitest("selected.test.js", "excused.test.js", `--testNamePattern=${pattern}`);
  for (const file of some.files) reports.set(nameOf(file), file);
  await server.close();
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true }));

function fileReport(name: keyof ReturnType<typeof files>): FileReport {
  const report = reports.get(name);
  if (report === undefined) throw new Error(`vitest did not run ${name}: ${output}`);
  return report;
}

/** The tests of a file by the id of their case, the gates among them. */
function testsOf(name: keyof ReturnType<typeof files>): Map<string, TestReport> {
  return new Map(fileReport(name).assertionResults.map((test) => [test.title.replace(/ {2}.*/, ""), test]));
}

const failuresOf = (name: keyof ReturnType<typeof files>) =>
  [...testsOf(name).values()].filter(({ status }) => status !== "passed");

const messageOf = (test: TestReport | undefined) => test?.failureMessages.join("\n---\n") ?? "";

const logOf = (name: string) =>
  readFileSync(join(folder, `${name}.log`), "utf8")
    .trim()
    .split("\n");

describe("the tests of a server that conforms", () => {
  it("pass, one for each case, also where one takes longer than the project lets its tests take", () => {
    expect(failuresOf("url")).toEqual([]);
    const wanted = serverCases.filter(({ id }) => id.startsWith("bad-json/"));
    for (const { id, title } of wanted) {
      expect(testsOf("url").get(id)).toMatchObject({
        ancestorTitles: ["my server", "core-ws"],
        title: `${id}  ${title}`,
      });
    }
  });
});

describe("the tests of a server with a fault", () => {
  it("fail where it breaks a rule, and nowhere else", () => {
    expect(failuresOf("fault").map(({ title }) => title)).toEqual([
      expect.stringMatching(/^bad-json\/sender-served {2}/),
    ]);
  });

  it("say which rule, what was expected, what came, and what went over the wire", () => {
    const message = messageOf(failuresOf("fault")[0]);

    expect(message).toMatch(/^Error: FAIL: .*1003\n/);
    expect(message).toContain(`\nrule      CORE-S5b: ${rules["CORE-S5b"].text}\n`);
    expect(message).toMatch(/\nexpected {2}.*\ngot {7}.*1003\non the wire \(12 of \d+ lines/);
    expect(message).toMatch(/ alice ← close {2}1003\n/);
    expect(message).not.toMatch(/ {4}alone | npx /);
  });

  it("point to the test file, and not into the kit", () => {
    const frames = messageOf(failuresOf("fault")[0])
      .split("\n")
      .filter((line) => /^ +at /.test(line));
    expect(frames).toEqual([expect.stringContaining("fault.test.js")]);
  });

  it("pass where a SHOULD is not kept, and say so; strict makes them fail", () => {
    expect(failuresOf("warns")).toEqual([]);
    expect(output).toMatch(/warns\.test\.js > .*silence\/after-opening.*\nWARN: .*\nrule {6}CORE-S8: /);
    expect(failuresOf("strict").map(messageOf)).toEqual([expect.stringMatching(/^Error: WARN: /)]);
  });

  it("pass where a baseline knows of it, fail where it is mended or the entry has expired", () => {
    const known = testsOf("known");
    expect(known.get("bad-json/sender-served")?.status).toBe("passed");
    expect(output).toMatch(/XFAIL: .*1003 \(expected: old framework\)/);
    expect(messageOf(known.get("bad-json/not-relayed"))).toMatch(/^Error: XPASS: .*mended meanwhile.*remove the entry/);
    expect(failuresOf("known")).toHaveLength(1);
    expect(failuresOf("expired").map(messageOf)).toEqual([
      expect.stringMatching(/^Error: WARN: .*expired on 2020-01-01/),
    ]);
  });
});

describe("a start function", () => {
  it.each(["fault", "warns", "known"] as const)("is called once, and so is what stops the server (%s)", (name) => {
    expect(logOf(name)).toEqual(["start", "stop"]);
  });

  it("is called again where the server died of a case, and may then give another address", () => {
    const tests = testsOf("dies");
    expect(messageOf(tests.get("bad-json/others-served"))).toMatch(/^Error: FAIL: The server stopped accepting/);
    expect(tests.get("non-objects/null")?.status).toBe("passed");
    expect(logOf("dies")).toEqual(["start", "stop", "start", "stop"]);
  });

  it.each([
    ["throws", /^Error: no database\n/],
    ["hangs", /^Error: The start function did not resolve within 200 ms/],
    ["no-address", /^Error: The subject has no address/],
  ] as const)("that %s fails every test, and says why", (name, message) => {
    expect(testsOf(name).size).toBeGreaterThan(1);
    for (const test of testsOf(name).values()) expect(messageOf(test)).toMatch(message);
  });
});

describe("the tests of a server that is not there", () => {
  it("fail with one message, which says so", () => {
    const messages = [...testsOf("refused").values()].map(messageOf);
    expect(messages.length).toBeGreaterThan(1);
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toMatch(/^Error: INCONCLUSIVE: Not run: 127\.0\.0\.1:1 /);
  });
});

describe("what is not applicable", () => {
  it("is skipped, with the reason", () => {
    expect(testsOf("skips").get("stream-events/json")?.status).toMatch(/skipped|pending/);
    expect(output).toContain("Not judged: nobody can publish to this server");
  });
});

describe("wrong usage is told before anything runs", () => {
  it.each([
    ["no-profiles", /option profiles is needed/],
    ["wrong-glob", /No case and no rule matches "bad-jsno\/\*"/],
    ["wrong-baseline", /Entry 1 of the baseline names the case "none"/],
  ] as const)("%s", (name, message) => {
    expect(fileReport(name)).toMatchObject({ status: "failed", assertionResults: [] });
    expect(fileReport(name).message).toMatch(message);
  });
});

it("the types ask for the profiles of a server that is started", () => {
  const declared: unknown[][] = [];
  const declare: typeof describeServerConformance = (...args: unknown[]) => declared.push(args);

  declare("my server", { ws: "ws://127.0.0.1:1/" });
  declare("my server", async () => ({ ws: "ws://127.0.0.1:1/" }), { profiles: ["core-ws"] });
  // @ts-expect-error: the profiles are missing.
  declare("my server", async () => ({ ws: "ws://127.0.0.1:1/" }));
  // @ts-expect-error: there is no such profile.
  declare("my server", { ws: "ws://127.0.0.1:1/" }, { profiles: ["core-wx"] });

  expect(declared).toHaveLength(4);
});

describe("a selection by the test's name", () => {
  const ranOf = (name: keyof ReturnType<typeof files>) =>
    [...testsOf(name)]
      .filter(([, { status }]) => /passed|failed/.test(status))
      .map(([id, { status }]) => `${id} ${status}`);

  it("runs the cases of these tests, and the gates that they need", () => {
    expect(ranOf("selected")).toEqual(["values/numbers passed"]);
    expect(testsOf("selected").size).toBe(
      serverCases.filter(({ covers }) => rules[covers[0]].profile === "core-ws").length,
    );
    // It would die of others.
    expect(logOf("selected")).toEqual(["start", "stop"]);
  });

  it("with a baseline runs all that an entry may speak of", () => {
    // By itself it passes: that it is expected to fail is true of another case of the same entry.
    expect(ranOf("excused")).toEqual(["bad-json/not-relayed passed"]);
  });
});
