/** The C programs of this folder, compiled where gcc is there. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where the programs are, seen from the root of the repository. */
export const programs = "bench/limit/build";
const sources = "bench/limit";

/**
 * Compiles `bench/limit/NAME.c` to `bench/limit/build/NAME`, if that is not there yet or older than the sources.
 *
 * @returns why there is no program, in words; undefined where there is one
 */
export function compile(name: "fan-out" | "generator"): string | undefined {
  const program = `${programs}/${name}`;
  if (isUpToDate(program)) return undefined;
  mkdirSync(programs, { recursive: true });
  // Put in its place at once when it is whole: somebody else may be compiling it, or running it.
  const unfinished = `${program}.${process.pid}`;
  const options = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", unfinished, `${sources}/${name}.c`];
  const { status, error, stderr } = spawnSync("gcc", options, { encoding: "utf8" });
  if (error) return `it needs gcc: ${error.message}`;
  if (status !== 0) return `gcc does not compile ${name}.c: ${stderr.trim()}`;
  renameSync(unfinished, program);
  return undefined;
}

function isUpToDate(program: string): boolean {
  const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(sources)
    .filter((name) => /\.[ch]$/.test(name))
    .every((name) => statSync(join(sources, name)).mtimeMs < built);
}
