/** `tidings adapter`: what helps who writes an adapter. */
import { Command } from "commander";
import { CommandFailure } from "./command-failure.ts";

/** Makes the command. `doctor` ends with 1 where something is wrong with the adapter. */
export function adapterCommand(): Command {
  const doctor = new Command("doctor")
    .description("check an adapter itself, before trusting what is judged through it")
    .argument("[command...]", "after --: the command that starts the adapter, and what it is given")
    .action(examine);
  return new Command("adapter").description("help with adapters, which drive clients under test").addCommand(doctor);
}

async function examine([program, ...rest]: string[]): Promise<void> {
  if (program === undefined) {
    throw new CommandFailure("It takes the command that starts the adapter: tidings adapter doctor -- COMMAND", 2);
  }
  const { examineAdapter } = await import("../../conformance/index.ts");
  const diagnoses = await examineAdapter([program, ...rest], ({ check, problem }) => {
    console.log(problem === undefined ? `✓ it ${check}` : `✗ it ${check}\n    ${problem}`);
  });
  const problems = diagnoses.filter(({ problem }) => problem !== undefined).length;
  console.log(problems === 0 ? "\nIt can be trusted." : "\nIt can't be trusted yet: mend it and ask again.");
  if (problems > 0) process.exitCode = 1;
}
