import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { rules } from "../../spec/rules.ts";
import { type Case, levelOf, profileOf } from "../case.ts";
import { clientCases } from "../cases/client/index.ts";
import { serverCases } from "../cases/index.ts";

const cases: readonly Case[] = [...serverCases, ...clientCases];
const covered = new Set(cases.flatMap((definition) => definition.covers));

it("every rule has a case or a written reason why it has none", () => {
  const neither = Object.values(rules).filter((rule) => !covered.has(rule.id) && !rule.notJudged);
  expect(neither.map((rule) => rule.id)).toEqual([]);
});

it("no rule has both a case and a reason why it has none", () => {
  expect(Object.values(rules).filter((rule) => covered.has(rule.id) && rule.notJudged)).toEqual([]);
});

it.each([
  ["server", serverCases],
  ["client", clientCases],
] as const)("every case for a %s judges rules of one level, one profile and that role", (role, ofRole) => {
  for (const definition of ofRole) {
    for (const id of definition.covers) {
      expect(rules[id].level).toBe(levelOf(definition));
      expect(rules[id].profile).toBe(profileOf(definition));
      expect(rules[id].role).toBe(role);
    }
  }
});

it("no two cases have one id", () => {
  const ids = cases.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

/** All that the files of a folder export that looks like a case. Some also export the inputs that other topics send, too. */
const writtenIn = async (folder: string) => {
  const files = readdirSync(new URL(`../cases/${folder}/`, import.meta.url)).filter((file) => file !== "index.ts");
  const topics = await Promise.all(files.map((file) => import(`../cases/${folder}/${file}`)));
  return topics
    .flatMap((topic): unknown[] => Object.values(topic).flat())
    .filter((one) => typeof one === "object" && one !== null && "run" in one);
};

it("every case that is written is listed", async () => {
  expect(new Set(await writtenIn("server"))).toEqual(new Set(serverCases));
  expect(new Set(await writtenIn("client"))).toEqual(new Set(clientCases));
});

it("the ids of cases are permanent: a change here breaks the baselines and scripts of others", () => {
  expect(cases.map((definition) => `${definition.id} ${definition.covers.join(" ")}`)).toMatchSnapshot();
});
