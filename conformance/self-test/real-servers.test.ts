/** The kit against servers that nobody made for it. `npm test` builds the reference and installs the others first. */
import { describe, expect, it } from "vitest";
import { profiles } from "../profiles.ts";
import { deviations, judge, missingFor } from "./zoo-judge.ts";
import { EVENTS, ROOT, zooMembers } from "./zoo-members.ts";

// To judge is mostly to wait.
describe.concurrent("a real server", () => {
  for (const member of zooMembers) {
    const missing = missingFor(member);
    const leftOut = missing !== undefined && !process.env.CI;
    if (leftOut) console.warn(`Left out: ${member.name}, which needs ${missing}.`);

    it.skipIf(leftOut)(`${member.name} conforms to ${member.profiles.join(" and ")}`, async () => {
      expect(missing, "In CI all that members need has to be installed.").toBeUndefined();
      const outcome = await judge(member);

      expect(deviations(member, outcome)).toEqual([]);
      expect(outcome).toMatchObject({ exitStatus: 0, result: { verdict: "conforms" } });
    });
  }

  // It takes binary messages for text, so that a binary null is as deadly to it as a text.
  it("does not conform without a check for null, as text and as binary, and for no other reason", async () => {
    const outcome = await judge({
      name: "plain-ws without a null check",
      command: "node bench/peers/plain-ws.mjs {port} --no-null-check",
      addresses: { ws: ROOT },
      profiles: ["core-ws"],
    });
    const bad = outcome.result.cases.filter(({ status }) => status !== "pass");

    expect(outcome).toMatchObject({ exitStatus: 1, result: { verdict: "fails" } });
    expect(bad.map(({ id, status, judged }) => [id, status, judged])).toEqual([
      ["non-objects/null", "fail", "CORE-S6a"],
      ["binary/json", "fail", "CORE-S6b"],
    ]);
    const rules = outcome.result.rules.filter(({ status }) => status !== "pass");
    expect(rules.map(({ id, status }) => [id, status])).toEqual([
      ["CORE-S6a", "fail"],
      ["CORE-S6b", "fail"],
    ]);
  });

  it("that is the reference conforms to every profile", async () => {
    const reference = {
      name: "the reference",
      command: "node dist/src/cli/main.js serve --port {port}",
      addresses: { ws: ROOT, sse: EVENTS, publish: EVENTS },
      profiles: profiles("server"),
    };
    const outcome = await judge(reference);

    expect(deviations(reference, outcome)).toEqual([]);
    expect(outcome).toMatchObject({ exitStatus: 0, result: { verdict: "conforms" } });
  });
});
