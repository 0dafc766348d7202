/**
 * `npm run bench:peers [-- ROUNDS [TITLE...]]`: measures all peers and writes the tables of `docs/benchmarks.md`, or those
 * alone whose titles are given.
 */

import { describeEnvironment } from "../environment.ts";
import { renderEnvironment } from "../reports/remarks.ts";
import { comparedTables, comparePeers } from "./compare-peers.ts";
import { measurePeer } from "./measure-peer.ts";

const [, , count = "5", ...titles] = process.argv;
const rounds = Number(count);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`error: ${count} is no number of rounds: it takes an integer from 1 on`);
  process.exit(2);
}
const unknown = titles.find((title) => !comparedTables.some((table) => table.title === title));
if (unknown !== undefined) {
  console.error(
    `error: there is no table "${unknown}"; there are ${comparedTables.map(({ title }) => `"${title}"`).join(", ")}`,
  );
  process.exit(2);
}

await comparePeers({
  tables: titles.length === 0 ? comparedTables : comparedTables.filter(({ title }) => titles.includes(title)),
  rounds,
  measure: measurePeer,
  environment: renderEnvironment(describeEnvironment()),
  file: "docs/benchmarks.md",
  say: (line) => console.error(line),
});
