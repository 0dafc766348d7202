/** Overrides that many faults and oddities are made of. */
import type { Client, EventName, Override, Told } from "./steps.ts";

/** Makes no report of this kind for which `test` holds. */
export const hides =
  (hidden: EventName, test: (told: Told, client: Client) => boolean = () => true): Override =>
  (plain) => ({
    report(client, event, told = {}) {
      if (event !== hidden || !test(told, client)) plain.report(client, event, told);
    },
  });

/** One after the other: a later one finds what the earlier ones have made. */
export const together =
  (...overrides: readonly Override[]): Override =>
  (plain, room) => {
    let steps = plain;
    for (const override of overrides) steps = { ...steps, ...override(steps, room) };
    return steps;
  };
