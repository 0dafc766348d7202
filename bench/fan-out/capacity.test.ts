import { expect, it } from "vitest";
import { TargetFailure } from "../target/target-failure.ts";
import { findCapacity } from "./capacity.ts";
import type { Figures } from "./figures.ts";
import type { Round } from "./round.ts";

const right = { sent: 1, delivered: 1, lost: 0, duplicated: 0, reordered: 0, disconnected: 0, overloaded: false };
const objective = { percentile: 99, withinMs: 50 } as const;

function round(latencyP99Ms: number): Round {
  return { ...right, figures: { latencyP99Ms, generatorCpuPercent: 10 } as Figures };
}

/** A server that is fast up to a rate, slow a little above it, and overloaded far above. */
function serverUpTo(knee: number, tried: number[] = []) {
  return async (rate: number): Promise<Round> => {
    tried.push(rate);
    if (rate > 1.3 * knee) return { ...right, overloaded: true };
    return round(rate <= knee ? 20 : 80);
  };
}

it.each([1, 9, 100, 137, 140, 20_000])("finds a capacity of %i messages a second to 10 %%", async (knee) => {
  const { messagesPerSecond, deliveriesPerSecond, latencyMs } = await findCapacity(
    objective,
    100,
    10,
    serverUpTo(knee),
  );

  expect(messagesPerSecond).toBeLessThanOrEqual(knee);
  expect(messagesPerSecond).toBeGreaterThan(knee / 1.11);
  expect(deliveriesPerSecond).toBe(10 * messagesPerSecond);
  expect(latencyMs).toEqual({ median: 20, min: 20, max: 20 });
});

it("tries a rate near the knee once more, because the machine may have been busy", async () => {
  let hiccups = 1;
  const server = serverUpTo(1_000);
  const { messagesPerSecond } = await findCapacity(objective, 100, 1, (rate) => {
    return rate > 200 && hiccups-- > 0 ? Promise.resolve(round(60)) : server(rate);
  });

  expect(messagesPerSecond).toBeGreaterThan(900);
});

it.each([
  ["the first rate", 80],
  ["a rung on the way down", 200],
])("tries %s once more as soon as the rung below is met", async (_, firstRate) => {
  let hiccups = 1;
  const server = serverUpTo(99);
  const { messagesPerSecond } = await findCapacity(objective, firstRate, 1, (rate) => {
    return rate <= 99 && hiccups-- > 0 ? Promise.resolve(round(60)) : server(rate);
  });

  expect(messagesPerSecond).toBeGreaterThan(90);
  expect(messagesPerSecond).toBeLessThanOrEqual(99);
});

it("repeats what it found, and tells the spread of its latency", async () => {
  const latencies = [30, 10, 40];
  const { messagesPerSecond, latencyMs, steps } = await findCapacity(
    objective,
    100,
    1,
    async (rate) => (rate > 100 ? round(80) : round(latencies.shift() ?? 80)),
    3,
  );

  expect(messagesPerSecond).toBe(100);
  expect(latencyMs).toEqual({ median: 30, min: 10, max: 40 });
  expect(steps.filter(({ rate }) => rate === 100)).toHaveLength(3);
});

it("goes to a lower rate if most of the repeats fail", async () => {
  let luck = 1;
  const { messagesPerSecond, steps } = await findCapacity(
    objective,
    50,
    1,
    async (rate) => round(rate <= 70 || (rate === 98 && luck-- > 0) ? 20 : 80),
    3,
  );

  expect(messagesPerSecond).toBe(70);
  expect(steps.filter(({ rate }) => rate === 70)).toHaveLength(3);
});

it("takes a server that can't be reached any more for one that failed, but not one that never could", async () => {
  const fail = (rate: number) => Promise.reject(new TargetFailure(`unreachable at ${rate}`));
  const server = serverUpTo(1_000);
  const { messagesPerSecond, steps } = await findCapacity(objective, 100, 1, (rate) => {
    return rate > 100 ? fail(rate) : server(rate);
  });

  expect(messagesPerSecond).toBe(100);
  expect(steps).toContainEqual({ rate: 140, met: false, why: "unreachable at 140" });
  await expect(findCapacity(objective, 100, 1, fail)).rejects.toThrow("unreachable at 100");
});

it("says why a rate failed, and finds nothing where nothing is good enough", async () => {
  const { messagesPerSecond, steps } = await findCapacity(objective, 10, 1, async (rate) => {
    return rate > 5 ? { ...right, lost: 3 } : round(51);
  });

  expect(messagesPerSecond).toBe(0);
  expect(steps[0]).toMatchObject({ rate: 10, met: false, faults: "3 lost", why: "3 lost" });
  expect(steps.at(-1)).toMatchObject({ met: false, why: "p99 51.0 ms" });
});
