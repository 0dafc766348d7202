import { expect, it } from "vitest";
import { createServer } from "../src/server/index.ts";
import { benchmark } from "./benchmark.ts";
import { cpuSecondsOf } from "./cpu-time.ts";
import { renderReport } from "./report.ts";
import { runningTarget } from "./target.ts";

const plan = {
  subscribers: 3,
  window: 2,
  messageBytes: 64,
  durationMs: 50,
  warmUpMs: 10,
  patienceMs: 10_000,
  rounds: 2,
};

it("runs all rounds and the plain requests, and says what they came to", async () => {
  await using server = createServer({ port: 0 });
  const { ws, health } = await server.listen();

  // A request takes a few milliseconds at most; 1 s leaves room for one on a busy machine.
  const result = await benchmark(runningTarget(ws, health), { ...plan, durationMs: 1_000 });

  expect(result.exact).toBe(true);
  expect(result.rounds).toHaveLength(2);
  for (const round of result.rounds) expect(round.delivered).toBe(round.sent * plan.subscribers);
  const { min = 0, median = 0, max = 0 } = result.figures?.deliveriesPerSecond ?? {};
  expect(min).toBeLessThanOrEqual(median);
  expect(median).toBeLessThanOrEqual(max);
  expect(result.figures).not.toHaveProperty("serverCpuPercent");
  expect(result.requestsPerSecond?.min).toBeGreaterThan(0);
  const report = renderReport(result);
  expect(report).toMatch(/^deliveries\/s +[\d .]+$/m);
  expect(report).toMatch(/^All [\d ]+ deliveries arrived once and in order\.$/m);
  expect(report).toContain(`node ${process.version}`);
});

it("shows no figure if a single round was not exact", () => {
  const right = { sent: 10, delivered: 30, lost: 0, duplicated: 0, reordered: 0, disconnected: 0 };
  const environment = { node: "v0", platform: "p", cpu: "c", cores: 1, loadAverage: 0 };
  const rounds = [right, { ...right, delivered: 29, lost: 1 }];

  const report = renderReport({ url: "ws://x/", plan, environment, rounds, exact: false });

  expect(report).toContain("NO throughput figure: of 60 deliveries 1 were lost, 0 duplicated, 0 reordered");
  expect(report).not.toContain("deliveries/s");
});

it.runIf(process.platform === "linux")("reads the CPU time of a process", () => {
  const before = cpuSecondsOf(process.pid) ?? Number.NaN;
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 100_000);

  expect(cpuSecondsOf(process.pid)).toBeGreaterThan(before);
  expect(cpuSecondsOf(2 ** 30)).toBeUndefined();
});
