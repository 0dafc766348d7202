import { beforeEach, describe, expect, it } from "vitest";
import { Heartbeat } from "./heartbeat.ts";
import { SimulatedClock } from "./simulated-clock.ts";

const INTERVAL = 30_000;
const TIMEOUT = 10_000;

let clock: SimulatedClock;
let pings: number[];
let deaths: number[];
let heartbeat: Heartbeat;

beforeEach(() => {
  clock = new SimulatedClock();
  pings = [];
  deaths = [];
  heartbeat = new Heartbeat({
    clock,
    intervalMs: INTERVAL,
    pongTimeoutMs: TIMEOUT,
    ping: () => pings.push(clock.now()),
    dead: () => deaths.push(clock.now()),
  });
});

it("sends a ping in each interval, at its time (CORE-C2a)", () => {
  for (let second = 0; second < 100; second++) {
    clock.pass(1_000);
    heartbeat.heard();
  }
  expect(pings).toEqual([30_000, 60_000, 90_000]);
});

it("takes a connection for dead when nothing comes after a ping (LIVE-1a)", () => {
  clock.pass(10 * INTERVAL);
  expect(deaths).toEqual([INTERVAL + TIMEOUT + 200]);
  expect(pings).toEqual([INTERVAL]);
});

it("leaves one alone whose answers come within the timeout (LIVE-1c), though later than the next ping", () => {
  const fast = new Heartbeat({
    clock,
    intervalMs: 500,
    pongTimeoutMs: 3_000,
    ping: () => void clock.after(2_900, () => fast.heard()),
    dead: () => deaths.push(clock.now()),
  });
  heartbeat.stop();
  clock.pass(60_000);
  expect(deaths).toEqual([]);
});

it("takes whatever comes for a sign of life (LIVE-2)", () => {
  for (let turn = 0; turn < 50; turn++) {
    clock.pass(9_000);
    heartbeat.heard();
  }
  expect(deaths).toEqual([]);
});

it("sends nothing after it was stopped (LIVE-4)", () => {
  clock.pass(INTERVAL);
  heartbeat.stop();
  clock.pass(10 * INTERVAL);
  expect([pings, deaths]).toEqual([[INTERVAL], []]);
});

describe("when timers were late", () => {
  it("asks again, and waits all of the timeout, before it judges (LIVE-3a)", () => {
    clock.pass(INTERVAL);
    clock.freeze(90_000);
    clock.pass(TIMEOUT - 1);
    expect([pings.length, deaths]).toEqual([3, []]);
    heartbeat.heard();
    clock.pass(TIMEOUT);
    expect(deaths).toEqual([]);
  });

  it("finds the dead within the timeout and two seconds (LIVE-3b)", () => {
    for (const before of [INTERVAL, INTERVAL / 2]) {
      clock.pass(before);
      clock.freeze(90_000);
      const thawedAt = clock.now();
      clock.pass(TIMEOUT + 2_000);
      expect(deaths.at(-1)).toBeLessThanOrEqual(thawedAt + TIMEOUT + 2_000);
      heartbeat = new Heartbeat({
        clock,
        intervalMs: INTERVAL,
        pongTimeoutMs: TIMEOUT,
        ping() {},
        dead: () => deaths.push(clock.now()),
      });
    }
    expect(deaths).toHaveLength(2);
  });

  it("reads what is waiting before it judges, where they were late by less than tells of a sleep", () => {
    clock.pass(INTERVAL);
    clock.freeze(TIMEOUT + 900);
    clock.pass(100);
    heartbeat.heard();
    clock.pass(TIMEOUT);
    expect(deaths).toEqual([]);
  });

  it("finds the dead also where they are late for ever", () => {
    clock.pass(INTERVAL);
    for (let turn = 0; turn < 10; turn++) {
      clock.freeze(60_000);
      clock.pass(0);
    }
    expect(deaths).toHaveLength(1);
  });
});

describe("a probe", () => {
  it("goes out at once, and silence after it counts", () => {
    clock.pass(1_000);
    heartbeat.probe();
    expect(pings).toEqual([1_000]);
    clock.pass(TIMEOUT + 200);
    expect(deaths).toEqual([1_000 + TIMEOUT + 200]);
  });

  it("never makes more pings than intervals that have begun (CORE-C2b)", () => {
    for (let second = 1; second <= 600; second++) {
      clock.pass(1_000);
      heartbeat.heard();
      heartbeat.probe();
      expect(pings.length).toBeLessThanOrEqual(Math.floor(clock.now() / INTERVAL) + 1);
    }
    expect(pings).toHaveLength(21);
  });
});
