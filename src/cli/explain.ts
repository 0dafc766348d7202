/** `tidings explain`: what a rule says and who judges it, or what a case judges and how it is run alone. */
import { Command } from "commander";
import type { Case } from "../../conformance/index.ts";
import { type Rule, rules } from "../../spec/index.ts";
import { CommandFailure } from "./command-failure.ts";

/** Makes the command. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("explain a rule or a case")
    .argument("<id>", "the id of a rule (CORE-S2a, or CORE-S2 for all its parts) or of a case (heartbeat/answered)")
    .action(explain);
}

async function explain(id: string): Promise<void> {
  const { clientCases, serverCases } = await import("../../conformance/index.ts");
  const cases: readonly Case[] = [...serverCases, ...clientCases];
  const wanted = id.toLowerCase();
  const found = Object.values(rules).filter((rule) => {
    const own = rule.id.toLowerCase();
    return own === wanted || own.replace(/[a-z]$/, "") === wanted;
  });
  const definition = cases.find((candidate) => candidate.id === wanted);
  if (found.length === 0 && definition === undefined) {
    const hint = "`tidings list rules` and `tidings list cases` list them";
    throw new CommandFailure(`There is no rule and no case "${id}": ${hint}.`, 2);
  }
  const texts = found.map((rule) => explainRule(rule, cases));
  if (definition !== undefined) texts.push(explainCase(definition));
  console.log(texts.join("\n\n"));
}

function explainRule(rule: Rule, cases: readonly Case[]): string {
  const judging = cases.filter((definition) => definition.covers.includes(rule.id));
  return [
    `${rule.id}  ${rule.level}, for a ${rule.role}, profile ${rule.profile}`,
    `  ${rule.text}`,
    `  In spec/chapters/${rule.chapter}, "${rule.section}".`,
    judging.length === 0 ? `  Not judged: ${rule.notJudged ?? ""}` : "  Judged by:",
    ...judging.map((definition) => `    ${definition.id.padEnd(30)} ${definition.title}`),
  ].join("\n");
}

function explainCase({ id, title, covers }: Case): string {
  const { level, profile, role } = rules[covers[0]];
  return [
    `${id}  ${level}, profile ${profile}`,
    `  A conforming ${role} ${title}.`,
    "  Judges:",
    ...covers.map((rule) => `    ${rule}: ${rules[rule].text}`),
    "  Alone:",
    `    npx tidings test ${role === "server" ? "server --ws URL" : "client"} --run ${id}${role === "server" ? "" : " -- COMMAND"}`,
  ].join("\n");
}
