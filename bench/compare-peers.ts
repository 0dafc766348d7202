/** The comparison of `docs/benchmarks.md`: what is loaded how, and the tables that come of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { compare, type Measure } from "./peers/comparison.ts";
import { fanOutColumns, renderComparison } from "./peers/comparison-table.ts";
import { compressedPeers, eventStreamPeers, type Peer, webSocketPeers } from "./peers/peers.ts";

/** A closed loop. */
export interface ComparedLoad {
  /** Connections that only listen. */
  readonly subscribers: number;
  /** How many messages are on their way at any time. */
  readonly window: number;
  /** Size of a message in bytes. */
  readonly messageBytes: number;
}

/** One table: servers under one load. */
export interface ComparedTable {
  readonly title: string;
  readonly peers: readonly Peer[];
  readonly load: ComparedLoad;
}

const usual: ComparedLoad = { subscribers: 1_000, window: 64, messageBytes: 100 };

/** All tables, in the order in which they are measured and shown. */
export const comparedTables: readonly ComparedTable[] = [
  { title: "WebSocket", peers: webSocketPeers, load: usual },
  { title: "WebSocket, few subscribers", peers: webSocketPeers, load: { ...usual, subscribers: 100 } },
  { title: "WebSocket, many subscribers", peers: webSocketPeers, load: { ...usual, subscribers: 5_000 } },
  { title: "WebSocket, longer messages", peers: webSocketPeers, load: { ...usual, messageBytes: 1_024 } },
  { title: "WebSocket, one message at a time", peers: webSocketPeers, load: { ...usual, window: 1 } },
  { title: "SSE", peers: eventStreamPeers, load: usual },
  { title: "WebSocket with deflate", peers: compressedPeers, load: { ...usual, messageBytes: 1_024 } },
];

/** What to measure, and where to write what came of it. */
export interface ComparisonPlan {
  readonly tables: readonly ComparedTable[];
  /** Rounds of each table; at least 5 for figures to publish. */
  readonly rounds: number;
  /** Measures one round of one server. */
  readonly measure: Measure<ComparedLoad>;
  /** Where it was measured, in a line. */
  readonly environment: string;
  /** A Markdown file with a line `<!-- tables -->` and, below, a line `<!-- end of tables -->`: what is between them is replaced. */
  readonly file: string;
  /** Is told what is being done. */
  readonly say?: (line: string) => void;
}

/**
 * Measures all tables and writes them to the file, after each table anew: what was measured is kept if a later one fails.
 *
 * @throws Error if the file has no place for them, before anything is measured
 */
export async function comparePeers(plan: ComparisonPlan): Promise<void> {
  const { tables, rounds, measure, environment, file, say = () => {} } = plan;
  replaceTables(readFileSync(file, "utf8"), "", file);
  const sections = [`Measured with ${environment}. Medians of ${rounds} rounds; in brackets the least and the most.\n`];
  for (const { title, peers, load } of tables) {
    say(`${title}: ${describe(load)}`);
    const compared = await compare(peers, load, rounds, measure, say);
    sections.push(`### ${title}\n\n${describe(load)}\n\n${renderComparison(compared, fanOutColumns)}`);
    writeFileSync(file, replaceTables(readFileSync(file, "utf8"), sections.join("\n"), file));
  }
}

function describe({ subscribers, window, messageBytes }: ComparedLoad): string {
  return `${subscribers} subscribers, messages of ${messageBytes} bytes, ${window} on their way at any time.`;
}

function replaceTables(text: string, tables: string, file: string): string {
  const [before, rest] = text.split("<!-- tables -->\n");
  const after = rest?.split("<!-- end of tables -->\n")[1];
  if (before === undefined || after === undefined) {
    throw new Error(`${file} has no lines "<!-- tables -->" and "<!-- end of tables -->" for tables to stand between.`);
  }
  return `${before}<!-- tables -->\n\n${tables}\n<!-- end of tables -->\n${after}`;
}
