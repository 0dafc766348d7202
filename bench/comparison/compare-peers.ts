/** The comparison of `docs/benchmarks.md`: what is loaded how, and the tables that come of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { inTheWayOf } from "../fan-out/bottleneck.ts";
import type { Objective } from "../fan-out/capacity.ts";
import { compressedPeers, eventStreamPeers, type Peer, plainPeers, webSocketPeers } from "../peers/peers.ts";
import { compare, type Measure } from "./comparison.ts";
import { type Column, renderComparison } from "./comparison-table.ts";

/** One way to load a server. */
export type ComparedLoad = {
  /** Connections that only listen. */
  readonly subscribers: number;
  /** Size of a message in bytes. */
  readonly messageBytes: number;
} & (
  | {
      /** With the generator of this tool, or with the one in C; or with both in turn, to hold one against the other. */
      readonly kind: "closed loop" | "closed loop in C" | "two generators";
      /** How many messages are on their way at any time. */
      readonly window: number;
    }
  | {
      /** With the generator of this tool, or with the one in C. */
      readonly kind: "open loop" | "open loop in C";
      /** Messages a second. */
      readonly rate: number;
    }
  | { readonly kind: "capacity"; readonly objective: Objective }
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
);

/** One table: servers under one load. */
export interface ComparedTable {
  readonly title: string;
  readonly peers: readonly Peer[];
  readonly load: ComparedLoad;
}

const usual = { kind: "closed loop", subscribers: 1_000, window: 64, messageBytes: 100 } as const;
const capacity = { kind: "capacity", subscribers: 1_000, messageBytes: 100 } as const;
const within50Ms: Objective = { percentile: 99, withinMs: 50 };
/** Half of what a plain server can do. */
const calm = { kind: "open loop", subscribers: 1_000, messageBytes: 100 } as const;
const crowd = { subscribers: 10_000, messageBytes: 100 } as const;

/** All tables, in the order in which they are measured and shown. */
export const comparedTables: readonly ComparedTable[] = [
  { title: "WebSocket", peers: webSocketPeers, load: usual },
  { title: "WebSocket, few subscribers", peers: webSocketPeers, load: { ...usual, subscribers: 100 } },
  { title: "WebSocket, many subscribers", peers: webSocketPeers, load: { ...usual, subscribers: 5_000 } },
  { title: "WebSocket, longer messages", peers: webSocketPeers, load: { ...usual, messageBytes: 1_024 } },
  { title: "WebSocket, one message at a time", peers: webSocketPeers, load: { ...usual, window: 1 } },
  {
    title: "WebSocket, one message at a time, read in C",
    peers: plainPeers,
    load: { ...usual, kind: "closed loop in C", window: 1 },
  },
  { title: "WebSocket with deflate", peers: compressedPeers, load: { ...usual, messageBytes: 1_024 } },
  { title: "WebSocket, capacity", peers: webSocketPeers, load: { ...capacity, objective: within50Ms } },
  { title: "WebSocket, latency", peers: webSocketPeers, load: { ...calm, rate: 70 } },
  {
    title: "WebSocket, latency, read in C",
    peers: plainPeers,
    load: { ...calm, kind: "open loop in C", rate: 70 },
  },
  { title: "WebSocket, idle", peers: webSocketPeers, load: { kind: "idle", ...crowd } },
  { title: "WebSocket, connecting", peers: webSocketPeers, load: { kind: "connecting", ...crowd } },
  { title: "Two generators", peers: plainPeers, load: { ...usual, kind: "two generators" } },
  {
    title: "Two generators, few subscribers",
    peers: plainPeers,
    load: { ...usual, kind: "two generators", subscribers: 100, window: 8 },
  },
  { title: "SSE", peers: eventStreamPeers, load: usual },
  { title: "SSE, capacity", peers: eventStreamPeers, load: { ...capacity, objective: within50Ms } },
  { title: "SSE, latency", peers: eventStreamPeers, load: { ...calm, rate: 40 } },
  { title: "SSE, idle", peers: eventStreamPeers, load: { kind: "idle", ...crowd } },
];

const serverCpu: Column = { figure: "serverCpuPercent", heading: "server CPU, %" };
const generatorCpu: Column = { figure: "generatorCpuPercent", heading: "generator CPU, %" };

const deliveries: Column = {
  figure: "deliveriesPerSecond",
  heading: "deliveries/s",
  asterisk: {
    of: (peer) => inTheWayOf(peer) === "yes",
    meaning: "The load generator was at its limit, and the server was not: it can do more.",
  },
};

/** What is shown of each kind of load. */
const columns: { readonly [kind in ComparedLoad["kind"]]: readonly Column[] } = {
  "closed loop": [
    { ...deliveries, withRatio: true },
    { figure: "deliveriesPerServerCpuSecond", heading: "deliveries per server CPU second", withRatio: true },
    { figure: "latencyP50Ms", heading: "p50, ms" },
    { figure: "latencyP99Ms", heading: "p99, ms" },
    { figure: "messagesPerRead", heading: "messages per read" },
    serverCpu,
    generatorCpu,
  ],
  "open loop": [
    { figure: "latencyP50Ms", heading: "p50, ms", withRatio: true },
    { figure: "latencyP99Ms", heading: "p99, ms", withRatio: true },
    { figure: "latenessP99Ms", heading: "sent late p99, ms" },
    serverCpu,
    generatorCpu,
  ],
  "closed loop in C": [
    { ...deliveries, withRatio: true },
    { figure: "deliveriesPerServerCpuSecond", heading: "deliveries per server CPU second", withRatio: true },
    { figure: "latencyP50Ms", heading: "p50, ms" },
    { figure: "latencyP99Ms", heading: "p99, ms" },
    serverCpu,
    generatorCpu,
  ],
  "two generators": [
    { figure: "deliveriesPerSecond", heading: "deliveries/s" },
    { figure: "deliveriesPerSecondInC", heading: "in C" },
    { figure: "timesThoseInC", heading: "times those in C" },
    generatorCpu,
    { figure: "generatorCpuPercentInC", heading: "in C" },
  ],
  "open loop in C": [
    { figure: "latencyP50Ms", heading: "p50, ms", withRatio: true },
    { figure: "latencyP99Ms", heading: "p99, ms", withRatio: true },
    generatorCpu,
  ],
  capacity: [
    { figure: "messagesPerSecond", heading: "messages/s", withRatio: true },
    deliveries,
    { figure: "latencyMs", heading: "p99, ms" },
    serverCpu,
    generatorCpu,
  ],
  idle: [{ figure: "bytesPerConnection", heading: "bytes per connection", withRatio: true }],
  connecting: [
    { figure: "connectionsPerSecond", heading: "connections/s", withRatio: true },
    { figure: "serverCpuMicrosPerConnection", heading: "server CPU per connection, µs", withRatio: true },
  ],
};

/** What to measure, and where to write what came of it. */
export interface ComparisonPlan {
  readonly tables: readonly ComparedTable[];
  /** Rounds of each table; at least 5 for figures to publish. */
  readonly rounds: number;
  /** Measures one round of one server. */
  readonly measure: Measure<ComparedLoad>;
  /** Where it was measured, in a line. */
  readonly environment: string;
  /**
   * A Markdown file with a line `<!-- tables -->` and, below, a line `<!-- end of tables -->`. Between them each table has a
   * section by its title, which is replaced.
   */
  readonly file: string;
  /** Is told what is being done. */
  readonly say?: (line: string) => void;
}

/**
 * Measures tables and writes them to the file, each as soon as it is there: what was measured is kept if a later one fails,
 * and so are tables that were not asked for.
 *
 * @throws Error if the file has no place for them, before anything is measured
 */
export async function comparePeers(plan: ComparisonPlan): Promise<void> {
  const { tables, rounds, measure, environment, file, say = () => {} } = plan;
  new Tables(file);
  for (const { title, peers, load } of tables) {
    say(`${title}: ${describe(load)}`);
    const compared = await compare(peers, load, rounds, measure, say);
    const measured = `Medians of ${rounds} rounds; in brackets the least and the most. ${environment}.`;
    new Tables(file).write(
      title,
      `${describe(load)}\n\n${renderComparison(compared, columns[load.kind])}\n<small>${measured}</small>`,
    );
  }
}

function describe(load: ComparedLoad): string {
  const subscribers = `${load.subscribers} subscribers`;
  const fanOut = `${subscribers}, messages of ${load.messageBytes} bytes`;
  switch (load.kind) {
    case "closed loop":
    case "closed loop in C":
    case "two generators":
      return `${fanOut}, ${load.window} on their way at any time.`;
    case "open loop":
    case "open loop in C":
      return `${fanOut}, ${load.rate} a second.`;
    case "capacity":
      return `${fanOut}: how many a second, with p${load.objective.percentile} within ${load.objective.withinMs} ms.`;
    case "idle":
      return `${subscribers} that nothing is sent to: what each of the second half adds to the server's memory.`;
    case "connecting":
      return `${subscribers} that connect, 64 at a time.`;
  }
}

/** The tables in a file. */
class Tables {
  readonly #file: string;
  readonly #before: string;
  readonly #after: string;
  /** What is below each title, in their order. */
  readonly #sections = new Map<string, string>();

  constructor(file: string) {
    const [before, rest] = readFileSync(file, "utf8").split("<!-- tables -->\n");
    const [tables = "", after] = rest?.split("<!-- end of tables -->\n") ?? [];
    if (before === undefined || after === undefined) {
      throw new Error(
        `${file} has no lines "<!-- tables -->" and "<!-- end of tables -->" for tables to stand between.`,
      );
    }
    this.#file = file;
    this.#before = before;
    this.#after = after;
    for (const section of tables.split(/^### /m).slice(1)) {
      const [title = "", ...body] = section.split("\n");
      this.#sections.set(title, body.join("\n").trim());
    }
  }

  write(title: string, body: string): void {
    this.#sections.set(title, body);
    const order = comparedTables.map((table) => table.title);
    const sections = [...this.#sections].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
    const text = sections.map(([each, below]) => `### ${each}\n\n${below}\n`).join("\n");
    writeFileSync(this.#file, `${this.#before}<!-- tables -->\n\n${text}\n<!-- end of tables -->\n${this.#after}`);
  }
}
