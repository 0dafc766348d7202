#!/usr/bin/env node
/** The `tidings` command: puts the commands together, and turns what they throw into one line and an exit status. */
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { adapterCommand } from "./adapter.ts";
import { benchCommand } from "./bench.ts";
import { CommandFailure } from "./command-failure.ts";
import { explainCommand } from "./explain.ts";
import { listCommand } from "./list.ts";
import { mutantsCommand } from "./mutants.ts";
import { serveCommand } from "./serve.ts";
import { testCommand } from "./test.ts";

/** In the order in which the help lists them. */
const commands = [
  serveCommand(),
  testCommand(),
  adapterCommand(),
  listCommand(),
  explainCommand(),
  benchCommand(),
  mutantsCommand(),
];

const { version, description } = createRequire(import.meta.url)("tidings/package.json");

const program = new Command("tidings").description(description).version(version);
for (const command of commands) program.addCommand(command);
throwInsteadOfExit(program);

// A reader that has seen enough (`tidings … | head`) is no reason to fail, let alone to print a stack trace.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitStatusOf(error);
}

/** Makes wrong usage one line on stderr and a throw, in a command and all below it. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  command.configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll(/\p{Cc}+/gu, " ")}\n`) });
  for (const child of command.commands) throwInsteadOfExit(child);
}

/** Says what was thrown, where nobody has said it yet, and tells the exit status for it. */
function exitStatusOf(error: unknown): number {
  // Commander has printed its message, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandFailure) {
    console.error(`error: ${error.message.replaceAll(/\p{Cc}+/gu, " ")}`);
    return error.exitStatus;
  }
  console.error("error: a bug in tidings itself, please report it:", error);
  return 4;
}
