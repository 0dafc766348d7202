/** What one subscriber has read, to know it again at the others: to compare bytes costs far less than to read messages. */

/** Some bytes that hold whole messages of the run, one after the other, and nothing else. */
export interface Passage {
  readonly bytes: Buffer;
  /** The number of its first message. */
  readonly first: number;
  /** One more than the number of its last message. */
  readonly next: number;
  /** How many messages, one after the other, were sent at the same instant. */
  readonly sent: readonly { readonly at: number; readonly count: number }[];
}

/** All subscribers read the same at about the same time: what is older than this many bytes is forgotten. */
const MOST_BYTES = 4 * 1_048_576;

/** After so many that nobody else has read, only one in some is kept: a server may send each subscriber something of its own. */
const IN_VAIN = 256;
const ONE_IN = 16;

/** The last passages, each by the number of its first message. */
export class Passages {
  readonly #byFirst = new Map<number, Passage>();
  #bytes = 0;
  /** How many could have been kept since one was found. */
  #sinceFound = 0;

  /** The passage from this message on, if the bytes between `start` and `end` begin with it. */
  find(first: number, buffer: Buffer, start: number, end: number): Passage | undefined {
    const passage = this.#byFirst.get(first);
    if (passage === undefined) return undefined;
    const upTo = start + passage.bytes.length;
    if (upTo > end || passage.bytes.compare(buffer, start, upTo) !== 0) return undefined;
    this.#sinceFound = 0;
    return passage;
  }

  /** Asked before each {@link Passages.add}, whether to. */
  areWorthIt(): boolean {
    return ++this.#sinceFound <= IN_VAIN || this.#sinceFound % ONE_IN === 0;
  }

  /** Keeps a passage, in place of another from the same message on: that was longer, or not the same. */
  add(passage: Passage): void {
    this.#forget(passage.first);
    this.#byFirst.set(passage.first, passage);
    this.#bytes += passage.bytes.length;
    for (const first of this.#byFirst.keys()) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#forget(first);
    }
  }

  #forget(first: number): void {
    this.#bytes -= this.#byFirst.get(first)?.bytes.length ?? 0;
    this.#byFirst.delete(first);
  }
}
