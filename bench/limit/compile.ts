/** The C programs of this folder, compiled where gcc is there. */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";

/** Where the programs are, seen from the root of the repository. */
export const programs = "bench/limit/build";

/**
 * Compiles `bench/limit/NAME.c` to `bench/limit/build/NAME`.
 *
 * @returns why there is no program, in words; undefined where there is one
 */
export function compile(name: "fan-out" | "generator"): string | undefined {
  mkdirSync(programs, { recursive: true });
  const program = `${programs}/${name}`;
  // Put in its place at once when it is whole: somebody else may be compiling it, or running it.
  const unfinished = `${program}.${process.pid}`;
  const options = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", unfinished, `bench/limit/${name}.c`];
  const { status, error, stderr } = spawnSync("gcc", options, { encoding: "utf8" });
  if (error) return `it needs gcc: ${error.message}`;
  if (status !== 0) return `gcc does not compile ${name}.c: ${stderr.trim()}`;
  renameSync(unfinished, program);
  return undefined;
}
