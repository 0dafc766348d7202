import { describe, expect, it } from "vitest";
import { profileOf, type ServerCase, serverCase } from "./case.ts";
import { serverCases } from "./cases/index.ts";
import { profiles } from "./profiles.ts";
import { checkProfiles, needsOf, type Selection, select } from "./selection.ts";
import { UsageError } from "./usage-error.ts";

const run = async () => {};
const cases: readonly ServerCase[] = [
  serverCase({ id: "opening/first", title: "", covers: ["CORE-S1a"], lane: "gate", run }),
  serverCase({ id: "opening/second", title: "", covers: ["CORE-S1b"], lane: "gate", needs: ["opening/first"], run }),
  serverCase({ id: "topic/one", title: "", covers: ["CORE-S2a"], run }),
  serverCase({ id: "topic/two", title: "", covers: ["CORE-S2a", "CORE-S2b"], needs: ["opening/second"], run }),
  serverCase({ id: "topic.x/free", title: "", covers: ["CORE-S8"], needs: [], run }),
];
const ids = (selection: Selection) =>
  select(cases, ["core-ws"], selection, (one) => needsOf(one, cases)).map(({ id }) => id);
const gatesOf = (one: ServerCase) => needsOf(one, serverCases);
const gates = ["opening/first", "opening/second"];

describe("selects", () => {
  it("all cases of the profiles claimed, in their order", () => {
    expect(ids({})).toEqual(cases.map(({ id }) => id));
    expect(select(cases, [], {}, () => [])).toEqual([]);
  });

  it("a case with all gates, where it does not say what it needs", () => {
    expect(ids({ run: ["topic/one"] })).toEqual([...gates, "topic/one"]);
  });

  it("what a case needs, and what that needs", () => {
    expect(ids({ run: ["topic/two"] })).toEqual([...gates, "topic/two"]);
    expect(ids({ run: ["topic.x/free"] })).toEqual(["topic.x/free"]);
    expect(ids({ run: ["opening/second"] })).toEqual(gates);
  });

  it.each([
    ["a glob", "topic/*", [...gates, "topic/one", "topic/two"]],
    ["a rule", "CORE-S2b", [...gates, "topic/two"]],
    ["a rule with all its parts", "CORE-S2", [...gates, "topic/one", "topic/two"]],
    ["any case of letters", "core-s8", ["topic.x/free"]],
    ["everything", "*", cases.map(({ id }) => id)],
  ])("by %s", (_, glob, expected) => {
    expect(ids({ run: [glob] })).toEqual(expected);
  });

  it("takes a full stop as it is", () => {
    expect(ids({ run: ["topic.x/*"] })).toEqual(["topic.x/free"]);
    expect(() => ids({ run: ["topic.one"] })).toThrow(UsageError);
  });

  it("what several globs match, without what is to be skipped", () => {
    expect(ids({ run: ["topic/*", "CORE-S8"], skip: ["topic/one"] })).toEqual([...gates, "topic/two", "topic.x/free"]);
    expect(ids({ skip: ["CORE-S2*"] })).toEqual([...gates, "topic.x/free"]);
  });

  it("a gate that is needed, even if it is to be skipped", () => {
    expect(ids({ run: ["topic/one"], skip: ["opening/*"] })).toEqual([...gates, "topic/one"]);
  });

  it("nothing, where everything is skipped", () => {
    expect(ids({ skip: ["*"] })).toEqual([]);
  });
});

describe("wrong usage", () => {
  it.each(["run", "skip"] as const)("a glob of %s that matches nothing says which, and what to do", (option) => {
    expect(() => ids({ [option]: ["topic/*", "topc/*"] })).toThrow(UsageError);
    expect(() => ids({ [option]: ["topic/*", "topc/*"] })).toThrow(/"topc\/\*".*tidings list cases/);
  });

  it("a profile that does not exist says which exist", () => {
    expect(checkProfiles(["core-ws"], "server")).toEqual(["core-ws"]);
    expect(() => checkProfiles(["core-ws", "core-wx"], "server")).toThrow(UsageError);
    expect(() => checkProfiles(["core-wx"], "server")).toThrow(/"core-wx" for a server.*core-ws/);
  });
});

describe("the real cases", () => {
  it("need gates only, which come before them", () => {
    for (const [index, definition] of serverCases.entries()) {
      for (const need of needsOf(definition, serverCases)) {
        const gate = serverCases.findIndex(({ id }) => id === need);
        expect(serverCases[gate]?.lane, `${definition.id} needs ${need}`).toBe("gate");
        if (definition.lane === "gate") expect(gate).toBeLessThan(index);
      }
    }
  });

  it("run alone with their gates", () => {
    for (const definition of serverCases) {
      const selected = select(serverCases, profiles("server"), { run: [definition.id] }, gatesOf).map(({ id }) => id);
      expect(selected).toContain(definition.id);
      expect(selected).toEqual(expect.arrayContaining([...needsOf(definition, serverCases)]));
    }
  });

  it("of a profile that is claimed alone need nothing of those that are not", () => {
    const definition = serverCases.find((one) => profileOf(one) === "publish" && one.needs === undefined);
    const selected = select(serverCases, ["publish"], { run: [definition?.id ?? ""] }, gatesOf);
    expect(selected.length).toBeGreaterThan(1);
    expect(new Set(selected.map(profileOf))).toEqual(new Set(["publish"]));
  });
});
