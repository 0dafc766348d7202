import { Compile } from "typebox/compile";
import { describe, expect, it, onTestFinished } from "vitest";
import { rules } from "../../spec/rules.ts";
import { profileOf, type ServerCase } from "../case.ts";
import { serverCases } from "../cases/index.ts";
import { profiles } from "../profiles.ts";
import { Result } from "../result.ts";
import type { RunOutcome } from "../runner/outcome.ts";
import { type RunOptions, runServerConformance } from "../runner/run.ts";
import { UsageError } from "../usage-error.ts";
import { worst } from "../verdict.ts";
import { type ShamServer, type ShamServerOptions, startShamServer } from "./sham-server/index.ts";

const validator = Compile(Result);
/** What a server is judged by that gives its WebSocket address alone. */
const casesOfWs = serverCases.filter((definition) => profileOf(definition) === "core-ws");
const parallel = casesOfWs.filter(({ lane = "parallel" }) => lane === "parallel").map(({ id }) => id);
const gatesOf = (cases: readonly ServerCase[]) => cases.filter(({ lane }) => lane === "gate").map(({ id }) => id);

async function start(options?: ShamServerOptions): Promise<ShamServer> {
  const server = await startShamServer(options);
  onTestFinished(() => server.close());
  return server;
}

async function run({ url }: ShamServer, options?: RunOptions): Promise<RunOutcome> {
  const outcome = await runServerConformance({ name: "sham", ws: url, access: { headers: [] } }, options);
  expect([...validator.Errors(JSON.parse(JSON.stringify(outcome.result)))]).toEqual([]);
  return outcome;
}

const byId = ({ result }: RunOutcome, id: string) => result.cases.find((one) => one.id === id);
const statusOfRule = ({ result }: RunOutcome, id: string) => result.rules.find((one) => one.id === id)?.status;

describe("a run against a server that conforms", () => {
  it("has every case and every rule, and proves all that has a case", async () => {
    const told: string[] = [];
    const { url, sse, publish } = await start();
    const { result, exitStatus } = await runServerConformance(
      { name: "sham", ws: url, sse, publish },
      { selection: { profiles: profiles("server") }, onResult: ({ id }) => told.push(id) },
    );
    expect([...validator.Errors(JSON.parse(JSON.stringify(result)))]).toEqual([]);

    expect({ verdict: result.verdict, exitStatus }).toEqual({ verdict: "conforms", exitStatus: 0 });
    expect(result.cases.map(({ id }) => id)).toEqual(serverCases.map(({ id }) => id));
    expect(result.counts).toEqual({ pass: serverCases.length });
    expect([...told].sort()).toEqual(serverCases.map(({ id }) => id).sort());
    expect(told.slice(0, gatesOf(serverCases).length)).toEqual(gatesOf(serverCases));
    expect(result.cases.filter(({ transcript }) => transcript !== undefined)).toEqual([]);

    const ofServers = Object.values(rules).filter(({ role }) => role === "server");
    expect(result.rules.map(({ id }) => id)).toEqual(ofServers.map(({ id }) => id));
    for (const { id, status, cases } of result.rules) {
      expect(cases).toEqual(serverCases.filter(({ covers }) => covers.includes(id as never)).map((one) => one.id));
      expect(status).toBe(cases.length === 0 ? "untested" : "pass");
    }
  });
});

describe("a run against a server with a fault", () => {
  it("fails, and a rule is as bad as its worst case", async () => {
    const outcome = await run(await start({ fault: "bad-json.closes-1003" }), {
      selection: { run: ["CORE-S5", "CORE-S3b"] },
    });
    const { result, exitStatus } = outcome;

    expect({ verdict: result.verdict, exitStatus }).toEqual({ verdict: "fails", exitStatus: 1 });
    expect(byId(outcome, "bad-json/sender-served")).toMatchObject({
      status: "fail",
      judged: "CORE-S5b",
      expected: expect.any(String),
      actual: expect.any(String),
      transcript: expect.arrayContaining([expect.objectContaining({ direction: "sent", kind: "http" })]),
    });
    expect(statusOfRule(outcome, "CORE-S5b")).toBe("fail");
    expect(statusOfRule(outcome, "CORE-S3b")).toBe("pass");
    expect(statusOfRule(outcome, "CORE-S3c")).toBe("untested");
    for (const { status, cases } of result.rules) {
      // A case that covers one rule only was judging that one, if it judged any.
      const own = result.cases.filter(({ id, covers }) => cases.includes(id) && covers.length === 1);
      if (own.length === cases.length) expect(status).toBe(worst(own.map((one) => one.status)));
    }
  });

  it("warns of a SHOULD that is not kept, which only --strict counts as a failure", async () => {
    const server = await start({ fault: "silence.greets" });
    const selection = { run: ["CORE-S8", "CORE-S3b"] };

    const lenient = await run(server, { selection });
    expect(lenient.exitStatus).toBe(0);
    expect(byId(lenient, "silence/after-opening")?.status).toBe("warn");
    expect(statusOfRule(lenient, "CORE-S8")).toBe("warn");

    expect((await run(server, { selection, strict: true })).exitStatus).toBe(1);
  });

  it("whose gate fails can't be judged further", async () => {
    const outcome = await run(await start({ fault: "opening.answers-200" }), { stallMs: 1_000 });
    const [gate, ...others] = outcome.result.cases;

    expect(gate).toMatchObject({ id: "opening/handshake", status: "fail", judged: "CORE-S1a" });
    expect(outcome.exitStatus).toBe(1);
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(["untestable"]));
    for (const { message } of others) expect(message).toMatch(/^Not run: it needs .*, which did not pass$/);
  });

  it("that a baseline knows conforms, and no rule of it is reported as kept", async () => {
    const baseline = [{ rule: "CORE-S5b", reason: "old framework" }];
    const selection = { run: ["CORE-S5b"] };
    const known = await run(await start({ fault: "bad-json.closes-1003" }), { selection, baseline });
    expect(known.exitStatus).toBe(0);
    expect(statusOfRule(known, "CORE-S5b")).toBe("xfail");

    const mended = await run(await start(), { selection, baseline });
    expect(mended.exitStatus).toBe(1);
    expect(statusOfRule(mended, "CORE-S5b")).toBe("xpass");
  });
});

describe("a selection", () => {
  it("runs with the gates that it needs, and the other rules are untested", async () => {
    const outcome = await run(await start(), { selection: { run: ["values/numbers"] }, keepTranscripts: true });

    expect(outcome.result.cases.map(({ id }) => id)).toEqual([...gatesOf(casesOfWs), "values/numbers"]);
    expect(outcome.exitStatus).toBe(0);
    expect(statusOfRule(outcome, "CORE-S3c")).toBe("pass");
    expect(statusOfRule(outcome, "CORE-S7a")).toBe("untested");
    for (const { transcript } of outcome.result.cases) expect(transcript?.length).toBeGreaterThan(0);
  });

  it.each([
    ["nothing", { skip: ["*"] }],
    ["nothing of its profiles", { profiles: [] }],
    ["an unknown profile", { profiles: ["core-wx"] }],
    ["a glob that matches nothing", { run: ["nothing/*"] }],
  ])("of %s is wrong usage", async (_, selection) => {
    const subject = { name: "nobody", ws: "ws://127.0.0.1:1/", access: { headers: [] } };
    await expect(runServerConformance(subject, { selection })).rejects.toThrow(UsageError);
  });
});

describe("a server that is lost", () => {
  it("before the run makes it incomplete, and no case was run", async () => {
    const server = await startShamServer();
    await server.close();
    const told: string[] = [];
    const { result, exitStatus } = await run(server, { onResult: ({ id }) => told.push(id) });

    expect({ verdict: result.verdict, exitStatus }).toEqual({ verdict: "incomplete", exitStatus: 3 });
    expect(result.message).toMatch(/nothing listens there\. Is the server running, and is this its address\?/);
    expect(result.counts).toEqual({ inconclusive: casesOfWs.length });
    expect(told).toEqual([]);
  });

  it.each([1, 8])("midway makes it incomplete, and no case fails for it (%i side by side)", async (jobs) => {
    const server = await start();
    let closed: Promise<void> | undefined;
    const outcome = await run(server, {
      jobs,
      onResult: ({ id }) => {
        if (parallel.includes(id)) closed ??= server.close();
      },
    });
    const { result, exitStatus } = outcome;

    expect({ verdict: result.verdict, exitStatus }).toEqual({ verdict: "incomplete", exitStatus: 3 });
    expect(result.message).toMatch(/stopped accepting connections while \S+ ran: look at its own log/);
    expect(Object.keys(result.counts).sort()).toEqual(["inconclusive", "pass"]);
    expect(result.counts.inconclusive).toBeGreaterThan(casesOfWs.length / 2);
    expect(closed).toBeDefined();
  });

  it("at a case that it may die of fails that case, and what follows can't be judged", async () => {
    const outcome = await run(await start({ fault: "non-object.null-crashes" }), {
      selection: { run: ["non-objects/*"] },
    });

    expect(outcome.exitStatus).toBe(1);
    expect(byId(outcome, "non-objects/null")).toMatchObject({
      status: "fail",
      judged: "CORE-S6a",
      message: expect.stringMatching(/^The server stopped accepting connections after this/),
    });
    expect(byId(outcome, "non-objects/number")).toMatchObject({
      status: "untestable",
      message: expect.stringContaining("the server died of non-objects/null"),
    });
  });

  it("at a case that it may die of is started again, where it can be", async () => {
    let server = await startShamServer({ fault: "non-object.null-crashes" });
    onTestFinished(() => server.close());
    const port = Number(new URL(server.url).port);
    let starts = 0;
    const restart = async () => {
      starts++;
      await server.close();
      server = await startShamServer({ fault: "non-object.null-crashes", port });
    };
    const subject = { name: "sham", ws: server.url, access: { headers: [] }, start: restart };
    const outcome = await runServerConformance(subject, { selection: { run: ["non-objects/*"] } });

    expect(starts).toBe(2);
    expect(byId(outcome, "non-objects/null")?.status).toBe("fail");
    expect(byId(outcome, "non-objects/number")?.status).toBe("pass");
  });

  it("since it can't be started says why", async () => {
    const fails = async () => {
      throw new Error("no such program");
    };
    const subject = { name: "sham", ws: "ws://127.0.0.1:1/", access: { headers: [] }, start: fails };
    const { result, exitStatus } = await runServerConformance(subject);

    expect({ exitStatus, message: result.message }).toEqual({ exitStatus: 3, message: "no such program" });
  });
});
