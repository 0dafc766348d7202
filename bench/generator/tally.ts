/** Counts what arrives at the subscribers of one process, and how late. */
import { DeliveryRecord } from "./delivery-record.ts";
import { MessageFinder } from "./message-finder.ts";
import { Passages } from "./passages.ts";
import { nowMicros } from "./shared-clock.ts";
import { recordTime, Times, timeHistogram } from "./time-histogram.ts";

/** The grain of throughput over time, in microseconds. */
export const BUCKET_MICROS = 100_000;
/** Of less it is not worth while to know it again, in bytes. */
const WORTH_KNOWING = 1_024;

/** One subscriber, as the tally sees it. */
export interface Subscription {
  /** Whether any message of the run has come. */
  ready: boolean;
  /** What came since the count began. */
  record: DeliveryRecord | undefined;
  /** Up to where all has come, when it was looked at last. */
  position: number;
}

/** What was counted between two instants. */
export class Measurement {
  deliveries = 0;
  messages = 0;
  /** Reads that brought any message. */
  reads = 0;
  bytes = 0;
  /** Deliveries in each tenth of a second. */
  readonly buckets: number[] = [];
  /** From sending to arrival at each subscriber, of messages that were sent between the instants. */
  readonly latency = new Times();
  /** From sending to arrival at the last subscriber. */
  readonly completion = timeHistogram();
  readonly from: number;
  readonly to: number;

  /** @param from - in microseconds of the shared clock, like `to` */
  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }

  /** Whether an instant belongs to it. */
  has(instant: number): boolean {
    return instant >= this.from && instant < this.to;
  }
}

/**
 * Keeps the records of all subscribers, and the number below which all of them have everything: `complete`. For that it
 * counts how many subscribers are at each number, so that a read costs two steps however many messages it brings.
 */
export class Tally {
  /** All subscribers have all messages below this number. */
  complete = 0;
  /** First arrivals since the count began. */
  delivered = 0;
  /** How many subscribers have had a message, before the count began. */
  ready = 0;
  /** Whether a message came without the time when it was sent. */
  untimed = false;
  measurement: Measurement | undefined;
  /** Called when `complete` has grown, with the instant of the read. */
  onComplete: (now: number) => void = () => {};
  /** Called at the end of every read. */
  onRead: (now: number) => void = () => {};
  readonly #subscriptions: Subscription[] = [];
  readonly #finder: MessageFinder;
  readonly #passages = new Passages();
  readonly #mask: number;
  readonly #mostAhead: number;
  /** How many subscribers are at a number; by the number's last bits. */
  readonly #at: Int32Array;
  /** When a message was sent, and which message that was; by its number's last bits. */
  readonly #sentAt: Float64Array;
  readonly #sentWhich: Float64Array;
  #first: number | undefined;
  #now = 0;
  #readMessages = 0;
  /** The number of the first message that has to be read, rather than known; and whether anything else came since. */
  #readFrom = 0;
  #strange = false;
  /** Deliveries of this read whose messages were sent at the same instant. */
  #groupSentAt = Number.NaN;
  #group = 0;

  /**
   * @param options.mostInFlight - messages that are at any time on their way, at most
   * @param options.mostAhead - how far numbers may be ahead of one that never comes; as many as are on their way, if not given
   */
  constructor(options: { run: string; messageBytes: number; mostInFlight: number; mostAhead?: number }) {
    this.#finder = new MessageFinder(options.run, options.messageBytes);
    const size = 2 ** Math.ceil(Math.log2(2 * options.mostInFlight + 1_024));
    this.#mask = size - 1;
    this.#mostAhead = Math.max(this.#mask, options.mostAhead ?? 0);
    this.#at = new Int32Array(size);
    this.#sentAt = new Float64Array(size);
    this.#sentWhich = new Float64Array(size).fill(-1);
  }

  /** The subscribers, in the order in which they were added. */
  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  /** What came to each of them, since the count began. */
  get records(): readonly DeliveryRecord[] {
    return this.#subscriptions.map(({ record }) => record).filter((record) => record !== undefined);
  }

  /** One more than the number that the last of the subscribers has come to, with gaps or without. */
  get next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { record } of this.#subscriptions) next = Math.min(next, record?.next ?? 0);
    return this.#subscriptions.length === 0 ? 0 : next;
  }

  /** Adds a subscriber, before the count begins. */
  add(): Subscription {
    const subscription: Subscription = { ready: false, record: undefined, position: 0 };
    this.#subscriptions.push(subscription);
    return subscription;
  }

  /** From here on every subscriber has to get every message, the first of which has this number. */
  count(first: number): void {
    this.#first = first;
    this.complete = first;
    for (const subscription of this.#subscriptions) {
      subscription.record = new DeliveryRecord(first);
      subscription.position = first;
    }
    this.#at[first & this.#mask] = this.#subscriptions.length;
  }

  /** A read begins. The clock is read once for all that it brings. */
  beginRead(): void {
    this.#now = nowMicros();
    this.#readMessages = 0;
    this.#strange = true;
  }

  /**
   * Takes what another subscriber has read in the same place, to the byte: from where a message begins. Returns where that
   * ends.
   */
  recognise(subscription: Subscription, buffer: Buffer, start: number, end: number): number {
    const { record } = subscription;
    let at = start;
    if (record === undefined) return at;
    while (end - at >= WORTH_KNOWING) {
      const passage = this.#passages.find(record.next, buffer, at, end);
      if (passage === undefined || passage.next > this.complete + this.#mostAhead) break;
      record.noteInOrder(passage.next - passage.first);
      this.#readMessages += passage.next - passage.first;
      for (const { at: sentAt, count } of passage.sent) this.#sentTogether(sentAt, count);
      at += passage.bytes.length;
    }
    this.#readFrom = record.next;
    this.#strange = false;
    return at;
  }

  /** Keeps what was read since {@link Tally.recognise}: if it was messages in their order, and nothing beside. */
  learn({ record }: Subscription, buffer: Buffer, start: number, end: number): void {
    if (record === undefined || this.#strange || end - start < WORTH_KNOWING || !this.#passages.areWorthIt()) return;
    const sent: { at: number; count: number }[] = [];
    for (let sequence = this.#readFrom; sequence < record.next; sequence++) {
      const at = this.#sentAt[sequence & this.#mask] as number;
      const last = sent.at(-1);
      if (last?.at === at) last.count++;
      else sent.push({ at, count: 1 });
    }
    const bytes = Buffer.from(buffer.subarray(start, end));
    this.#passages.add({ bytes, first: this.#readFrom, next: record.next, sent });
  }

  /** Something came that is no message: who gets that has to read it. */
  aside(): void {
    this.#strange = true;
  }

  /** Takes a payload. Returns whether it is a message of the run. */
  take(subscription: Subscription, buffer: Buffer, start: number, end: number): boolean {
    const sequence = this.#finder.sequenceIn(buffer, start, end);
    if (sequence < 0) {
      this.#strange = true;
      return false;
    }
    const { record } = subscription;
    if (record === undefined) {
      if (!subscription.ready) this.ready++;
      subscription.ready = true;
      return true;
    }
    // Sent before the count began; or never, because so many can't be on their way.
    if (sequence < (this.#first ?? 0) || sequence > this.complete + this.#mostAhead) {
      this.#strange = true;
      return true;
    }
    if (sequence !== record.next) this.#strange = true;
    if (!record.note(sequence)) return true;
    this.#readMessages++;
    const slot = sequence & this.#mask;
    if (this.#sentWhich[slot] !== sequence) {
      this.#sentAt[slot] = this.#finder.sentAtIn(buffer, end);
      this.#sentWhich[slot] = sequence;
      if (Number.isNaN(this.#sentAt[slot])) this.untimed = true;
    }
    this.#sentTogether(this.#sentAt[slot] as number, 1);
    return true;
  }

  /** The read is dealt with. */
  endRead(subscription: Subscription, bytes: number): void {
    const { record } = subscription;
    if (record !== undefined && this.#readMessages > 0) {
      this.#endGroup(Number.NaN);
      this.delivered += this.#readMessages;
      this.#measureRead(bytes);
      this.#move(subscription, record.complete);
    }
    this.onRead(this.#now);
  }

  #measureRead(bytes: number): void {
    const { measurement } = this;
    if (!measurement?.has(this.#now)) return;
    measurement.deliveries += this.#readMessages;
    measurement.reads++;
    measurement.bytes += bytes;
    const bucket = Math.floor((this.#now - measurement.from) / BUCKET_MICROS);
    measurement.buckets[bucket] = (measurement.buckets[bucket] ?? 0) + this.#readMessages;
  }

  #sentTogether(sentAt: number, count: number): void {
    if (sentAt !== this.#groupSentAt) this.#endGroup(sentAt);
    this.#group += count;
  }

  #endGroup(nextSentAt: number): void {
    const { measurement } = this;
    if (this.#group > 0 && measurement?.has(this.#groupSentAt)) {
      measurement.latency.record(this.#now - this.#groupSentAt, this.#group);
    }
    this.#groupSentAt = nextSentAt;
    this.#group = 0;
  }

  #move(subscription: Subscription, position: number): void {
    const from = subscription.position;
    if (position === from) return;
    subscription.position = position;
    const at = this.#at;
    (at[from & this.#mask] as number)--;
    (at[position & this.#mask] as number)++;
    if (from !== this.complete || at[from & this.#mask] !== 0) return;
    let complete = from;
    while (at[complete & this.#mask] === 0) complete++;
    this.#completed(from, complete);
    this.complete = complete;
    this.onComplete(this.#now);
  }

  #completed(from: number, to: number): void {
    const { measurement } = this;
    if (measurement === undefined) return;
    if (measurement.has(this.#now)) measurement.messages += to - from;
    for (let sequence = from; sequence < to; sequence++) {
      const sentAt = this.#sentAt[sequence & this.#mask] as number;
      if (measurement.has(sentAt)) recordTime(measurement.completion, this.#now - sentAt);
    }
  }
}
