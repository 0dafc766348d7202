/**
 * The kit against the whole zoo, or the members that are named: `npm run zoo [NAME…]`. The results are kept in `zoo-results`;
 * what they say of clients, where all of them were judged, in `docs/client-matrix.md`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MatrixColumn, renderClientMatrix } from "../reports/client-matrix.ts";
import type { Result } from "../result.ts";
import { judgeClient, missingForClient, type ZooClient, zooClients } from "./zoo-clients.ts";
import { deviations, judge, missingFor, root } from "./zoo-judge.ts";
import { type ZooMember, zooMembers } from "./zoo-members.ts";

const folder = join(root, "conformance/self-test/zoo-results");
const named = process.argv.slice(2);
const names = [...zooMembers, ...zooClients].map(({ name }) => name);
const unknown = named.filter((name) => !names.includes(name));
const isNamed = ({ name }: { name: string }) => named.length === 0 || named.includes(name);
const width = Math.max(...names.map((name) => name.length));

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

/** Clients are there to be known, not to conform: what each breaks is no failure of the zoo. */
async function reportClient(client: ZooClient): Promise<MatrixColumn | undefined> {
  const name = client.name.padEnd(width);
  const missing = missingForClient(client);
  if (missing !== undefined) {
    console.log(`- ${name}  left out: it needs ${missing}`);
    return undefined;
  }
  const { result } = await judgeClient(client);
  // The command finds out again what went over the wire: too much to keep.
  const cases = result.cases.map(({ transcript: _, ...one }) => one);
  keep(client.name, { ...result, cases });
  const broken = result.rules.filter(({ status }) => status === "fail").map(({ id }) => id);
  const seconds = (result.durationMs / 1_000).toFixed(1);
  console.log(
    `· ${name}  ${result.verdict} (${client.profiles.join(", ")})  breaks ${broken.join(" ") || "nothing"}  ${seconds} s`,
  );
  return { result, about: client.about, command: `npm run zoo ${client.name}` };
}

function writeMatrix(columns: readonly MatrixColumn[]): void {
  const head = [
    "# What clients do",
    "",
    "`npm run zoo` writes this page: what the kit says of clients that many use. One that is a WebSocket and nothing more does not",
    "claim to beat, to queue or to connect again: for those the table says what is left to whoever builds on them.",
    "",
    "",
  ];
  writeFileSync(join(root, "docs/client-matrix.md"), head.join("\n") + renderClientMatrix(columns));
}

if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")} in the zoo: ${names.join(", ")}.`);
  process.exit(2);
}
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
mkdirSync(folder, { recursive: true });
let asExpected = true;
for (const member of zooMembers.filter(isNamed)) asExpected = (await report(member)) && asExpected;
const columns: MatrixColumn[] = [];
for (const client of zooClients.filter(isNamed)) {
  const column = await reportClient(client);
  if (column !== undefined) columns.push(column);
}
if (columns.length === zooClients.length) writeMatrix(columns);
process.exitCode = asExpected ? 0 : 1;
