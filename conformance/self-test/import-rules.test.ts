import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

const forbidden: readonly (readonly [folder: string, ...modules: string[]])[] = [
  ["spec", "../src/core/message.ts", "../conformance/index.ts", "../bench/benchmark.ts", "tidings", "tidings/server"],
  ["spec", "ws", "node:fs", "node:fs/promises", "commander", "autocannon", "hdr-histogram-js"],
  ["spec/schema", "../../src/index.ts", "node:fs", "ws"],
  ["spec/tools", "../../src/core/message.ts", "../../conformance/index.ts", "ws", "commander", "hdr-histogram-js"],
  ["src/core", "typebox", "typebox/compile", "node:net", "node:fs/promises", "ws", "commander", "autocannon"],
  ["src/core", "../server/hub.ts", "../server/index.ts", "../client/index.ts", "../cli/main.ts", "hdr-histogram-js"],
  ["src/core", "../../conformance/index.ts", "../../bench/benchmark.ts", "../../spec/index.ts", "tidings"],
  ["src/client", "typebox", "typebox/compile", "../server/index.ts", "../../conformance/index.ts", "../cli/main.ts"],
  ["src/client", "../../bench/benchmark.ts", "../../spec/index.ts", "tidings/server", "commander"],
  ["src/server", "../client/index.ts", "../../conformance/index.ts", "../cli/main.ts", "../../bench/benchmark.ts"],
  ["src/server", "tidings", "tidings/spec", "commander", "autocannon", "hdr-histogram-js"],
  ["conformance", "../src/index.ts", "../src/core/message.ts", "./self-test/kill-matrix.ts", "../bench/benchmark.ts"],
  ["conformance", "tidings", "tidings/server", "commander", "autocannon", "hdr-histogram-js"],
  ["conformance", "vitest", "vitest/node", "./bindings/vitest.ts"],
  ["conformance/bindings", "../../src/index.ts", "../self-test/kill-matrix.ts", "tidings", "tidings/conformance"],
  ["conformance/cases/server", "../../../src/core/message.ts", "../../self-test/sham-server/index.ts"],
  ["conformance/runner", "vitest", "../bindings/vitest.ts", "../../src/index.ts"],
  ["conformance/wire", "../../src/server/index.ts", "../self-test/sham-server/frames.ts"],
  ["conformance", "./adapters/ws.ts", "./adapters/skeleton/adapter.ts"],
  ["conformance/runner", "../adapters/skeleton/adapter.ts"],
  ["conformance/bindings", "../adapters/skeleton/adapter.ts"],
  ["conformance/adapters", "../runner/run.ts", "../wire/tcp.ts", "../subjects/server-process.ts", "../../src/index.ts"],
  ["conformance/adapters", "../index.ts", "../../spec/rules.ts", "../../spec/index.ts", "../self-test/kill-matrix.ts"],
  ["conformance/adapters", "../../src/client/index.ts", "tidings", "tidings/server", "tidings/spec", "typebox"],
  ["conformance/adapters", "tidings/conformance", "vitest", "../../bench/benchmark.ts"],
  ["conformance/adapters/browser", "../../runner/run.ts", "../../index.ts", "../../../src/client/index.ts", "tidings"],
  ["conformance/adapters/skeleton", "../../runner/run.ts", "../../adapter/doctor.ts", "../ws.ts", "typebox"],
  ["bench", "../conformance/index.ts", "../src/core/message.ts", "../src/cli/main.ts", "../src/server/http.ts"],
  ["bench", "../src/client/websocket.ts"],
  ["docs/examples", "../../src/index.ts", "../../spec/index.ts", "./other.ts"],
];

const allowed: typeof forbidden = [
  ["spec", "typebox", "./rules.ts", "./schema/messages.ts"],
  ["spec/tools", "typebox", "node:fs", "node:fs/promises", "../rules.ts"],
  ["src/core", "./message.ts", "../../spec/limits.ts", "../../spec/schema/reserved.ts"],
  ["src/client", "../core/message.ts", "../../spec/limits.ts", "ws"],
  ["src/server", "../core/message.ts", "../../spec/index.ts", "node:http", "ws"],
  ["src/cli", "../server/index.ts", "../client/index.ts", "../../conformance/index.ts", "../../bench/benchmark.ts"],
  ["src/cli", "commander", "node:fs", "../../spec/index.ts"],
  ["conformance", "../spec/rules.ts", "typebox", "typebox/compile", "ws", "node:net", "./wire/tcp.ts"],
  ["conformance/bindings", "vitest", "../runner/run.ts", "../../spec/rules.ts"],
  ["conformance/self-test", "../../src/core/message.ts", "./sham-server/index.ts", "../runner/run.ts", "ws"],
  ["conformance/adapters", "./skeleton/adapter.ts", "node:fs", "tidings/client", "ws", "undici"],
  ["conformance/adapters", "reconnecting-websocket", "partysocket", "eventsource", "@microsoft/fetch-event-source"],
  ["conformance/adapters/browser", "../skeleton/adapter.ts", "tidings/client"],
  ["conformance/adapters/skeleton", "./adapter.ts", "../../adapter/protocol.ts", "node:fs"],
  ["bench", "../src/index.ts", "../src/server/index.ts", "../src/client/index.ts", "../spec/rules.ts", "./peer.ts"],
  ["bench", "autocannon", "ws", "hdr-histogram-js"],
  ["docs/examples", "tidings", "tidings/server", "node:fs"],
];

/** One folder and one module each. */
const pairs = (rows: typeof forbidden) => rows.flatMap(([folder, ...modules]) => modules.map((name) => [folder, name]));

const ways = {
  imports: (name: string) => `import { it } from "${name}";\nit();\n`,
  "imports the types of": (name: string) => `import type { It } from "${name}";\nexport const it: It = 1;\n`,
  "exports from": (name: string) => `export { it } from "${name}";\n`,
  "imports later": (name: string) => `export const it = await import("${name}");\n`,
};

/** What the linter says to each file of a folder in which the files of `contents` lie as they would here. */
function lint(contents: ReadonlyMap<string, string>): Set<string> {
  const folder = mkdtempSync(join(tmpdir(), "tidings-imports-"));
  try {
    for (const file of ["biome.json", ".gitignore"]) copyFileSync(join(root, file), join(folder, file));
    for (const [file, text] of contents) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const options = ["--only=style/noRestrictedImports", "--reporter=json", "--max-diagnostics=none"];
    const { stdout, stderr } = spawnSync(process.execPath, [biome, "lint", ...options, "."], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 100_000_000,
    });
    if (!stdout.startsWith("{")) throw new Error(`the linter said: ${stdout}${stderr}`);
    const { summary, diagnostics } = JSON.parse(stdout.split("\n")[0] ?? "");
    // The files, and biome.json itself.
    expect(summary.unchanged).toBeGreaterThanOrEqual(contents.size);
    return new Set(
      diagnostics
        .filter(({ category }: { category: string }) => category === "lint/style/noRestrictedImports")
        .map(({ location }: { location: { path: string } }) => location.path),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the linter", () => {
  const fileOf = (folder = "", name = "", way = "imports") =>
    `${folder}/probe-${`${way} ${name}`.replaceAll(/\W+/g, "-")}.ts`;
  let bitten: ReadonlySet<string>;

  beforeAll(() => {
    const contents = new Map<string, string>();
    for (const [folder = "", name = ""] of [...pairs(forbidden), ...pairs(allowed)]) {
      for (const [way, write] of Object.entries(ways)) contents.set(fileOf(folder, name, way), write(name));
    }
    bitten = lint(contents);
  });

  it.each(pairs(forbidden))("bites where %s imports %s", (folder, name) => {
    const missed = Object.keys(ways).filter((way) => !bitten.has(fileOf(folder, name, way)));
    expect(missed).toEqual([]);
  });

  it.each(pairs(allowed))("lets %s import %s", (folder, name) => {
    const wrong = Object.keys(ways).filter((way) => bitten.has(fileOf(folder, name, way)));
    expect(wrong).toEqual([]);
  });
});

describe("what is built", () => {
  /** All that a built file imports, and what that imports; packages and built-in modules by their names. */
  function closure(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    if (!file.startsWith("/")) return seen;
    const text = readFileSync(file, "utf8");
    for (const [, name = ""] of text.matchAll(/^(?:import|export)\b[^;="']*["']([^"']+)["'];$/gm)) {
      closure(name.startsWith(".") ? resolve(dirname(file), name) : name, seen);
    }
    return seen;
  }

  it("src/core needs no package and nothing of Node at run time", () => {
    const folder = join(root, "dist/src/core");
    const files = readdirSync(folder).filter((file) => file.endsWith(".js"));
    expect(files).toContain("message.js");
    const needed = new Set(files.flatMap((file) => [...closure(join(folder, file))]));

    expect(needed.size).toBeGreaterThanOrEqual(files.length);
    expect([...needed].filter((name) => !name.startsWith("/"))).toEqual([]);
  });

  it("conformance needs nothing of src", () => {
    const needed = [...closure(join(root, "dist/conformance/index.js"))];

    expect(needed).toContain(join(root, "dist/conformance/runner/run.js"));
    expect(needed).toContain("node:net");
    expect(needed).not.toContain("vitest");
    expect(needed.filter((name) => name.startsWith(join(root, "dist/src/")))).toEqual([]);
  });

  it("conformance/adapters needs nothing of the judge, nor the judge of it", () => {
    const folder = join(root, "dist/conformance/adapters");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
    expect(files).toContain("ws.js");
    const needed = new Set(files.flatMap((file) => [...closure(join(folder, file))]));

    expect([...needed].filter((name) => name.startsWith("/") && !name.startsWith(`${folder}/`))).toEqual([]);
    expect([...closure(join(root, "dist/conformance/index.js"))].filter((name) => name.startsWith(folder))).toEqual([]);
  });
});
