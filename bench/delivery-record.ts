/** What arrived at one subscriber: tells loss, duplicates and reordering apart. */

/** Takes the sequence numbers of messages as they arrive; the sender counts 0, 1, 2, … */
export class DeliveryRecord {
  /** How many different messages arrived. */
  received = 0;
  /** How many arrivals were of a message that had arrived before. */
  duplicated = 0;
  /** How many messages arrived after one that was sent later. */
  reordered = 0;
  /** All messages below this number have arrived. */
  #complete = 0;
  readonly #ahead = new Set<number>();
  #latest = -1;

  /** Notes an arrival and tells whether it is the first of that message. */
  note(sequence: number): boolean {
    if (sequence < this.#complete || this.#ahead.has(sequence)) {
      this.duplicated++;
      return false;
    }
    this.received++;
    if (sequence < this.#latest) this.reordered++;
    else this.#latest = sequence;
    this.#ahead.add(sequence);
    while (this.#ahead.delete(this.#complete)) this.#complete++;
    return true;
  }
}
