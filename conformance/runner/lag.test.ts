import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LagMeter } from "./lag.ts";

let now = 0;
let meter: LagMeter;

/** The event loop runs for so long, on time. */
function runs(ms: number): void {
  for (let left = ms; left > 0; left--) {
    now++;
    vi.advanceTimersByTime(1);
  }
}

/** The event loop stands still for so long. */
function hangs(ms: number): void {
  now += ms;
}

beforeEach(() => {
  now = 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  meter = new LagMeter();
});

afterEach(() => {
  meter.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("measures nothing while the event loop is on time", () => {
  runs(500);
  expect(meter.worstSince(0)).toBe(0);
});

it("measures for how long the event loop stood still", () => {
  runs(100);
  hangs(70);
  runs(100);

  expect(meter.worstSince(0)).toBe(70);
});

it("sees a lag that is not over yet", () => {
  runs(100);
  hangs(510);

  expect(meter.worstSince(now)).toBe(500);
});

it("tells the worst since an instant", () => {
  hangs(90);
  runs(50);
  const between = now;
  hangs(30);
  runs(50);

  expect(meter.worstSince(0)).toBe(90);
  expect(meter.worstSince(between)).toBe(30);
  expect(meter.worstSince(now)).toBe(0);
});

it("measures no more once it is stopped", () => {
  meter.stop();
  expect(vi.getTimerCount()).toBe(0);
});
