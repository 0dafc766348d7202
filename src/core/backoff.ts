/** How long a client waits before an attempt: half jitter over a delay that doubles (RECON-3). */

/** What bounds the delays of a client, in milliseconds. */
export interface DelayLimits {
  /** The upper end of the first delay. */
  baseDelayMs: number;
  /** The upper end of all. */
  maxDelayMs: number;
}

/**
 * The delay before an attempt, chosen at random: between half and all of the first delay, doubled with each attempt since,
 * and never above the longest.
 *
 * What the server asks for is a lower end. It spreads over half as much again, upwards: nobody comes sooner than asked, and
 * those who were all told the same do not come at once.
 *
 * @param attempt - 1 for the first attempt after a loss or a failure
 * @param options.withinMs - an upper end besides, where there is a reason to come back soon
 * @param options.floorMs - what the server asks for
 * @param options.random - gives numbers from 0 up to 1
 * @returns whole milliseconds
 */
export function delayBefore(
  attempt: number,
  limits: DelayLimits,
  options: { withinMs?: number; floorMs?: number; random: () => number },
): number {
  const { withinMs = Number.POSITIVE_INFINITY, floorMs = 0, random } = options;
  const nominal = Math.min(limits.baseDelayMs * 2 ** (attempt - 1), limits.maxDelayMs, withinMs);
  const least = Math.max(nominal / 2, floorMs);
  const most = Math.max(nominal, least * 1.5);
  return Math.round(least + (most - least) * random());
}
