/** The kit against servers that nobody made for it. `npm test` builds them first. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { profiles } from "../profiles.ts";
import { type RunOutcome, runServerConformance } from "../runner/run.ts";
import { ServerProcess } from "../subjects/server-process.ts";

const fileAt = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const node = `"${process.execPath}"`;
const plainWs = `${node} "${fileAt("dist/conformance/self-test/real-servers/plain-ws.js")}"`;
const reference = `${node} "${fileAt("dist/src/cli/main.js")}" serve --port {port}`;
const python = "/usr/bin/python3";
const pythonServer = `${python} "${fileAt("conformance/self-test/real-servers/python_websockets.py")}"`;

async function judge(command: string): Promise<RunOutcome> {
  const started = await ServerProcess.prepare(command);
  try {
    return await runServerConformance(
      {
        name: command,
        ws: `ws://127.0.0.1:${started.port}/`,
        access: { headers: [] },
        start: () => started.start(),
      },
      { selection: { profiles: profiles("server") } },
    );
  } finally {
    await started.stop();
  }
}

/** What went badly, in words. */
const bad = ({ result }: RunOutcome) =>
  result.cases
    .filter(({ status }) => status !== "pass")
    .map(({ id, status, message }) => `${id}: ${status}: ${message}`);

async function mustConform(command: string): Promise<void> {
  const outcome = await judge(command);
  expect(bad(outcome)).toEqual([]);
  expect(outcome).toMatchObject({ exitStatus: 0, result: { verdict: "conforms" } });
}

describe("a server as tutorials have it, on ws", () => {
  it("conforms", async () => {
    await mustConform(plainWs);
  });

  // It takes binary messages for text, so that a binary null is as deadly to it as a text.
  it("does not conform without a check for null, as text and as binary, and for no other reason", async () => {
    const outcome = await judge(`${plainWs} --no-null-check`);
    const failed = outcome.result.cases.filter(({ status }) => status === "fail");

    expect(outcome).toMatchObject({ exitStatus: 1, result: { verdict: "fails" } });
    expect(failed.map(({ id, judged }) => [id, judged])).toEqual([
      ["non-objects/null", "CORE-S6a"],
      ["binary/json", "CORE-S6b"],
    ]);
    expect(bad(outcome)).toHaveLength(failed.length);
    const rules = outcome.result.rules.filter(({ status }) => status !== "pass");
    expect(rules.map(({ id, status }) => [id, status])).toEqual([
      ["CORE-S6a", "fail"],
      ["CORE-S6b", "fail"],
    ]);
  });
});

describe("a server on Python's websockets", () => {
  const missing = spawnSync(python, ["-c", "import websockets"]).status !== 0;
  const leftOut = missing && !process.env.CI;
  if (leftOut) console.warn("Left out: the server on Python's websockets, which are not installed.");

  it.skipIf(leftOut)("conforms", async () => {
    expect(missing, "Python's websockets have to be installed in CI").toBe(false);
    await mustConform(pythonServer);
  });
});

describe("the reference server", () => {
  it("conforms to every profile", async () => {
    await mustConform(reference);
  });
});
