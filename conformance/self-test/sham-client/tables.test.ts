import { describe, expect, it } from "vitest";
import { rules } from "../../../spec/index.ts";
import { type FaultName, faults, nullAdapters, oddities } from "./index.ts";
import { profiles } from "./plain-steps/adapter.ts";
import { makeShamClient } from "./sham-client.ts";

describe("the tables of the sham client", () => {
  it("have no name twice", () => {
    const names = [faults, oddities, nullAdapters].flatMap((table) => Object.keys(table));
    expect(names.length).toBe(new Set(names).size);
  });

  it.each(Object.entries(faults))("the fault %s breaks a rule that it claims", (_, { breaks, claims }) => {
    expect(rules[breaks].role).toBe("client");
    expect(claims ?? profiles).toContain(rules[breaks].profile);
  });

  it.each(Object.keys(faults) as FaultName[])("with the fault %s it says hello", (fault) => {
    const lines: string[] = [];
    const room = makeShamClient({ fault }, { output: (text) => void lines.push(text), exit: () => {} });
    room.steps.onLine('{"id":1,"cmd":"hello"}');
    expect(JSON.parse(lines.join(""))).toMatchObject({ id: 1, ok: true, name: "sham client" });
  });

  it.each(Object.entries(oddities))("the oddity %s claims profiles of clients", (_, { claims = [] }) => {
    for (const profile of claims) expect(profiles).toContain(profile);
  });
});
