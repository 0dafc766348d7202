/** `tidings list`: what the specification asks, and what the kit judges. */
import { Argument, Command } from "commander";
import { levelOf, profileOf, profiles, serverCases } from "../../conformance/index.ts";
import { type Role, rules } from "../../spec/index.ts";

const ROLES: Role[] = ["server", "client"];

const lists = {
  rules: () => Object.values(rules),
  cases: () =>
    serverCases.map((definition) => ({
      id: definition.id,
      title: definition.title,
      covers: definition.covers,
      level: levelOf(definition),
      profile: profileOf(definition),
      role: "server",
    })),
  profiles: () =>
    ROLES.flatMap((role) =>
      profiles(role).map((profile) => ({
        id: profile,
        role,
        rules: Object.values(rules)
          .filter((rule) => rule.profile === profile && rule.role === role)
          .map((rule) => rule.id),
        cases: serverCases.filter((definition) => profileOf(definition) === profile).map((definition) => definition.id),
      })),
    ),
};

/** Makes the command. */
export function listCommand(): Command {
  return new Command("list")
    .description("list the rules, the cases or the profiles")
    .addArgument(new Argument("[what]", "what to list").choices(Object.keys(lists)).default("cases"))
    .option("--json", "as JSON")
    .action((what: keyof typeof lists, { json }: { json?: true }) => {
      console.log(json ? JSON.stringify(lists[what](), null, 2) : render(what));
    });
}

function render(what: keyof typeof lists): string {
  if (what === "rules")
    return lists
      .rules()
      .map((rule) => `${rule.id.padEnd(10)} ${rule.level.padEnd(7)} ${rule.profile} ${rule.role}  ${rule.text}`)
      .join("\n");
  if (what === "cases")
    return lists
      .cases()
      .map((one) => `${one.id.padEnd(32)} ${one.covers.join(" ").padEnd(20)} ${one.title}`)
      .join("\n");
  return lists
    .profiles()
    .map(
      (profile) =>
        `${profile.id.padEnd(12)} ${profile.role}  ${profile.rules.length} rules, ${profile.cases.length} cases`,
    )
    .join("\n");
}
