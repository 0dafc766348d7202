/** `npm run bench:peers`: measures all peers and writes the tables of `docs/benchmarks.md`. Rounds are its one argument. */
import { comparedTables, comparePeers } from "./compare-peers.ts";
import { describeEnvironment } from "./environment.ts";
import { measurePeer } from "./measure-peer.ts";
import { renderEnvironment } from "./remarks.ts";

const rounds = Number(process.argv[2] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`error: ${process.argv[2]} is no number of rounds: it takes an integer from 1 on`);
  process.exit(2);
}

await comparePeers({
  tables: comparedTables,
  rounds,
  measure: measurePeer,
  environment: renderEnvironment(describeEnvironment()),
  file: "docs/benchmarks.md",
  say: (line) => console.error(line),
});
