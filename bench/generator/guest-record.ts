/** What comes to a subscriber that came while messages were sent. */

/** Takes the numbers of messages as they arrive: from the first one on they have to go up by one. */
export class GuestRecord {
  /** What was wrong first, in words. */
  fault: string | undefined;
  readonly #earliest: number;
  #next: number | undefined;

  /** @param earliest - what is below was delivered to everybody before the guest asked to join: it is none of its business */
  constructor(earliest: number) {
    this.#earliest = earliest;
  }

  /** The number that is due next; 0 if anything may come. */
  get next(): number {
    return this.#next ?? 0;
  }

  /** Whether anything of the run has come. */
  get hasAny(): boolean {
    return this.#next !== undefined;
  }

  /** Notes that nothing has come, though all others had a message that was sent later than the guest came. */
  missAll(sequence: number): void {
    this.fault ??= `got nothing, though all had message ${sequence}, which was sent when it was there`;
  }

  /** Notes that the connection ended, and the guest did not end it. */
  lose(reason: string): void {
    this.fault ??= `was cut: ${reason}`;
  }

  /** Notes an arrival. */
  note(sequence: number): void {
    if (this.#next === undefined && sequence < this.#earliest) {
      this.fault ??= `got message ${sequence}, though all had messages up to ${this.#earliest - 1} before it came`;
    } else if (this.#next !== undefined && sequence !== this.#next) {
      this.fault ??= `got message ${sequence} where ${this.#next} was due`;
    }
    this.#next = sequence + 1;
  }
}
