/** The kill matrix as a page: for each rule the faults that break it, and the cases that catch each. */
import { rules } from "../../spec/rules.ts";
import type { Kill } from "./kill-matrix.ts";
import { faults } from "./sham-server/index.ts";

/** @returns the matrix as Markdown, rule by rule in the order of the specification. */
export function renderMatrix(kills: readonly Kill[]): string {
  const alive = kills.filter((kill) => kill.killedBy.length === 0);
  const lines = [
    "# The kill matrix",
    "",
    `\`tidings mutants\` breaks the sham server in ${kills.length} ways, one at a time. ${kills.length - alive.length} are caught by a case`,
    "that fails while it judges the very rule that the fault breaks.",
  ];
  for (const rule of Object.values(rules)) {
    const own = kills.filter((kill) => kill.breaks === rule.id);
    if (own.length === 0) continue;
    lines.push("", `## ${rule.id}`, "", `> ${rule.text}`, "", "| fault | what it does | caught by |", "|---|---|---|");
    for (const { fault, killedBy } of own) {
      const caught = killedBy.length === 0 ? "**nobody**" : killedBy.map((id) => `\`${id}\``).join(", ");
      lines.push(`| \`${fault}\` | ${faults[fault].description.replaceAll("|", "\\|")} | ${caught} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
