/** `tidings explain`: what a rule says and who judges it, or what a case judges and how it is run alone. */
import { Command } from "commander";
import { levelOf, profileOf, type ServerCase, serverCases } from "../../conformance/index.ts";
import { type Rule, type RuleId, rules } from "../../spec/index.ts";
import { CommandFailure } from "./command-failure.ts";

/** Makes the command. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("explain a rule or a case")
    .argument("<id>", "the id of a rule (CORE-S2a, or CORE-S2 for all its parts) or of a case (heartbeat/answered)")
    .action((id: string) => {
      const wanted = id.toLowerCase();
      const found = Object.values(rules).filter((rule) =>
        [rule.id.toLowerCase(), rule.id.toLowerCase().replace(/[a-z]$/, "")].includes(wanted),
      );
      const definition = serverCases.find((candidate) => candidate.id === wanted);
      if (found.length === 0 && definition === undefined) {
        throw new CommandFailure(
          `There is no rule and no case "${id}". \`tidings list rules\` and \`tidings list cases\` list them.`,
          2,
        );
      }
      console.log(
        [...found.map(explainRule), ...(definition === undefined ? [] : [explainCase(definition)])].join("\n\n"),
      );
    });
}

function explainRule(rule: Rule): string {
  const cases = serverCases.filter((definition) => definition.covers.includes(rule.id));
  return [
    `${rule.id}  ${rule.level}, for a ${rule.role}, profile ${rule.profile}`,
    `  ${rule.text}`,
    `  In spec/chapters/${rule.chapter}, "${rule.section}".`,
    cases.length === 0 ? `  Not judged: ${rule.notJudged ?? ""}` : "  Judged by:",
    ...cases.map((definition) => `    ${definition.id.padEnd(30)} ${definition.title}`),
  ].join("\n");
}

function explainCase(definition: ServerCase): string {
  return [
    `${definition.id}  ${levelOf(definition)}, profile ${profileOf(definition)}`,
    `  A conforming server ${definition.title}.`,
    "  Judges:",
    ...definition.covers.map((id: RuleId) => `    ${id}: ${rules[id].text}`),
    "  Alone:",
    `    npx tidings test server --ws URL --run ${definition.id}`,
  ].join("\n");
}
