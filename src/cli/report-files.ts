/** Reports that a command writes to files. */
import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError } from "commander";
import { CommandFailure } from "./command-failure.ts";

/** One report to write. */
export interface ReportFile<Kind extends string> {
  kind: Kind;
  file: string;
}

/** Takes `KIND=FILE`, any number of times. */
export function reportFiles<Kind extends string>(
  kinds: readonly Kind[],
): (value: string, before?: ReportFile<Kind>[]) => ReportFile<Kind>[] {
  return (value, before = []) => {
    const [name = "", ...rest] = value.split("=");
    const kind = kinds.find((each) => each === name);
    const file = rest.join("=");
    if (kind === undefined || file === "") {
      throw new InvalidArgumentError(`It takes KIND=FILE, with a kind of ${kinds.join(", ")}.`);
    }
    if (before.some((other) => other.file === file)) throw new InvalidArgumentError(`Two reports can't share ${file}.`);
    return [...before, { kind, file }];
  };
}

/**
 * Finds out before a run, and without touching what is there.
 *
 * @throws CommandFailure, as wrong usage, if it can't be written
 */
export function mustBeWritable(file: string): void {
  try {
    if (existsSync(file)) {
      if (statSync(file).isDirectory()) throw new Error("it is a folder");
      accessSync(file, constants.W_OK);
    } else accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new CommandFailure(`--report names ${file}, which can't be written: ${(error as Error).message}.`, 2);
  }
}

/** @throws CommandFailure if it could not be written, in spite of {@link mustBeWritable} */
export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandFailure(`the report ${file} could not be written: ${(error as Error).message}`, 4);
  }
}
