/** A figure over several rounds. */

/** The middle of some values, and how far they are apart. */
export interface Spread {
  /** The middle one, or the mean of the two in the middle. */
  median: number;
  /** The smallest. */
  min: number;
  /** The largest. */
  max: number;
}

/** The spread of at least one value. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const last = sorted.length - 1;
  return { median: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2, min: at(0), max: at(last) };
}

/** The spread of each value that all of some records have. */
export function spreads(records: readonly object[]): Record<string, Spread> {
  const all: Record<string, Spread> = {};
  for (const name of Object.keys(records[0] ?? {})) {
    const values = records.map((record) => (record as Record<string, unknown>)[name]);
    if (values.every((value) => typeof value === "number")) all[name] = spread(values);
  }
  return all;
}
