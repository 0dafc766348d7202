/** `tidings bench compare`: two results side by side. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { CommandFailure } from "./command-failure.ts";

/** Makes the command. What can't be read, or can't be compared, is wrong usage. */
export function benchCompareCommand(): Command {
  return new Command("compare")
    .description("say how many times as much B is, of two results that were written by --report json=FILE")
    .argument("<A.json>", "the one to compare with")
    .argument("<B.json>", "the one that is compared")
    .action(compareFiles);
}

async function compareFiles(fileA: string, fileB: string): Promise<void> {
  const { Incomparable, renderComparison } = await import("../../bench/reports/compare.ts");
  const { parseResult } = await import("../../bench/result.ts");
  const read = (file: string) => {
    try {
      return parseResult(readFileSync(file, "utf8"));
    } catch (error) {
      throw new CommandFailure(`${file} can't be compared: ${(error as Error).message}`, 2);
    }
  };
  const [a, b] = [read(fileA), read(fileB)];
  try {
    console.log(renderComparison(a, b));
  } catch (error) {
    if (!(error instanceof Incomparable)) throw error;
    throw new CommandFailure(`${fileA} and ${fileB} can't be compared: ${error.message}`, 2);
  }
}
