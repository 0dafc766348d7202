import { expect, it } from "vitest";
import { createServer } from "../src/server/index.ts";
import { type BenchmarkPlan, benchmark } from "./benchmark.ts";
import { renderReport } from "./report.ts";
import { type BenchmarkResult, parseResult } from "./result.ts";
import { cpuSecondsOf, memoryOf } from "./server-process.ts";
import { coreDialect, runningTarget } from "./target.ts";

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
    environment: { node: "v0", platform: "p", kernel: "k", cpu: "c", cores: 1, loadAverage: 0 },
    exact: false,
    measurements: [{ pacing: { window: 2 }, rounds, exact: false, generatorBound: false }],
    failures: [],
  };

  const report = renderReport(result);

  expect(report).toContain("NO throughput figure: of 60 deliveries 1 were lost, 0 duplicated, 0 reordered");
  expect(report).not.toContain("deliveries/s");
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
  expect(cpuSecondsOf(2 ** 30)).toBeUndefined();
  const { bytes = 0, peakBytes = 0 } = memoryOf(process.pid) ?? {};
  expect(bytes).toBeGreaterThan(10_000_000);
  expect(peakBytes).toBeGreaterThanOrEqual(bytes);
  expect(memoryOf(2 ** 30)).toBeUndefined();
});
