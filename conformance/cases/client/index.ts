/** All cases for clients, in the order in which they are listed, reported and run. */
import type { ClientCase } from "../../client-case.ts";
import * as opening from "./opening.ts";

/** The cases for clients. */
export const clientCases: readonly ClientCase[] = [opening.opens];

/** @returns the ids of the gate cases that have to pass before a case. */
export function clientNeedsOf({ needs, transport, lane }: ClientCase): readonly string[] {
  if (needs !== undefined) return needs;
  if (lane === "gate") return [];
  return clientCases.filter((gate) => gate.lane === "gate" && gate.transport === transport).map(({ id }) => id);
}
