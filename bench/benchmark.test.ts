import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createServer } from "../src/server/index.ts";
import { type BenchmarkPlan, benchmark } from "./benchmark.ts";
import { renderReport } from "./reports/report.ts";
import { type BenchmarkResult, parseResult } from "./result.ts";
import { cpuSecondsOf, memoryOf } from "./target/server-process.ts";
import { coreDialect, runningTarget } from "./target/target.ts";

const plan: BenchmarkPlan = {
  load: "fanout",
  subscribers: 3,
  pacings: [{ window: 2 }, { window: 8 }],
  messageBytes: 100,
  durationMs: 50,
  warmUpMs: 10,
  patienceMs: 10_000,
  rounds: 2,
  generators: 1,
};

it("runs all rounds and the plain requests, and says what they came to", async () => {
  await using server = createServer({ port: 0 });
  const { ws, health } = await server.listen();

  // A request takes a few milliseconds at most; 1 s leaves room for one on a busy machine.
  const target = runningTarget(coreDialect("mine", { ws }), health);
  const result = await benchmark(target, { ...plan, durationMs: 1_000 });

  expect(result.exact).toBe(true);
  expect(result.measurements.map(({ pacing }) => pacing)).toEqual(plan.pacings);
  for (const { rounds, figures, ceiling } of result.measurements) {
    expect(rounds).toHaveLength(2);
    for (const round of rounds) expect(round.delivered).toBe(round.sent * plan.subscribers);
    const { min = 0, median = 0, max = 0 } = figures?.deliveriesPerSecond ?? {};
    expect(min).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(max);
    expect(figures).not.toHaveProperty("serverCpuPercent");
    expect(ceiling?.deliveriesPerSecond).toBeGreaterThan(0);
  }
  expect(result.figures?.requestsPerSecond?.min).toBeGreaterThan(0);
  expect(parseResult(JSON.stringify(result))).toEqual(result);
  const report = renderReport(result);
  expect(report).toMatch(/^deliveries\/s +[\d .]+$/m);
  expect(report).toMatch(/^All [\d ]+ deliveries arrived once and in order\.$/m);
  expect(report).toMatch(/^The generator's own ceiling at window 8: [\d ]+ deliveries\/s/m);
  expect(report).toContain(`node ${process.version}`);
});

it("shows no figure if a single round was not exact", () => {
  const right = { sent: 10, delivered: 30, lost: 0, duplicated: 0, reordered: 0, disconnected: 0, overloaded: false };
  const rounds = [right, { ...right, delivered: 29, lost: 1 }];
  const result: BenchmarkResult = {
    format: "tidings-bench/1",
    name: "mine",
    load: "fanout",
    plan: {
      ...{ transport: "ws", publishedBy: "ws", deflate: false },
      ...{ subscribers: 3, messageBytes: 100, durationMs: 50, rounds: 2, generators: 1 },
    },
    environment: { tidings: "0.1.0", node: "v0", platform: "p", kernel: "k", cpu: "c", cores: 1, loadAverage: 0 },
    exact: false,
    measurements: [{ pacing: { window: 2 }, rounds, exact: false, generatorBound: false }],
    failures: [],
  };

  const report = renderReport(result);

  expect(report).toContain("NO throughput figure: of 60 deliveries 1 were lost, 0 duplicated, 0 reordered");
  expect(report).not.toContain("deliveries/s");
});

describe("of a server that fails", () => {
  let undo: (() => void) | undefined;
  afterEach(() => undo?.());

  /** Relays everything so many times, to the connections of one round after the other; after some rounds it refuses all. */
  async function serve({ copies = 1, rounds = Number.POSITIVE_INFINITY, healthy = (_requests: number) => true }) {
    let requests = 0;
    let connections = 0;
    const http = createHttpServer((_, response) => {
      response.writeHead(healthy(++requests) ? 200 : 500).end();
    });
    const server = new WebSocketServer({ server: http, verifyClient: () => ++connections <= 4 * rounds });
    server.on("connection", (client) => {
      client.on("message", (data) => {
        for (const other of server.clients) for (let copy = 0; copy < copies; copy++) other.send(String(data));
      });
    });
    await once(http.listen(0, "127.0.0.1"), "listening");
    undo = () => {
      for (const client of server.clients) client.terminate();
      http.closeAllConnections();
      http.close();
    };
    const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    const target = runningTarget(coreDialect("mine", { ws: `ws://${address}/` }), `http://${address}/health`);
    return { target, connections: () => connections };
  }

  it("while the capacity is looked for: wrong deliveries are no mere failure of a step", async () => {
    const { target } = await serve({ copies: 2, rounds: 1 });
    const objective = { percentile: 99, withinMs: 10_000 } as const;

    const result = await benchmark(target, { ...plan, objective });

    expect(result.exact).toBe(false);
    expect(result.capacity?.messagesPerSecond).toBe(0);
    expect(result.capacity?.steps[0]?.faults).toMatch(/^\d+ duplicated$/);
    expect(result.capacity?.steps[1]).toMatchObject({ met: false, why: expect.stringContaining("cannot be reached") });
    expect(renderReport(result)).toMatch(/^NOT every delivery was right at .*: \d+ duplicated\.$/m);
  });

  it("in a later round: the ones before it are kept", async () => {
    const { target } = await serve({ rounds: 1 });

    const result = await benchmark(target, plan);

    expect(result.exact).toBe(false);
    expect(result.measurements).toMatchObject([{ pacing: { window: 2 }, exact: true, figures: expect.any(Object) }]);
    expect(result.measurements[0]?.rounds).toHaveLength(1);
    expect(result.failures).toEqual([
      expect.stringMatching(/^window 2: round 2 of 2: .* cannot be reached/),
      expect.stringMatching(/^window 8: .* cannot be reached/),
    ]);
    expect(parseResult(JSON.stringify(result))).toEqual(result);
  });

  it("to answer plain requests: nothing is measured", async () => {
    const { target, connections } = await serve({ healthy: () => false });

    await expect(benchmark(target, plan)).rejects.toThrow(/GET .*\/health/);

    expect(connections()).toBe(0);
  });

  it("to answer plain requests under load: all else is kept", async () => {
    const { target } = await serve({ healthy: (requests) => requests < 10 });

    const result = await benchmark(target, { ...plan, durationMs: 1_000, rounds: 1 });

    expect(result.measurements.map(({ figures }) => figures !== undefined)).toEqual([true, true]);
    expect(result.failures).toEqual([expect.stringMatching(/^GET .*\/health: /)]);
    expect(result).toMatchObject({ exact: false });
    expect(result).not.toHaveProperty("figures");
  });
});

it.each([
  ["no JSON", "{", /it is no JSON/],
  ["something else", "{}", /it is no result of "tidings bench"/],
])("does not take %s for a result", (_, text, message) => {
  expect(() => parseResult(text)).toThrow(message);
});

it.runIf(process.platform === "linux")("reads the CPU time and the memory of a process", () => {
  const before = cpuSecondsOf(process.pid) ?? Number.NaN;
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 100_000);

  expect(cpuSecondsOf(process.pid)).toBeGreaterThan(before);
  if (existsSync("/proc/self/schedstat")) expect(((cpuSecondsOf(process.pid) ?? 0) * 100) % 1).not.toBe(0);
  expect(cpuSecondsOf(2 ** 30)).toBeUndefined();
  const { bytes = 0, peakBytes = 0 } = memoryOf(process.pid) ?? {};
  expect(bytes).toBeGreaterThan(10_000_000);
  expect(peakBytes).toBeGreaterThanOrEqual(bytes);
  expect(memoryOf(2 ** 30)).toBeUndefined();
});
