/** `tidings mutants`: breaks a server, or a client, in every way that the self-test knows, and shows which case catches each. */
import { Argument, Command } from "commander";
import type { Role } from "../../spec/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { integer, text } from "./option-values.ts";

/** Makes the command. It ends with 1 if a fault is caught by nobody. */
export function mutantsCommand(): Command {
  return new Command("mutants")
    .description("break a server, or a client, in every known way, and show which case catches each")
    .addArgument(new Argument("[role]", "what to break").choices(["server", "client"]).default("server"))
    .option("--fault <glob>", "only faults whose name, or the rule that they break, matches", text)
    .option("--jobs <number>", "how many faults are tried at a time", integer(1, 32), 4)
    .option("--markdown", "print the matrix as Markdown")
    .option("--json", "print the matrix as JSON")
    .action(mutants);
}

interface Options {
  fault?: string;
  jobs: number;
  markdown?: true;
  json?: true;
}

async function mutants(role: Role, { fault: glob = "*", jobs, markdown, json }: Options): Promise<void> {
  const { tryClientFault, tryFault, tryFaults } = await import("../../conformance/self-test/kill-matrix.ts");
  const server = await import("../../conformance/self-test/sham-server/index.ts");
  const client = await import("../../conformance/self-test/sham-client/index.ts");
  const { renderMatrix } = await import("../../conformance/self-test/matrix-report.ts");
  const faults = role === "server" ? server.faults : client.faults;
  const tryOne = role === "server" ? tryFault : tryClientFault;
  const pattern = new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i");
  const names = Object.entries(faults)
    .filter(([name, { breaks }]) => pattern.test(name) || pattern.test(breaks))
    .map(([name]) => name);
  if (names.length === 0) {
    throw new CommandFailure(`No fault matches "${glob}". \`tidings mutants ${role} --json\` names them all.`, 2);
  }
  const kills = await tryFaults(names, jobs, tryOne as (name: string) => ReturnType<typeof tryOne>, (kill) => {
    if (markdown || json) return;
    const { fault, breaks, killedBy } = kill;
    const caught = killedBy.length === 0 ? "NOBODY" : killedBy.join(", ");
    console.log(`${killedBy.length === 0 ? "✗" : "✓"} ${breaks.padEnd(9)} ${fault.padEnd(48)} ${caught}`);
  });
  const alive = kills.filter((kill) => kill.killedBy.length === 0).length;
  if (markdown) process.stdout.write(renderMatrix(role, kills, faults));
  else if (json) console.log(JSON.stringify(kills, null, 2));
  else
    console.log(`\n${kills.length} faults, ${kills.length - alive} caught by a case that judges the rule they break.`);
  if (alive > 0) process.exitCode = 1;
}
