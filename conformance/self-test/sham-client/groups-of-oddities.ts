/** Oddities that one client can have at the same time: each replaces other steps. */
import { type Oddity, type OddityName, oddities } from "./oddities.ts";
import { makeShamClient } from "./sham-client.ts";

const AT_MOST = 6;

/** @returns all oddities in groups; those that claim less than all are alone. */
export function groupsOfOddities(): OddityName[][] {
  const groups: { names: OddityName[]; steps: Set<string> }[] = [];
  const alone: OddityName[][] = [];
  const room = makeShamClient({}, { output: () => {}, exit: () => {} });
  for (const name of Object.keys(oddities) as OddityName[]) {
    const { claims, options, leavesAside, steps }: Oddity = oddities[name];
    if (claims !== undefined || options !== undefined || leavesAside !== undefined) {
      alone.push([name]);
      continue;
    }
    const replaced = Object.keys(steps(room.steps, room));
    const group = groups.find((one) => one.names.length < AT_MOST && replaced.every((step) => !one.steps.has(step)));
    if (group === undefined) groups.push({ names: [name], steps: new Set(replaced) });
    else {
      group.names.push(name);
      for (const step of replaced) group.steps.add(step);
    }
  }
  return [...groups.map(({ names }) => names), ...alone];
}
