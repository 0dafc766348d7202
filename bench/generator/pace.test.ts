import { expect, it } from "vitest";
import { OpenLoop } from "./pace.ts";
import { nowMicros } from "./shared-clock.ts";

const TICK = 10_000;

/** A schedule of a message each 10 ms that is looked at in time, unless the test says otherwise. */
function schedule() {
  const pace = new OpenLoop(100);
  let now = nowMicros();
  let next = 0;
  let complete = 0;
  return {
    pace,
    /** Time passes, and then so many messages are on their way. */
    pass(micros: number, inFlight = 0): void {
      now += micros;
      complete = Math.max(complete, next - inFlight);
      next += pace.due({ next, complete, now }).length;
    },
    /** Time passes, and nothing arrives. */
    wait(micros: number): void {
      for (let left = micros; left > 0; left -= TICK) this.pass(TICK, Number.POSITIVE_INFINITY);
    },
  };
}

it("is overloaded when deliveries are far behind", () => {
  const { pace, ...time } = schedule();
  time.pass(TICK);

  time.wait(600_000);
  expect(pace).toMatchObject({ overloaded: false, stalled: false });
  time.wait(200_000);
  expect(pace).toMatchObject({ overloaded: true, stalled: false });
});

it("does not blame deliveries when the publisher stood still", () => {
  const { pace, ...time } = schedule();
  time.pass(TICK);

  time.pass(800_000);

  expect(pace).toMatchObject({ overloaded: false, stalled: true });
});

it("does not blame deliveries for messages that were sent late", () => {
  const { pace, ...time } = schedule();
  time.pass(TICK);

  time.pass(500_000);
  expect(pace).toMatchObject({ overloaded: false, stalled: false });
  time.wait(300_000);
  expect(pace).toMatchObject({ overloaded: false, stalled: true });
});

it("blames deliveries again once what was late has arrived", () => {
  const { pace, ...time } = schedule();
  time.pass(TICK);

  time.pass(500_000);
  time.pass(TICK);
  time.wait(800_000);

  expect(pace).toMatchObject({ overloaded: true, stalled: false });
});
