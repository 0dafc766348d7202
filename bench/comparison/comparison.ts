/** Servers side by side: the same load over all of them, again and again, so that what disturbs one disturbs the others. */

import type { Peer } from "../peers/peers.ts";
import { type Spread, spreads } from "../spread.ts";
import type { Dialect } from "../target/dialect.ts";

/** What a round with one server came to. */
export interface Measured {
  /** By name; there if the round has any. */
  readonly figures?: Readonly<Record<string, number>> | undefined;
  /** Why there are none. */
  readonly reason?: string | undefined;
}

/** Starts a server, loads it for one round, and ends it. What it throws is the reason why the round has no figures. */
export type Measure<Load> = (dialect: Dialect, load: Load) => Promise<Measured>;

/** What all rounds with one server came to. */
export interface ComparedPeer {
  /** What it is called. */
  readonly name: string;
  /** Figures over the rounds that have any. */
  readonly figures: Readonly<Record<string, Spread>>;
  /** The figures of a round divided by those of the first server in the same round, over the rounds that have both. */
  readonly ratios: Readonly<Record<string, Spread>>;
  /** How many rounds have figures. */
  readonly rounds: number;
  /** Why others have none, or why there were no rounds at all; each reason once. */
  readonly troubles: readonly string[];
}

/**
 * Measures all peers for some rounds. Every other round goes through them backwards: a machine that gets slower, or faster,
 * favours nobody. A peer that is missing something is left out, and one that fails a round goes on with the next.
 *
 * @param say - is told what is being done, in a line
 */
export async function compare<Load>(
  peers: readonly Peer[],
  load: Load,
  rounds: number,
  measure: Measure<Load>,
  say: (line: string) => void = () => {},
): Promise<ComparedPeer[]> {
  const entries = peers.map(({ dialect, missing }) => new Entry(dialect, missing()));
  for (const { dialect, missing } of entries) {
    if (missing !== undefined) say(`left out: ${dialect.name}: ${missing}`);
  }
  const present = entries.filter(({ missing }) => missing === undefined);
  for (let round = 0; round < rounds; round++) {
    for (const entry of round % 2 === 0 ? present : present.toReversed()) {
      say(`round ${round + 1} of ${rounds}: ${entry.dialect.name}`);
      await entry.measure(round, () => measure(entry.dialect, load));
    }
  }
  const [first] = entries;
  return entries.map((entry) => entry.against(first));
}

class Entry {
  readonly dialect: Dialect;
  readonly missing: string | undefined;
  /** Of each round that has figures. */
  readonly #figures = new Map<number, Readonly<Record<string, number>>>();
  readonly #troubles = new Set<string>();

  constructor(dialect: Dialect, missing: string | undefined) {
    this.dialect = dialect;
    this.missing = missing;
    if (missing !== undefined) this.#troubles.add(missing);
  }

  async measure(round: number, measure: () => Promise<Measured>): Promise<void> {
    try {
      const { figures, reason } = await measure();
      if (figures) this.#figures.set(round, figures);
      else this.#troubles.add(reason ?? "it has no figures");
    } catch (error) {
      this.#troubles.add(error instanceof Error ? error.message : String(error));
    }
  }

  against(first: Entry | undefined): ComparedPeer {
    return {
      name: this.dialect.name,
      figures: spreads([...this.#figures.values()]),
      ratios: first ? this.#ratiosTo(first) : {},
      rounds: this.#figures.size,
      troubles: [...this.#troubles],
    };
  }

  #ratiosTo(first: Entry): Record<string, Spread> {
    const ratios: Record<string, number>[] = [];
    for (const [round, figures] of this.#figures) {
      const ofFirst = first.#figures.get(round);
      if (ofFirst) ratios.push(divide(figures, ofFirst));
    }
    return spreads(ratios);
  }
}

/** Of the figures that both have; what is divided by 0 is left out. */
function divide(figures: Measured["figures"] = {}, by: Measured["figures"] = {}): Record<string, number> {
  const both = Object.entries(figures).map(([name, value]) => [name, value / (by[name] ?? 0)] as const);
  return Object.fromEntries(both.filter(([, ratio]) => Number.isFinite(ratio)));
}
