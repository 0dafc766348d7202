import { describe, expect, it } from "vitest";
import { rules } from "../../spec/rules.ts";
import { tryClientFault } from "./kill-matrix.ts";
import { type FaultName, faults } from "./sham-client/index.ts";

const names = Object.keys(faults) as FaultName[];

describe("every rule for clients", () => {
  const ofClients = Object.values(rules).filter((rule) => rule.role === "client" && rule.notJudged === undefined);

  it.each(ofClients.filter((rule) => rule.level === "MUST"))("$id has two faults that break it", ({ id }) => {
    expect(names.filter((name) => faults[name].breaks === id).length).toBeGreaterThanOrEqual(2);
  });

  it.each(ofClients.filter((rule) => rule.level === "SHOULD"))("$id has a fault that breaks it", ({ id }) => {
    expect(names.filter((name) => faults[name].breaks === id).length).toBeGreaterThanOrEqual(1);
  });
});

describe("every fault of a client is caught by a case that judges the rule which it breaks", () => {
  it.concurrent.each(names)("%s", async (name) => {
    const { killedBy, alsoBad, breaks } = await tryClientFault(name);
    expect(killedBy, `no case failed on ${breaks}; these went badly: ${alsoBad.join(", ") || "none"}`).not.toEqual([]);
  });
});
