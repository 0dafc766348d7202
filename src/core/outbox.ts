/** What becomes of each message that a client is given: it goes, it waits in a bounded queue, or it is turned away. */
import type { Clock } from "./clock.ts";
import type { Line } from "./transport.ts";

/** What becomes of a message at last. */
export type Outcome = "sent" | "rejected" | "expired" | "dropped";

/** What became of a message that a client was given (QUEUE-1b). */
export interface Sending {
  /**
   * What became of it at once: `sent` is handed to the connection, which may lose it; `queued` waits; `rejected` is not sent
   * at all.
   */
  readonly status: "sent" | "queued" | "rejected";
  /**
   * What becomes of it at last: `sent`; `rejected`, as the client was closed or gave up, or by the server where it is asked;
   * `expired`, as its time to wait was over; `dropped` for another when the queue was full. It never fails.
   */
  readonly settled: Promise<Outcome>;
}

/** How one message is sent. */
export interface SendOptions {
  /**
   * How long it may wait in the queue, in milliseconds (QUEUE-4a).
   * @defaultValue for ever
   */
  ttlMs?: number;
  /**
   * It is of use now or not at all: where it would have to wait, it is rejected (QUEUE-4c).
   * @defaultValue false
   */
  volatile?: boolean;
}

/** Which message goes when the queue is full: the new one, as rejected or as dropped, or the oldest. */
export type OverflowPolicy = "reject" | "drop-oldest" | "drop-newest";

/** What an outbox is set up with. */
export interface OutboxOptions {
  clock: Clock;
  maxMessages: number;
  maxBytes: number;
  policy: OverflowPolicy;
  /** Is told of each message that is not kept because the queue is full (QUEUE-2d). */
  overflowed: (outcome: "rejected" | "dropped") => void;
}

interface Entry {
  readonly text: string;
  readonly bytes: number;
  readonly expiresAt: number;
  readonly settle: (outcome: Outcome) => void;
  /** Calls off the timer of a message that does not wait for ever. */
  stopTimer?: () => void;
}

/** With more than this on its way, the queue waits: what is handed over is lost with the connection (QUEUE-7a). */
const BUFFER_MARK_BYTES = 262_144;
/** How often a connection is asked whether it has taken what it has. */
const POLL_MS = 20;

/** The messages of one client, over all its connections, in the order in which it was given them. */
export class Outbox {
  readonly #options: OutboxOptions;
  #queue: Entry[] = [];
  #bytes = 0;
  #line: Line | undefined;
  /** A message was handed over and is not answered yet. */
  #answerDue = false;
  #stopPolling: () => void = () => {};

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Takes a message: hands it to the connection if there is one and nothing is ahead of it, or queues it. */
  give(text: string, { ttlMs, volatile = false }: SendOptions = {}): Sending {
    const { clock } = this.#options;
    let settle: (outcome: Outcome) => void = () => {};
    const settled = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    const expiresAt = clock.now() + (ttlMs ?? Number.POSITIVE_INFINITY);
    const entry: Entry = { text, bytes: new TextEncoder().encode(text).length, expiresAt, settle };
    if (this.#line && this.#queue.length === 0 && !this.#answerDue) {
      this.#hand(this.#line, entry);
      return { status: this.#answerDue ? "queued" : "sent", settled };
    }
    if (volatile) {
      settle("rejected");
      return { status: "rejected", settled };
    }
    return { status: this.#enqueue(entry, ttlMs) ? "queued" : "rejected", settled };
  }

  /** A connection is open: what is queued goes first (QUEUE-3b). */
  attach(line: Line): void {
    this.#line = line;
    this.#flush();
  }

  /** The connection is over. What was not handed to it stays (QUEUE-3c); what was is never sent again (QUEUE-3d). */
  detach(): void {
    this.#line = undefined;
    this.#stopPolling();
  }

  /** There will be no connection any more (QUEUE-6). */
  rejectAll(): void {
    while (this.#queue[0]) this.#take(this.#queue[0]).settle("rejected");
  }

  #enqueue(entry: Entry, ttlMs: number | undefined): boolean {
    const { clock, policy, overflowed } = this.#options;
    if (!this.#makeRoom(entry.bytes)) {
      const outcome = policy === "drop-newest" ? "dropped" : "rejected";
      entry.settle(outcome);
      overflowed(outcome);
      return false;
    }
    this.#queue.push(entry);
    this.#bytes += entry.bytes;
    if (ttlMs !== undefined) entry.stopTimer = clock.after(ttlMs, () => this.#take(entry).settle("expired"));
    return true;
  }

  /** Drops the oldest where that is the policy. @returns whether there is room for so many bytes more */
  #makeRoom(bytes: number): boolean {
    const { maxMessages, maxBytes, policy, overflowed } = this.#options;
    const isFull = () => this.#queue.length >= maxMessages || this.#bytes + bytes > maxBytes;
    while (policy === "drop-oldest" && bytes <= maxBytes && isFull() && this.#queue[0]) {
      this.#take(this.#queue[0]).settle("dropped");
      overflowed("dropped");
    }
    return !isFull();
  }

  /** Takes a message out of the queue. */
  #take(entry: Entry): Entry {
    this.#queue.splice(this.#queue.indexOf(entry), 1);
    this.#bytes -= entry.bytes;
    entry.stopTimer?.();
    return entry;
  }

  #flush(): void {
    const { clock } = this.#options;
    for (let next = this.#queue[0]; next && this.#line && !this.#answerDue; next = this.#queue[0]) {
      const buffered = this.#line.bufferedBytes;
      // A timer may be late: what is over is over.
      if (clock.now() >= next.expiresAt) this.#take(next).settle("expired");
      else if (buffered === 0 || buffered + next.bytes <= BUFFER_MARK_BYTES) this.#hand(this.#line, this.#take(next));
      else {
        this.#stopPolling = clock.after(POLL_MS, () => this.#flush());
        return;
      }
    }
  }

  #hand(line: Line, entry: Entry): void {
    const answer = line.send(entry.text);
    if (!answer) entry.settle("sent");
    this.#answerDue = answer !== undefined;
    answer?.then((accepted) => {
      this.#answerDue = false;
      entry.settle(accepted ? "sent" : "rejected");
      this.#flush();
    });
  }
}
