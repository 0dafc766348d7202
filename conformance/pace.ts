/** Keeps the kit itself within the limits of Core: how much and how often one connection may send. */
import { CoreLimits } from "../spec/limits.ts";

/**
 * The second of Core's limit, with something to spare: what leaves here within a second may arrive in less, and a server
 * that counts has to count no more than it must take.
 */
const SECOND_MS = 1_250;

/** Counts what one connection sends. */
export class Pace {
  readonly #sentAt: number[] = [];

  /**
   * Notes a message that is being sent.
   *
   * @throws Error where it leaves the limits of Core: the case that sends it is wrong.
   */
  count(bytes: number): void {
    const { maxMessageBytes, maxMessagesPerSecond } = CoreLimits;
    if (bytes > maxMessageBytes) throw new Error(`a case sends ${bytes} bytes: Core allows ${maxMessageBytes}`);
    if (!this.allowsOneMore()) throw new Error(`a case sends more than ${maxMessagesPerSecond} messages in a second`);
    this.#sentAt.push(performance.now());
  }

  /** Whether one more message is within the limits now. */
  allowsOneMore(): boolean {
    return this.#msUntilAllowed() === 0;
  }

  /** Waits until one more message is within the limits, and counts it: also where several wait at once. */
  async take(bytes: number): Promise<void> {
    do await this.untilAllowed();
    while (!this.allowsOneMore());
    this.count(bytes);
  }

  /** Waits until one more message is within the limits. */
  async untilAllowed(): Promise<void> {
    for (let waitMs = this.#msUntilAllowed(); waitMs > 0; waitMs = this.#msUntilAllowed()) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  #msUntilAllowed(): number {
    const oldest = this.#sentAt.at(-CoreLimits.maxMessagesPerSecond);
    return oldest === undefined ? 0 : Math.max(0, Math.ceil(oldest + SECOND_MS - performance.now()) + 1);
  }
}
