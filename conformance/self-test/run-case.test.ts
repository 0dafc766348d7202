import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServerCase, ServerContext } from "../case.ts";
import { Finding } from "../finding.ts";
import { LagMeter } from "../runner/lag.ts";
import type { PatienceLimits } from "../runner/patience.ts";
import { type CaseRun, runCase } from "../runner/run-case.ts";
import { type ShamServer, startShamServer } from "./sham-server/index.ts";

let server: ShamServer;
const lag = new LagMeter();

beforeAll(async () => {
  server = await startShamServer();
});

afterAll(async () => {
  lag.stop();
  await server.close();
});

/** Runs a case of the test's own. */
function tryCase(
  run: (context: ServerContext) => Promise<void>,
  { covers = ["CORE-S2a"], url = server.url, ...limits }: Partial<PatienceLimits & ServerCase & { url: string }> = {},
): Promise<CaseRun> {
  return runCase(
    { id: "own/case", title: "does something", covers, run },
    1,
    { stallMs: 1_000, caseMs: 20_000, runEndsAt: Number.POSITIVE_INFINITY, ...limits },
    {
      addresses: { ws: new URL(url) },
      publishing: undefined,
      unheard: false,
      access: { headers: [] },
      runMark: "tdg01234567",
      lag,
      timeScale: 1,
      keepTranscripts: false,
    },
  );
}

const broken = new Finding("bob got it twice", { expected: "once", actual: "twice", mark: "the mark" });

describe("a case", () => {
  it("that throws nothing passes", async () => {
    const { result, lostConnection } = await tryCase(async ({ connect, judging }) => {
      const [alice] = await connect("alice");
      judging("CORE-S2a");
      await alice.fence();
    });

    expect(result).toEqual({
      id: "own/case",
      title: "does something",
      covers: ["CORE-S2a"],
      profile: "core-ws",
      level: "MUST",
      status: "pass",
      durationMs: result.durationMs,
    });
    expect(lostConnection).toBe(false);
  });

  it("that finds something fails, about the rule that it was judging", async () => {
    const { result } = await tryCase(async ({ judging }) => {
      judging("CORE-S2a");
      judging("CORE-S2b");
      throw broken;
    });

    expect(result).toMatchObject({
      status: "fail",
      judged: "CORE-S2b",
      message: "bob got it twice",
      expected: "once",
      actual: "twice",
      about: "the mark",
      transcript: [],
    });
  });

  it("that finds something about a SHOULD warns", async () => {
    const { result } = await tryCase(
      async ({ judging }) => {
        judging("CORE-S8");
        throw broken;
      },
      { covers: ["CORE-S8"] },
    );
    expect(result.status).toBe("warn");
  });

  it("that finds something before it judges is untestable", async () => {
    const { result } = await tryCase(async () => {
      throw broken;
    });
    expect(result).toMatchObject({ status: "untestable", message: expect.stringContaining("bob got it twice") });
    expect(result.judged).toBeUndefined();
  });

  it("that throws anything else is a fault of the kit", async () => {
    const { result } = await tryCase(async ({ judging }) => {
      judging("CORE-S2a");
      throw new TypeError("undefined is not a function");
    });
    expect(result.status).toBe("harness-error");
    expect(result.message).toBe("The kit itself failed: undefined is not a function");
  });

  it("that leaves the limits of Core is a fault of the kit", async () => {
    const { result } = await tryCase(async ({ connect, message, judging }) => {
      const [alice] = await connect("alice");
      judging("CORE-S3a");
      alice.send(message({ text: "x".repeat(100_000) }));
    });
    expect(result).toMatchObject({ status: "harness-error", message: expect.stringContaining("Core allows") });
  });

  it("that finds something late by less than the kit's own lag is inconclusive", async () => {
    const late = (lateByMs: number) =>
      tryCase(async ({ judging }) => {
        judging("CORE-S2b");
        const until = performance.now() + 100;
        while (performance.now() < until);
        throw new Finding("the pong came late", { lateByMs });
      });

    expect((await late(20)).result.status).toBe("inconclusive");
    expect((await late(1_000_000)).result.status).toBe("fail");
  });

  it("that the run has no time left for is inconclusive", async () => {
    const { result } = await tryCase(
      async ({ open, judging }) => {
        const peer = await open("alice");
        judging("CORE-S2a");
        await peer.patience.until(
          () => false,
          () => broken,
        );
      },
      { runEndsAt: 0, stallMs: 60_000 },
    );
    expect(result.status).toBe("inconclusive");
  });

  it("that can't connect says so, and that the subject may be gone", async () => {
    const gone = await startShamServer();
    await gone.close();
    const { result, lostConnection } = await tryCase(
      async ({ connect, judging }) => {
        judging("CORE-S1a");
        await connect("alice");
      },
      { url: gone.url },
    );

    expect(lostConnection).toBe(true);
    expect(result).toMatchObject({ status: "fail", actual: expect.stringContaining("nothing listens there") });
  });

  it("has a transcript that ends with the case", async () => {
    const { result } = await tryCase(async ({ connect, judging }) => {
      const [alice] = await connect("alice");
      judging("CORE-S2a");
      await alice.fence();
      throw broken;
    });
    const kinds = result.transcript?.map(({ direction, kind }) => `${direction} ${kind}`);
    const exchange = ["sent text", "received text"];

    expect(kinds).toEqual(["sent http", "received http", ...exchange, ...exchange]);
  });
});
