/** The time of the machine. */
import type { Clock } from "../core/clock.ts";

/** The clock that a client goes by, unless it is given another. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(ms, task) {
    const dueAt = performance.now() + ms;
    let timer = setTimeout(ring, ms);
    function ring(): void {
      // A platform's timers count from the beginning of the turn in which they are set, so they may be early.
      const early = dueAt - performance.now();
      if (early > 0) timer = setTimeout(ring, early);
      else task();
    }
    return () => clearTimeout(timer);
  },
};
