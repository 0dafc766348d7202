import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../spec/rules.ts";
import { type Kill, tryFault, tryFaults } from "./kill-matrix.ts";
import { type FaultName, faults } from "./sham-server/index.ts";

const SIDE_BY_SIDE = 12;
const ALL_WITHIN_MS = 900_000;
const names = Object.keys(faults) as FaultName[];

describe("every rule", () => {
  const ofServers = Object.values(rules).filter((rule) => rule.role === "server");

  it.each(ofServers.filter((rule) => rule.level === "MUST"))("$id has two faults that break it", ({ id }) => {
    expect(names.filter((name) => faults[name].breaks === id).length).toBeGreaterThanOrEqual(2);
  });

  it.each(ofServers.filter((rule) => rule.level === "SHOULD"))("$id has a fault that breaks it", ({ id }) => {
    expect(names.filter((name) => faults[name].breaks === id).length).toBeGreaterThanOrEqual(1);
  });
});

describe("every fault is caught by a case that judges the rule which it breaks", () => {
  let kills: ReadonlyMap<string, Kill>;

  // To try one is mostly to wait: more fit side by side than tests do.
  beforeAll(async () => {
    const all = await tryFaults(names, SIDE_BY_SIDE, tryFault, () => {});
    kills = new Map(all.map((kill) => [kill.fault, kill]));
  }, ALL_WITHIN_MS);

  it.each(names)("%s", (name) => {
    const { killedBy, alsoBad, breaks } = kills.get(name) ?? { killedBy: [], alsoBad: [], breaks: "nothing" };
    expect(killedBy, `no case failed on ${breaks}; these went badly: ${alsoBad.join(", ") || "none"}`).not.toEqual([]);
  });
});
