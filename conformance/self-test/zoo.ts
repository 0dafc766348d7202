/** The kit against the whole zoo, or the members that are named: `npm run zoo`. The results are kept in `zoo-results`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../result.ts";
import { deviations, judge, missingFor, root } from "./zoo-judge.ts";
import { type ZooMember, zooMembers } from "./zoo-members.ts";

const folder = join(root, "conformance/self-test/zoo-results");
const named = process.argv.slice(2);
const unknown = named.filter((name) => !zooMembers.some((member) => member.name === name));
const members = zooMembers.filter(({ name }) => named.length === 0 || named.includes(name));
const width = Math.max(...zooMembers.map(({ name }) => name.length));

/** Without what is only true of the machine it ran on. */
function keep(name: string, result: Result): void {
  const environment = { ...result.environment, platform: process.platform };
  const text = JSON.stringify({ ...result, environment }, null, 2).replaceAll(root, ".");
  writeFileSync(join(folder, `${name}.json`), `${text}\n`);
}

async function report(member: ZooMember): Promise<boolean> {
  const name = member.name.padEnd(width);
  const missing = missingFor(member);
  if (missing !== undefined) {
    console.log(`- ${name}  left out: it needs ${missing}`);
    return true;
  }
  const outcome = await judge(member);
  const { result } = outcome;
  keep(member.name, result);
  const differs = deviations(member, outcome);
  const counts = Object.entries(result.counts).map(([status, count]) => `${count} ${status}`);
  const profiles = member.profiles.join(", ");
  const seconds = (result.durationMs / 1_000).toFixed(1);
  const sign = differs.length === 0 ? "✓" : "✗";
  console.log(`${sign} ${name}  ${result.verdict} (${profiles})  ${counts.join(", ")}  ${seconds} s`);
  for (const line of differs) console.log(`    ${line}`);
  return differs.length === 0;
}

if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")} in the zoo: ${zooMembers.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
mkdirSync(folder, { recursive: true });
let asExpected = true;
for (const member of members) asExpected = (await report(member)) && asExpected;
process.exitCode = asExpected ? 0 : 1;
