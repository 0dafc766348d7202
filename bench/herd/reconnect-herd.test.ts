import { expect, it } from "vitest";
import { linearHerd, simulateHerd } from "./simulated-herd.ts";

const CLIENTS = 10_000;

/** Numbers from 0 up to 1, the same in every run. */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each([
  [2_000, 4_100],
  [8_000, 8_100],
  [16_000, 16_100],
  [60_000, 30_100],
])(
  "after an outage of %i ms few come back at a time, all do, and 99 of a hundred within %i ms",
  (outageMs, slowestMs) => {
    const { peak, p50Ms, p99Ms, gaveUp } = simulateHerd({ clients: CLIENTS, outageMs, random: seeded() });
    expect(peak).toBeLessThanOrEqual(0.15 * CLIENTS);
    expect(p50Ms).toBeLessThan(p99Ms);
    expect(p99Ms).toBeLessThanOrEqual(slowestMs);
    expect(gaveUp).toBe(0);
  },
);

it("delays without chance bring all at once, or none", () => {
  expect(linearHerd({ clients: CLIENTS, outageMs: 2_000 })).toEqual({
    peak: CLIENTS,
    p50Ms: 1_000,
    p99Ms: 1_000,
    gaveUp: 0,
  });
  expect(linearHerd({ clients: CLIENTS, outageMs: 16_000 })).toMatchObject({ peak: 0, gaveUp: CLIENTS });
});
