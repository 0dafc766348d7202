import { describe, expect, it } from "vitest";
import { type BenchmarkResult, type Measurement, parseResult } from "../result.ts";
import { spread } from "../spread.ts";
import { NEVER_READ } from "./beside-remarks.ts";
import { compare, Incomparable, renderComparison } from "./compare.ts";
import { renderReport } from "./report.ts";
import { renderHtml } from "./report-html.ts";
import { renderMarkdown } from "./report-markdown.ts";

const right = { sent: 10, delivered: 30, lost: 0, duplicated: 0, reordered: 0, disconnected: 0, overloaded: false };

function measurement(window: number, throughputs: number[]): Measurement {
  return {
    pacing: { window },
    rounds: throughputs.map((deliveriesPerSecond) => ({
      ...right,
      figures: { deliveriesPerSecond, latencyP99Ms: 4 },
      curves: { latency: [[0, 1] as [number, number], [50, 2], [100, 9]], throughput: [10, deliveriesPerSecond] },
    })),
    exact: true,
    figures: { deliveriesPerSecond: spread(throughputs), latencyP99Ms: spread([4]) },
    ceiling: { deliveriesPerSecond: 1_000_000, messagesPerRead: 64 },
    generatorBound: false,
  };
}

function result(measurements: Measurement[], change: Partial<BenchmarkResult> = {}): BenchmarkResult {
  return {
    format: "tidings-bench/1",
    name: 'a <server> & "its" | port',
    load: "fanout",
    plan: {
      ...{ transport: "ws", publishedBy: "ws", deflate: false },
      ...{ subscribers: 3, messageBytes: 100, durationMs: 1_000, rounds: 3, generators: 1 },
    },
    environment: { tidings: "0.1.0", node: "v0", platform: "p", kernel: "k", cpu: "c", cores: 2, loadAverage: 0 },
    exact: true,
    measurements,
    failures: [],
    ...change,
  };
}

const slow = result([measurement(1, [100, 110, 120]), measurement(64, [1_000, 900, 1_100])]);
const fast = result([measurement(1, [200, 220, 240]), measurement(64, [3_000, 3_000, 3_300])]);
const capacity = {
  ...{ percentile: 99, withinMs: 50, messagesPerSecond: 140, deliveriesPerSecond: 420, latencyMs: spread([12]) },
  steps: [
    { rate: 140, met: true, latencyMs: 12, generatorCpuPercent: 80, serverCpuPercent: 50, why: "p99 12.0 ms" },
    { rate: 196, met: false, why: "more than 0.7 s behind the schedule" },
  ],
};

describe("the page", () => {
  it("draws latency and throughput, over time and over the window, and needs nothing from elsewhere", () => {
    const page = renderHtml(slow);

    expect(page.match(/<svg /g)).toHaveLength(4);
    expect(page.match(/<polyline /g)).toHaveLength(6);
    for (const title of ["Latency", "Throughput over time", "Throughput over the window", "Latency over the window"]) {
      expect(page).toContain(`<figcaption>${title}<`);
    }
    expect(page).not.toMatch(/<script|https?:|src=|href=|NaN|undefined|Infinity/);
    expect(page).toContain("prefers-color-scheme: dark");
  });

  it("takes a name for text", () => {
    expect(renderHtml(slow)).toContain("<h1>a &lt;server&gt; &amp; &quot;its&quot; | port: fanout");
  });

  it("draws no figures that are none", () => {
    const lossy = { ...measurement(1, []), rounds: [{ ...right, lost: 1 }], exact: false };
    delete lossy.figures;
    const page = renderHtml(result([lossy], { exact: false }));

    expect(page).not.toContain("<svg");
    expect(page).toContain("NO throughput figure");
  });

  it("draws how a capacity was found", () => {
    const page = renderHtml(result([], { capacity }));

    expect(page).toContain("<figcaption>Latency over the rate<");
    expect(page).toContain("140 messages/s");
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

it("Markdown has a table for each measurement, in which a name is text", () => {
  const text = renderMarkdown(result(slow.measurements, { capacity }));

  expect(text).toContain('# a \\<server\\> & "its" \\| port: fanout');
  expect(text).toMatch(/^## window 64$/m);
  expect(text).toMatch(/^\| deliveries\/s \| 1 000 \| 900 \| 1 100 \|$/m);
  expect(text).toMatch(/^\| 196 \| failed \| more than 0\.7 s behind the schedule \|$/m);
});

const reports = [
  ["the text", renderReport],
  ["Markdown", renderMarkdown],
  ["the page", renderHtml],
] as const;

it.each(reports)("%s says that the generator was the bottleneck, if that is known", (_, render) => {
  const bound = result([{ ...measurement(64, [900_000]), generatorBound: true }]);

  expect(render(bound)).toContain("generator-bound at window 64");
  expect(render(slow)).not.toMatch(/generator-bound|at its limit/);
  // The ceiling is 1 000 000, and of the server's CPU nothing is known.
  expect(render(result([measurement(64, [900_000])]))).toMatch(/at its limit at window 64: the server may be able/);
});

it.each<[string, { generatorCpuPercent?: number; serverCpuPercent?: number }, RegExp | undefined]>([
  ["is the bottleneck", { generatorCpuPercent: 95, serverCpuPercent: 60 }, /generator-bound: /],
  ["may be the bottleneck", { generatorCpuPercent: 95 }, /^The load generator was at its limit: the server may be /m],
  ["is no busier than the server", { generatorCpuPercent: 95, serverCpuPercent: 98 }, undefined],
  ["has time", { generatorCpuPercent: 60 }, undefined],
])("a capacity is decided by the lowest rate that failed: a generator that %s there", (_, use, line) => {
  const [met, failed] = capacity.steps;
  const steps = [met, { ...failed, ...use }, { ...failed, rate: 300, generatorCpuPercent: 99, serverCpuPercent: 1 }];
  const report = renderReport(result([], { capacity: { ...capacity, steps } as typeof capacity }));

  if (line) expect(report).toMatch(line);
  else expect(report).not.toMatch(/generator-bound|at its limit/);
});

it.each(reports)("%s tells a capacity's rounds", (_, render) => {
  const text = render(result([], { capacity }));

  expect(text).toContain("1 s a step, what was found 3 × 1 s");
  expect(text).toContain("messages/s p99 was 12.0 ms (12.0 to 12.0); 1 of 1 rounds met the objective.");
});

it.each(reports)("%s names wrong deliveries of a search for the capacity", (_, render) => {
  const steps = [...capacity.steps, { rate: 20, met: false, faults: "3 duplicated", why: "3 duplicated" }];
  const wrong = result([], { capacity: { ...capacity, steps }, exact: false });

  expect(render(wrong)).toContain("NOT every delivery was right at 20.0 messages/s: 3 duplicated.");
});

it.each(reports)("%s says which rounds are left out, and why", (_, render) => {
  const some = measurement(64, [100, 100]);
  some.rounds.push({ ...right, invalid: "sent late" });

  expect(render(result([some]))).toContain("window 64: the figures are without 1 of 3 rounds: sent late");
  expect(render(result([some]))).toContain("All 90 deliveries arrived once and in order.");
});

it("draws an hour", () => {
  const throughput = Array.from({ length: 200_000 }, (_, index) => index);
  const [first] = measurement(1, [100]).rounds;
  const rounds = [{ ...right, ...first, curves: { latency: [], throughput } }];

  expect(renderHtml(result([{ ...measurement(1, [100]), rounds }]))).toContain("<polyline ");
});

describe("every report says", () => {
  const reports = [renderReport, renderMarkdown, renderHtml];
  const slowConsumers = (sent: number, deflate = false) => {
    const round = { ...right, sent, delivered: 3 * sent };
    const one = { ...measurement(64, [100]), label: `1 more ${NEVER_READ}`, rounds: [round] };
    const { plan } = result([]);
    return result([one], { load: "slow-consumers", plan: { ...plan, deflate } });
  };

  it.each(reports)("how many came and went", (render) => {
    const churn = {
      ...measurement(64, [100]),
      rounds: [
        { ...right, guests: 1_234 },
        { ...right, guests: 1 },
      ],
    };

    expect(render(result([churn], { load: "churn" }))).toContain("1 235 came and went");
  });

  it.each(reports)("what was sent to those that never read, and when that is too little", (render) => {
    expect(render(slowConsumers(20_000))).toContain("2.00 MB was sent to each that never read: too little");
    expect(render(slowConsumers(60_000))).toContain("6.00 MB was sent to each that never read.");
    expect(render(slowConsumers(60_000, true))).toContain("much less when compressed");
  });

  it.each(reports)("what to know of the figures", (render) => {
    expect(render(result([], { load: "idle", notes: ["One round only"] }))).toContain("One round only");
  });
});

describe("a comparison", () => {
  it("says how many times as much, and between which rounds", () => {
    expect(compare(slow, fast)).toContainEqual({
      where: "window 64",
      figure: "deliveriesPerSecond",
      a: { median: 1_000, min: 900, max: 1_100 },
      b: { median: 3_000, min: 3_000, max: 3_300 },
      ratio: { median: 3, min: 3_000 / 1_100, max: 3_300 / 900 },
    });
    expect(renderComparison(slow, fast)).toMatch(/^deliveries\/s +1 000 +3 000 +3\.00 +2\.73 +3\.67$/m);
    const faster = { ...capacity, messagesPerSecond: 280, deliveriesPerSecond: 840 };
    const [ratio] = compare(result([], { capacity }), result([], { capacity: faster }));
    expect(ratio).toMatchObject({ where: "capacity", ratio: { median: 2 } });
  });

  it("tells what else is different, and that a generator was in the way", () => {
    const { plan, environment } = fast;
    const other = result([measurement(1, [1]), { ...measurement(64, [1]), generatorBound: true }], {
      plan: { ...plan, transport: "sse", publishedBy: "post", deflate: true, durationMs: 500 },
      environment: { ...environment, node: "v1", kernel: "l" },
    });

    const lines = renderComparison(slow, other).split("\n");

    expect(lines.filter((line) => /^NOT alike|generator-bound/.test(line))).toEqual([
      "NOT alike: transport: ws in A, sse in B",
      "NOT alike: way of publishing: ws in A, post in B",
      "NOT alike: compression: none in A, permessage-deflate in B",
      "NOT alike: duration: 1 s in A, 0.5 s in B",
      "NOT alike: node: v0 in A, v1 in B",
      "NOT alike: kernel: k in A, l in B",
      expect.stringMatching(/^B: generator-bound at window 64/),
    ]);
    expect(renderComparison(slow, fast)).not.toMatch(/NOT alike|generator-bound/);
  });

  it("is of results that were read from files", () => {
    expect(compare(parseResult(JSON.stringify(slow)), parseResult(JSON.stringify(fast)))).toEqual(compare(slow, fast));
  });

  it.each<[string, BenchmarkResult, RegExp]>([
    ["another load", { ...fast, load: "churn" }, /their load differ: fanout in A, churn in B/],
    [
      "other windows",
      result([measurement(1, [1])]),
      /windows and rates differ: window 1; window 64 in A, window 1 in B/,
    ],
    ["another number of subscribers", { ...fast, plan: { ...fast.plan, subscribers: 4 } }, /subscribers differ/],
    ["another size", { ...fast, plan: { ...fast.plan, messageBytes: 1_024 } }, /message bytes differ/],
    ["another machine", { ...fast, environment: { ...fast.environment, cpu: "d" } }, /processor differ/],
    ["an objective", { ...fast, capacity }, /objective differ: none in A, p99 within 50 ms in B/],
    ["faults", { ...fast, exact: false }, /B has no figures/],
  ])("refuses %s", (_, other, message) => {
    expect(() => compare(slow, other)).toThrow(Incomparable);
    expect(() => compare(slow, other)).toThrow(message);
  });
});
