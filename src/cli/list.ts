/** `tidings list`: what the specification asks, and what the kit judges. */
import { Argument, Command } from "commander";
import { type Role, rules } from "../../spec/index.ts";

const KINDS = ["rules", "cases", "profiles"] as const;
const ROLES: readonly Role[] = ["server", "client"];

/** Makes the command. */
export function listCommand(): Command {
  return new Command("list")
    .description("list the rules, the cases or the profiles")
    .addArgument(new Argument("[what]", "what to list").choices(KINDS).default("cases"))
    .option("--json", "as JSON")
    .action(async (what: (typeof KINDS)[number], { json }: { json?: true }) => {
      const { rows, line } = await lists[what]();
      console.log(json ? JSON.stringify(rows, null, 2) : rows.map((row) => line(row as never)).join("\n"));
    });
}

const lists = {
  async rules() {
    return {
      rows: Object.values(rules),
      line: ({ id, level, profile, role, text }: (typeof rules)[keyof typeof rules]) =>
        `${id.padEnd(10)} ${level.padEnd(7)} ${profile} ${role}  ${text}`,
    };
  },
  async cases() {
    const { clientCases, levelOf, profileOf, serverCases } = await import("../../conformance/index.ts");
    const rows = [...serverCases, ...clientCases].map((definition) => ({
      id: definition.id,
      title: definition.title,
      covers: definition.covers,
      level: levelOf(definition),
      profile: profileOf(definition),
      role: rules[definition.covers[0]].role,
    }));
    return {
      rows,
      line: ({ id, covers, title }: (typeof rows)[number]) =>
        `${id.padEnd(32)} ${covers.join(" ").padEnd(20)} ${title}`,
    };
  },
  async profiles() {
    const { clientCases, profileOf, profiles, serverCases } = await import("../../conformance/index.ts");
    const rows = ROLES.flatMap((role) =>
      profiles(role).map((profile) => ({
        id: profile,
        role,
        rules: Object.values(rules).filter((rule) => rule.profile === profile && rule.role === role),
        cases: (role === "server" ? serverCases : clientCases).filter((one) => profileOf(one) === profile),
      })),
    ).map((row) => ({ ...row, rules: row.rules.map(({ id }) => id), cases: row.cases.map(({ id }) => id) }));
    return {
      rows,
      line: (row: (typeof rows)[number]) =>
        `${row.id.padEnd(12)} ${row.role}  ${row.rules.length} rules, ${row.cases.length} cases`,
    };
  },
};
