/** The POSTs of the load `publish`: which numbers they bear, which of them were accepted, and how soon. */
import type autocannon from "autocannon";
import { messageText } from "../generator/numbered-messages.ts";
import { nowMicros } from "../generator/shared-clock.ts";
import { recordTime, timeHistogram } from "../generator/time-histogram.ts";

/** What a request and its answer share. */
interface Sent {
  sequence?: number;
  at?: number;
}

/** Makes the bodies for autocannon and takes the answers; a connection asks one after the other. */
export class Posts {
  /** The number of the next message. */
  next: number;
  /** How many were answered by 2xx. */
  accepted = 0;
  /** How many of them between the instants. */
  measured = 0;
  /** Messages that were not, or not yet, answered by 2xx: whether they were accepted is not known. */
  readonly unanswered = new Set<number>();
  readonly #latency = timeHistogram();
  readonly #textOf: (sequence: number, sentAt: number) => string;
  readonly #from: number;
  readonly #to: number;

  /** @param options.from - what is answered from here on up to `to` is measured; in microseconds of the shared clock */
  constructor(options: {
    run: string;
    messageBytes: number;
    first: number;
    template: string | undefined;
    from: number;
    to: number;
  }) {
    const { run, messageBytes, first, template = "{message}", from, to } = options;
    this.next = first;
    this.#textOf = (sequence, sentAt) =>
      template.replace("{message}", () => messageText(run, sequence, sentAt, messageBytes));
    this.#from = from;
    this.#to = to;
  }

  /** Gives a request the next message. */
  readonly setUp = (request: autocannon.Request, context: Sent): autocannon.Request => {
    const sequence = this.next++;
    const at = nowMicros();
    Object.assign(context, { sequence, at });
    this.unanswered.add(sequence);
    return { ...request, body: this.#textOf(sequence, at) };
  };

  /** Takes the answer to the request that has the same context. */
  readonly answered = (status: number, _body: string, { sequence = -1, at = Number.NaN }: Sent): void => {
    if (status < 200 || status > 299 || !this.unanswered.delete(sequence)) return;
    this.accepted++;
    const now = nowMicros();
    if (now < this.#from || now >= this.#to) return;
    this.measured++;
    recordTime(this.#latency, now - at);
  };

  /** From sending to the answer, in milliseconds. */
  latencyMs(percentile: number): number {
    return this.#latency.getValueAtPercentile(percentile) / 1_000;
  }
}
