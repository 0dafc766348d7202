/** Counts of calls, whoever makes them. */

/** Counts its calls, from 1. */
export function count(): () => number {
  let calls = 0;
  return () => {
    calls += 1;
    return calls;
  };
}

/** How often it was called in the last `ms`, this call included. */
export function callsWithin(ms: number): () => number {
  let recent: number[] = [];
  return () => {
    const now = performance.now();
    recent = [...recent.filter((at) => now - at < ms), now];
    return recent.length;
  };
}
