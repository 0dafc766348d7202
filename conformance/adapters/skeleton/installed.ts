/** What is installed of a library. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** @returns the version of a package, also of one that keeps its package.json to itself. */
export function installedVersion(name: string): string {
  const files = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name, "package.json"));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${name} is not installed: npm install ${name}`);
  return JSON.parse(readFileSync(file, "utf8")).version;
}
