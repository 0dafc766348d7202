/** The publisher: numbers messages and sends them, on whichever way the dialect has. */
import { messageText } from "./numbered-messages.ts";
import { PostLine } from "./post-line.ts";
import type { Asked } from "./protocol.ts";
import { deaf } from "./subscriber-line.ts";
import { WebSocketLine } from "./websocket-line.ts";

/** Publishes the messages of one run. */
export class Publisher {
  /** The number of the next message. */
  next = 0;
  /** Why nothing can be published any more. */
  lost: string | undefined;
  readonly #line: WebSocketLine | PostLine;
  readonly #textOf: (sequence: number, sentAt: number) => string;

  constructor({ use }: Asked<"openPublisher">, { run, messageBytes }: { run: string; messageBytes: number }) {
    const lost = (reason: string) => {
      this.lost ??= reason;
    };
    this.#line = use.via === "ws" ? new WebSocketLine(use, { ...deaf, lost }) : new PostLine(use, lost);
    const [before = "", ...after] = (use.template ?? "{message}").split("{message}");
    const behind = after.join("{message}");
    this.#textOf = (sequence, sentAt) => `${before}${messageText(run, sequence, sentAt, messageBytes)}${behind}`;
  }

  /** POSTs that are not answered yet. */
  get unanswered(): number {
    return this.#line instanceof PostLine ? this.#line.sent - this.#line.answered : 0;
  }

  /** @throws Error if it can't be reached */
  open(): Promise<void> {
    return this.#line.open();
  }

  /** Publishes a message for each of these times, in one write. */
  publish(times: readonly number[]): void {
    this.#line.send(times.map((sentAt) => this.#textOf(this.next++, sentAt)));
  }

  /** Ends its connection. */
  close(): Promise<void> {
    return this.#line.close();
  }
}
