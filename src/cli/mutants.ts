/** `tidings mutants`: breaks a server in every way that the self-test knows, and shows which case catches each. */
import { Command } from "commander";
import { CommandFailure } from "./command-failure.ts";
import { integer, text } from "./option-values.ts";

/** Makes the command. It ends with 1 if a fault is caught by nobody. */
export function mutantsCommand(): Command {
  return new Command("mutants")
    .description("break a server in every known way, and show which case catches each")
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

async function mutants({ fault: glob = "*", jobs, markdown, json }: Options): Promise<void> {
  const { tryFaults } = await import("../../conformance/self-test/kill-matrix.ts");
  const { faults } = await import("../../conformance/self-test/sham-server/index.ts");
  const { renderMatrix } = await import("../../conformance/self-test/matrix-report.ts");
  const pattern = new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i");
  const names = (Object.keys(faults) as (keyof typeof faults)[]).filter(
    (name) => pattern.test(name) || pattern.test(faults[name].breaks),
  );
  if (names.length === 0)
    throw new CommandFailure(`No fault matches "${glob}". \`tidings mutants --json\` names them all.`, 2);
  const kills = await tryFaults(names, jobs, ({ fault, breaks, killedBy }) => {
    if (markdown || json) return;
    const caught = killedBy.length === 0 ? "NOBODY" : killedBy.join(", ");
    console.log(`${killedBy.length === 0 ? "✗" : "✓"} ${breaks.padEnd(9)} ${fault.padEnd(48)} ${caught}`);
  });
  const alive = kills.filter((kill) => kill.killedBy.length === 0).length;
  if (markdown) process.stdout.write(renderMatrix(kills));
  else if (json) console.log(JSON.stringify(kills, null, 2));
  else
    console.log(`\n${kills.length} faults, ${kills.length - alive} caught by a case that judges the rule they break.`);
  if (alive > 0) process.exitCode = 1;
}
