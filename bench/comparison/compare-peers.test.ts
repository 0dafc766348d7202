import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { coreWebSocket } from "../peers/dialects/core.ts";
import { type ComparedTable, type ComparisonPlan, comparePeers } from "./compare-peers.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compare-peers-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const table: ComparedTable = {
  title: "Two servers",
  peers: ["one", "other"].map((name) => ({ dialect: { ...coreWebSocket, name }, missing: () => undefined })),
  load: { kind: "closed loop", subscribers: 10, window: 4, messageBytes: 100 },
};

const plan = (text: string, rest: Partial<ComparisonPlan> = {}): ComparisonPlan => {
  const file = join(folder, "benchmarks.md");
  writeFileSync(file, text);
  const measure = async () => ({ figures: { deliveriesPerSecond: 1_000 } });
  return { tables: [table], rounds: 2, measure, environment: "a machine", file, ...rest };
};

it("replaces what is between the marks, as often as it is run, and nothing else", async () => {
  const ready = plan("# Title\n\n<!-- tables -->\nold\n<!-- end of tables -->\n\nThe rest.\n");

  await comparePeers(ready);
  const once = readFileSync(ready.file, "utf8");
  await comparePeers(ready);

  expect(readFileSync(ready.file, "utf8")).toBe(once);
  expect(once).toMatch(/^# Title\n\n<!-- tables -->\n\n### Two servers\n/);
  expect(once).toContain(
    "### Two servers\n\n10 subscribers, messages of 100 bytes, 4 on their way at any time.\n\n| server |",
  );
  expect(once).toContain("| other | 1 000 | 1.00 |\n\n<small>Medians of 2 rounds;");
  expect(once).toMatch(/ a machine\.<\/small>\n\n<!-- end of tables -->\n\nThe rest\.\n$/);
  expect(once).not.toContain("old");
});

it("keeps what was measured when a later table fails", async () => {
  const broken = { ...table, title: "Broken" };
  Object.defineProperty(broken, "peers", {
    get: () => {
      throw new Error("no peers");
    },
  });
  const ready = plan("<!-- tables -->\n<!-- end of tables -->\n", { tables: [table, broken] });

  await expect(comparePeers(ready)).rejects.toThrow("no peers");

  expect(readFileSync(ready.file, "utf8")).toContain("### Two servers");
});

it("keeps the tables that were not asked for, in the order of all", async () => {
  const title = "SSE, capacity";
  const ready = plan(`<!-- tables -->\n\n### ${title}\n\nolder\n\n<!-- end of tables -->\n`);

  await comparePeers({
    ...ready,
    tables: [
      { ...table, title: "SSE, idle" },
      { ...table, title: "WebSocket" },
    ],
  });

  const text = readFileSync(ready.file, "utf8");
  expect(text.match(/^### .*$/gm)).toEqual(["### WebSocket", `### ${title}`, "### SSE, idle"]);
  expect(text).toContain(`### ${title}\n\nolder\n`);
});

it("measures nothing where there is no place for tables", async () => {
  let measured = 0;
  const measure = async () => {
    measured++;
    return {};
  };

  await expect(comparePeers(plan("# Title\n", { measure }))).rejects.toThrow(/no lines "<!-- tables -->"/);

  expect(measured).toBe(0);
});

it.each([
  ["closed loop", table.load],
  [
    "capacity",
    { kind: "capacity", subscribers: 10, messageBytes: 100, objective: { percentile: 99, withinMs: 50 } } as const,
  ],
])("marks a server that the load generator could not load enough: %s", async (_, load) => {
  const ready = plan("<!-- tables -->\n<!-- end of tables -->\n", {
    tables: [{ ...table, load }],
    measure: async ({ name }) => ({
      figures: {
        ...{ messagesPerSecond: 100, deliveriesPerSecond: 1_000, generatorCpuPercent: 97 },
        serverCpuPercent: name === "one" ? 98 : 60,
      },
    }),
  });

  await comparePeers(ready);

  const text = readFileSync(ready.file, "utf8");
  expect(text).toMatch(/^\| one \|.* 1 000 \|.* 98\.0 \| 97\.0 \|$/m);
  expect(text).toMatch(/^\| other \|.* 1 000\\\* \|.* 60\.0 \| 97\.0 \|$/m);
  expect(text).toMatch(/^\\\* The load generator was at its limit, and the server was not/m);
});

it("has no asterisk, and no line about it, where it is not known that the generator was in the way", async () => {
  const figures = { deliveriesPerSecond: 1_000, generatorCpuPercent: 97 };
  const ready = plan("<!-- tables -->\n<!-- end of tables -->\n", { measure: async () => ({ figures }) });

  await comparePeers(ready);

  expect(readFileSync(ready.file, "utf8")).not.toContain("\\*");
});
