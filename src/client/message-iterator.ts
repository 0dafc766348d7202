/** The messages of a client, for `for await`. */
import type { Message } from "../core/notice.ts";

/** Messages in the order in which they came. A loop that is too slow misses the oldest, never the newest. */
export class MessageIterator implements AsyncIterableIterator<Message> {
  readonly #maxMessages: number;
  readonly #missed: () => void;
  readonly #stopped: () => void;
  readonly #messages: Message[] = [];
  readonly #readers: ((result: IteratorResult<Message, undefined>) => void)[] = [];
  #isOver = false;

  /**
   * @param options.maxMessages - how many are kept for a loop that is slow
   * @param options.missed - is told when one more is lost
   * @param options.stopped - is told when the loop wants no more
   */
  constructor(options: { maxMessages: number; missed: () => void; stopped: () => void }) {
    this.#maxMessages = options.maxMessages;
    this.#missed = options.missed;
    this.#stopped = options.stopped;
  }

  /** A message has come. */
  push(message: Message): void {
    const reader = this.#readers.shift();
    if (reader) reader({ done: false, value: message });
    else this.#messages.push(message);
    if (this.#messages.length <= this.#maxMessages) return;
    this.#messages.shift();
    this.#missed();
  }

  /** There are no more; those that have come are still read. */
  end(): void {
    this.#isOver = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  /** The next message, when there is one. */
  next(): Promise<IteratorResult<Message, undefined>> {
    const value = this.#messages.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** The loop was left. */
  return(): Promise<IteratorResult<Message, undefined>> {
    this.#messages.length = 0;
    this.#stopped();
    this.end();
    return this.next();
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }
}
