import { expect, it } from "vitest";
import { recordTime, Times, timeHistogram } from "./time-histogram.ts";

it("takes times many at once, and comes to the same as a histogram", () => {
  const times = new Times();
  const expected = timeHistogram();
  const all = [0, 0.4, 1, 1.6, 999.5, 2_048, 131_071, 131_072, 131_072.5, 59_999_999, 70_000_000, -3, -0.2];
  for (const [index, micros] of all.entries()) {
    times.record(micros, index + 1);
    recordTime(expected, micros, index + 1);
  }

  const { histogram } = times;

  expect(histogram.totalCount).toBe(expected.totalCount);
  for (let percentile = 0; percentile <= 100; percentile += 0.5) {
    expect(histogram.getValueAtPercentile(percentile)).toBe(expected.getValueAtPercentile(percentile));
  }
});
