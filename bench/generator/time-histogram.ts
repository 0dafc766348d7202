/** Histograms of times in microseconds. */
import { build, type Histogram } from "hdr-histogram-js";

/** Later than that is counted as that, in microseconds. */
const LONGEST = 60_000_000;
/** Times below this have a counter each, in microseconds. */
const SHORT = 131_072;

/** An empty one, that keeps three digits of each time. */
export function timeHistogram(): Histogram {
  return build({ highestTrackableValue: LONGEST, numberOfSignificantValueDigits: 3 });
}

/** Adds a time to a histogram, whatever it is. */
export function recordTime(histogram: Histogram, micros: number, count = 1): void {
  histogram.recordValueWithCount(Math.max(0, Math.min(LONGEST, Math.round(micros))), count);
}

/** Takes millions of times a second: to find the place of one in a histogram would be most of what a delivery costs. */
export class Times {
  readonly #short = new Float64Array(SHORT);
  readonly #others = timeHistogram();

  /** Adds a time, `count` times. */
  record(micros: number, count: number): void {
    const whole = Math.round(micros);
    if (whole >= 0 && whole < SHORT) (this.#short[whole] as number) += count;
    else recordTime(this.#others, whole, count);
  }

  /** All times so far. */
  get histogram(): Histogram {
    const all = timeHistogram();
    all.add(this.#others);
    for (const [micros, count] of this.#short.entries()) if (count > 0) recordTime(all, micros, count);
    return all;
  }
}
