import { expect, it } from "vitest";
import { delayBefore } from "./backoff.ts";

const limits = { baseDelayMs: 1_000, maxDelayMs: 30_000 };
const almostOne = 1 - Number.EPSILON;
const range = (attempt: number, options: { withinMs?: number; floorMs?: number } = {}) =>
  [0, almostOne].map((chance) => delayBefore(attempt, limits, { ...options, random: () => chance }));

it.each([
  [1, [500, 1_000]],
  [2, [1_000, 2_000]],
  [5, [8_000, 16_000]],
  [6, [15_000, 30_000]],
  [100_000, [15_000, 30_000]],
])("attempt %i comes after %j ms (RECON-3)", (attempt, expected) => expect(range(attempt)).toEqual(expected));

it.each([
  [1, { withinMs: 1_500 }, [500, 1_000]],
  [6, { withinMs: 1_500 }, [750, 1_500]],
])("attempt %i, soon", (attempt, options, expected) => expect(range(attempt, options)).toEqual(expected));

it.each([
  [1, { floorMs: 4_000 }, [4_000, 6_000]],
  [1, { floorMs: 900 }, [900, 1_350]],
  [5, { floorMs: 100 }, [8_000, 16_000]],
  [6, { floorMs: 60_000, withinMs: 1_500 }, [60_000, 90_000]],
])("attempt %i, with what the server asks for as a lower end (RECON-8)", (attempt, options, expected) => {
  const [least = 0, most = 0] = range(attempt, options);
  expect([least, most]).toEqual(expected);
  expect(least / most).toBeLessThanOrEqual(0.7);
});
