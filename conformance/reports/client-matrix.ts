/** Many clients side by side: a table of rules and clients, as Markdown. */
import { rules } from "../../spec/rules.ts";
import type { Result } from "../result.ts";
import type { RuleStatus } from "../verdict.ts";

/** One column: a client, and the command that finds out the same again. */
export interface MatrixColumn {
  result: Result;
  about: string;
  command: string;
}

const SIGNS: { [status in RuleStatus]?: string } = {
  pass: "✓",
  fail: "✗",
  warn: "!",
  untestable: "∅",
  "not-applicable": "·",
  inconclusive: "?",
};

/** @returns a page with one table for each profile, and the command for each client. */
export function renderClientMatrix(columns: readonly MatrixColumn[]): string {
  const profiles = [...new Set(columns.flatMap(({ result }) => result.rules.map((rule) => rule.profile)))];
  const lines = [
    "| client | what it is | what finds it out |",
    "|---|---|---|",
    ...columns.map(({ result, about, command }) => {
      const { name, version } = result.subject;
      return `| ${name}${version === undefined ? "" : ` ${version}`} | ${about} | \`${command}\` |`;
    }),
    "",
    "✓ kept · ✗ broken · ! a SHOULD that is left aside · ∅ could not be judged, since something before it failed · `·` does not",
    "apply: its options don't show it, or its platform hides it",
  ];
  for (const profile of profiles) {
    const own = columns.filter(({ result }) => result.rules.some((rule) => rule.profile === profile));
    const ids = Object.values(rules).filter(
      (rule) => rule.role === "client" && rule.profile === profile && !rule.notJudged,
    );
    lines.push("", `## ${profile}`, "", `| rule | | ${own.map(({ result }) => result.subject.name).join(" | ")} |`);
    lines.push(`|---|---|${own.map(() => ":-:|").join("")}`);
    for (const { id, text } of ids) {
      const signs = own.map(
        ({ result }) => SIGNS[result.rules.find((rule) => rule.id === id)?.status ?? "untested"] ?? "",
      );
      lines.push(`| ${id} | ${short(text)} | ${signs.join(" | ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function short(text: string): string {
  const words = text.replace(/^A client /, "").replaceAll("|", "\\|");
  return words.length <= 90 ? words : `${words.slice(0, 88).replace(/\s+\S*$/, "")} …`;
}
