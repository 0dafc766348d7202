/** What arrived at one subscriber: tells loss, duplicates and reordering apart. */

/** Takes the sequence numbers of messages as they arrive; the publisher counts up by one. */
export class DeliveryRecord {
  /** How many arrivals were of a message that had arrived before. */
  duplicated = 0;
  /** How many messages arrived after one that was sent later. */
  reordered = 0;
  /** The number of the first message that is due. */
  readonly first: number;
  /** One more than the highest number that has arrived. */
  #next: number;
  /** What has not arrived of what is below `#next`: ranges without their ends, in order. */
  readonly #gaps: [from: number, to: number][] = [];

  constructor(first = 0) {
    this.first = first;
    this.#next = first;
  }

  /** How many different messages have arrived. */
  get received(): number {
    return this.#gaps.reduce((sum, [from, to]) => sum - (to - from), this.#next - this.first);
  }

  /** All messages below this number have arrived. */
  get complete(): number {
    return this.#gaps[0]?.[0] ?? this.#next;
  }

  /** One more than the highest number that has arrived. */
  get next(): number {
    return this.#next;
  }

  /** Whether this message has arrived. */
  has(sequence: number): boolean {
    if (sequence < this.first || sequence >= this.#next) return false;
    return !this.#gaps.some(([from, to]) => from <= sequence && sequence < to);
  }

  /** Notes an arrival and tells whether it is the first of that message. */
  note(sequence: number): boolean {
    if (sequence !== this.#next) return this.#noteOutOfOrder(sequence);
    this.#next++;
    return true;
  }

  /** Notes that so many arrived as they were due, each one more than the one before. */
  noteInOrder(count: number): void {
    this.#next += count;
  }

  #noteOutOfOrder(sequence: number): boolean {
    if (sequence > this.#next) {
      this.#gaps.push([this.#next, sequence]);
      this.#next = sequence + 1;
      return true;
    }
    const index = this.#gaps.findLastIndex(([from, to]) => from <= sequence && sequence < to);
    const gap = this.#gaps[index];
    if (gap === undefined) {
      this.duplicated++;
      return false;
    }
    this.reordered++;
    const [from, to] = gap;
    const left: [number, number][] = [
      [from, sequence],
      [sequence + 1, to],
    ];
    this.#gaps.splice(index, 1, ...left.filter(([start, end]) => start < end));
    return true;
  }
}
