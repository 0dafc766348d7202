/**
 * Does the work on each item, so many at a time, and begins in their order. For what is mostly waiting: more of it fits
 * side by side than Vitest has tests run at once.
 *
 * @returns what comes of each item
 */
export function sideBySide<Item, Outcome>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Outcome>,
): ReadonlyMap<Item, Promise<Outcome>> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  const outcomes = items.map(async (item) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work(item);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  });
  // What goes wrong is told to who waits for it, and until then to nobody.
  for (const outcome of outcomes) outcome.catch(() => {});
  return new Map(items.map((item, index) => [item, outcomes[index] as Promise<Outcome>]));
}
