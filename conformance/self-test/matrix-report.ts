/** The kill matrix as a page: for each rule the faults that break it, and the cases that catch each. */
import { type Role, rules } from "../../spec/rules.ts";
import type { Kill } from "./kill-matrix.ts";

/**
 * @param sham - what was broken: a server, or a client.
 * @param faults - what each fault does, by its name.
 * @returns the matrix as Markdown, rule by rule in the order of the specification.
 */
export function renderMatrix(
  sham: Role,
  kills: readonly Kill[],
  faults: { readonly [name: string]: { readonly description: string } },
): string {
  const alive = kills.filter((kill) => kill.killedBy.length === 0);
  const lines = [
    `# The kill matrix of ${sham}s`,
    "",
    `\`tidings mutants ${sham}\` breaks the sham ${sham} in ${kills.length} ways, one at a time. ${kills.length - alive.length} are caught by a case`,
    "that fails while it judges the very rule that the fault breaks.",
  ];
  for (const rule of Object.values(rules)) {
    const own = kills.filter((kill) => kill.breaks === rule.id);
    if (own.length === 0) continue;
    lines.push("", `## ${rule.id}`, "", `> ${rule.text}`, "", "| fault | what it does | caught by |", "|---|---|---|");
    for (const { fault, killedBy } of own) {
      const caught = killedBy.length === 0 ? "**nobody**" : killedBy.map((id) => `\`${id}\``).join(", ");
      lines.push(`| \`${fault}\` | ${(faults[fault]?.description ?? "").replaceAll("|", "\\|")} | ${caught} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
