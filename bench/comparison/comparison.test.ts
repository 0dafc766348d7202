import { expect, it } from "vitest";
import { coreWebSocket } from "../peers/dialects/core.ts";
import type { Peer } from "../peers/peers.ts";
import type { Dialect } from "../target/dialect.ts";
import { compare, type Measure } from "./comparison.ts";
import { type Column, renderComparison } from "./comparison-table.ts";

const peer = (name: string, missing?: string): Peer => ({
  dialect: { ...coreWebSocket, name },
  missing: () => missing,
});

/** Figures of each server by round; what is no number is thrown. */
function scripted(script: { [name: string]: (number | string)[] }): Measure<unknown> {
  const left = structuredClone(script);
  return async ({ name }: Dialect) => {
    const next = left[name]?.shift();
    if (typeof next !== "number") throw new Error(next);
    return { figures: { deliveriesPerSecond: next } };
  };
}

it("goes forwards and backwards by turns, each with the same load", async () => {
  const order: string[] = [];
  const load = { window: 64 };

  await compare([peer("a"), peer("b"), peer("c")], load, 3, async ({ name }, given) => {
    expect(given).toBe(load);
    order.push(name);
    return {};
  });

  expect(order.join("")).toBe("abccbaabc");
});

it("takes the median of the ratios of each round, not the ratio of medians", async () => {
  const measure = scripted({ slow: [10, 100, 1_000], quick: [50, 200, 4_000] });

  const [slow, quick] = await compare([peer("slow"), peer("quick")], {}, 3, measure);

  expect(slow?.ratios.deliveriesPerSecond).toEqual({ median: 1, min: 1, max: 1 });
  expect(quick?.figures.deliveriesPerSecond).toEqual({ median: 200, min: 50, max: 4_000 });
  expect(quick?.ratios.deliveriesPerSecond).toEqual({ median: 4, min: 2, max: 5 });
});

it("goes on without a server that is missing something, that fails, or that has no figures", async () => {
  const lines: string[] = [];
  const measure = scripted({ first: [10, "it died", 10], second: [20, 20, 30], third: ["lost 3", "lost 3", "lost 3"] });
  const peers = [peer("first"), peer("second"), peer("third"), peer("absent", "it needs gcc")];

  const compared = await compare(peers, {}, 3, measure, (line) => lines.push(line));

  expect(compared).toMatchObject([
    { name: "first", rounds: 2, troubles: ["it died"], ratios: { deliveriesPerSecond: { median: 1 } } },
    { name: "second", rounds: 3, troubles: [], ratios: { deliveriesPerSecond: { median: 2.5, min: 2, max: 3 } } },
    { name: "third", rounds: 0, troubles: ["lost 3"], figures: {}, ratios: {} },
    { name: "absent", rounds: 0, troubles: ["it needs gcc"], figures: {}, ratios: {} },
  ]);
  expect(lines[0]).toBe("left out: absent: it needs gcc");
  expect(lines).toHaveLength(1 + 3 * 3);
});

it("says why a round has no figures", async () => {
  const [first] = await compare([peer("first")], {}, 1, async () => ({ reason: "2 were lost" }));

  expect(first?.troubles).toEqual(["2 were lost"]);
});

it("writes a table", async () => {
  const columns: Column[] = [
    { figure: "deliveriesPerSecond", heading: "deliveries/s", withRatio: true },
    { figure: "nobody has it", heading: "empty" },
  ];
  const measure = scripted({ first: [1_000, 1_000], second: [2_345_678, 4_000_000] });
  const peers = [peer("first"), peer("second"), peer("absent", "it needs\n gcc")];

  const table = renderComparison(await compare(peers, {}, 2, measure), columns);

  expect(table).toBe(
    [
      "| server | deliveries/s | × |",
      "| --- | ---: | ---: |",
      "| first | 1 000 | 1.00 |",
      "| second | 3 170 000 | 3 170 (2 350 to 4 000) |",
      "",
      "- absent: no figures: it needs gcc",
      "",
    ].join("\n"),
  );
});
