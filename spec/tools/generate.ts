/** Writes the generated files of the spec; with `--check`, only says which are stale and exits with 1. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { renderGeneratedFiles, specFolder } from "./generated-files.ts";

const check = process.argv.includes("--check");
mkdirSync(new URL("generated/", specFolder), { recursive: true });
for (const [path, content] of renderGeneratedFiles()) {
  const file = new URL(path, specFolder);
  const stale = !existsSync(file) || readFileSync(file, "utf8") !== content;
  if (!stale) continue;
  if (check) {
    console.error(`spec/${path} is stale: run "npm run generate" and commit what it writes.`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, content);
    console.log(`spec/${path} written`);
  }
}
