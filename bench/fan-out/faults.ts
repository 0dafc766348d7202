/** What was wrong with deliveries, in words. */

/** How many deliveries and connections of a round were not as they should be. */
export interface Faults {
  lost: number;
  duplicated: number;
  reordered: number;
  disconnected: number;
}

/** Such as "3 lost, 1 disconnected"; undefined if every delivery was right. */
export function faultsOf({ lost, duplicated, reordered, disconnected }: Faults): string | undefined {
  const named = Object.entries({ lost, duplicated, reordered, disconnected }).filter(([, count]) => count > 0);
  return named.length === 0 ? undefined : named.map(([name, count]) => `${count} ${name}`).join(", ");
}
