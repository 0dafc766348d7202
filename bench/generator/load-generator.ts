/** Carries out what a generator is asked to: opens subscribers and a publisher, paces, counts. */
import { encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { Beside } from "./beside.ts";
import { CpuMeter } from "./cpu-meter.ts";
import { Inflation } from "./inflation.ts";
import { MessageFinder } from "./message-finder.ts";
import { ClosedLoop, OpenLoop, type Pace } from "./pace.ts";
import type { Answered, Asked, CommandName } from "./protocol.ts";
import { Publisher } from "./publisher.ts";
import type { Line, Receiver } from "./receiver.ts";
import { nowMicros } from "./shared-clock.ts";
import { subscriberLine } from "./subscriber-line.ts";
import { Measurement, type Subscription, Tally } from "./tally.ts";

/** How often a schedule is looked at when nothing is read, in milliseconds. */
const TICK_MS = 1;

type Commands = { [Name in CommandName]: (asked: Asked<Name>) => Answered<Name> | Promise<Answered<Name>> };

/** One process' part of the load. */
export class LoadGenerator implements Commands {
  /** Called when all its subscribers have some more messages, at most once in a turn of the event loop. */
  onProgress: (progress: { complete: number; at: number }) => void = () => {};
  #messages = { run: "", messageBytes: 0 };
  #tally = new Tally({ run: "", messageBytes: 0, mostInFlight: 0 });
  #lines: Line[] = [];
  #inflation = new Inflation();
  #publisher: Publisher | undefined;
  #beside: Beside | undefined;
  #pace: Pace | undefined;
  #timer: NodeJS.Timeout | undefined;
  #others = Number.POSITIVE_INFINITY;
  #disconnected = 0;
  #reason: string | undefined;
  #progressDue = false;
  #resting = false;
  #counting: CpuMeter | undefined;
  #cpuPercent = Number.NaN;

  prepare(asked: Asked<"prepare">): Answered<"prepare"> {
    this.#messages = asked;
    const tally = new Tally(asked);
    this.#tally = tally;
    tally.onRead = (now) => this.#publishDue(now);
    tally.onComplete = (now) => this.#progress(now);
    return {};
  }

  async subscribe({ use, count, atOnce }: Asked<"subscribe">): Promise<Answered<"subscribe">> {
    const start = performance.now();
    const cpu = process.cpuUsage();
    let left = count;
    const open = async () => {
      while (left > 0) {
        left--;
        const receiver = this.#receiver(this.#tally.add());
        const line = subscriberLine(use, receiver);
        this.#lines.push(line);
        await line.open();
      }
    };
    const openers = await Promise.allSettled(Array.from({ length: atOnce }, open));
    for (const opener of openers) {
      if (opener.status === "rejected") throw new Error(`${use.url} cannot be reached: ${opener.reason.message}`);
    }
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuPercent: (user + system) / 10_000 / seconds };
  }

  async openPublisher(asked: Asked<"openPublisher">): Promise<Answered<"openPublisher">> {
    await this.#publisher?.close();
    const publisher = new Publisher(asked, this.#messages);
    this.#publisher = publisher;
    try {
      await publisher.open();
    } catch (error) {
      throw new Error(`${asked.use.url} cannot be reached: ${(error as Error).message}`);
    }
    return {};
  }

  publish({ sequence }: Asked<"publish">): Answered<"publish"> {
    if (sequence !== undefined && this.#publisher) this.#publisher.next = sequence;
    this.#publisher?.publish([nowMicros()]);
    return { next: this.#publisher?.next ?? 0 };
  }

  count({ first }: Asked<"count">): Answered<"count"> {
    this.#tally.count(first);
    this.#counting = new CpuMeter();
    return {};
  }

  pace(asked: Asked<"pace">): Answered<"pace"> {
    this.#pace = "window" in asked ? new ClosedLoop(asked.window) : new OpenLoop(asked.rate);
    if ("rate" in asked) this.#timer = setInterval(() => this.#publishDue(nowMicros()), TICK_MS);
    this.#publishDue(nowMicros());
    return {};
  }

  rest(): Answered<"rest"> {
    clearInterval(this.#timer);
    this.#resting = true;
    return { next: this.#publisher?.next ?? 0 };
  }

  measure({ from, to }: Asked<"measure">): Answered<"measure"> {
    const measurement = new Measurement(from, to);
    this.#tally.measurement = measurement;
    const after = (instant: number) => Math.max(0, (instant - nowMicros()) / 1_000);
    setTimeout(() => {
      this.#pace?.lateness?.reset();
      const measuring = new CpuMeter();
      setTimeout(() => {
        this.#cpuPercent = measuring.percent();
      }, after(to));
    }, after(from));
    return { at: nowMicros() };
  }

  look(): Answered<"look"> {
    const { ready, delivered, complete, next } = this.#tally;
    const lost = this.#publisher?.lost;
    const reason = lost === undefined ? this.#reason : `the publisher was cut: ${lost}`;
    return {
      ready,
      delivered,
      complete,
      reached: next,
      disconnected: this.#disconnected,
      ...(reason !== undefined && { reason }),
      publisherLost: lost !== undefined,
      overloaded: this.#pace?.overloaded ?? false,
      stalled: this.#pace?.stalled ?? false,
      cpuPercent: this.#counting?.percent() ?? 0,
      unanswered: this.#publisher?.unanswered ?? 0,
    };
  }

  others({ complete, at }: Asked<"others">): Answered<"others"> {
    this.#others = complete;
    this.#publishDue(at);
    return {};
  }

  collect(): Answered<"collect"> {
    const records = this.#tally.records;
    const total = (count: "received" | "duplicated" | "reordered") =>
      records.reduce((sum, record) => sum + record[count], 0);
    const measurement = this.#tally.measurement ?? new Measurement(0, 0);
    const { deliveries, messages, reads, bytes, buckets, latency, completion } = measurement;
    const lateness = this.#pace?.lateness;
    return {
      received: total("received"),
      duplicated: total("duplicated"),
      reordered: total("reordered"),
      disconnected: this.#disconnected,
      deliveries,
      messages,
      reads,
      bytes,
      buckets: Array.from(buckets, (bucket) => bucket ?? 0),
      cpuPercent: Number.isNaN(this.#cpuPercent) ? 0 : this.#cpuPercent,
      untimed: this.#tally.untimed,
      latency: encodeIntoCompressedBase64(latency.histogram),
      completion: encodeIntoCompressedBase64(completion),
      ...(lateness && { lateness: encodeIntoCompressedBase64(lateness) }),
    };
  }

  compare({ upTo, excused }: Asked<"compare">): Answered<"compare"> {
    let missing = 0;
    for (const record of this.#tally.records) {
      missing += upTo - record.first - record.received - excused.filter((sequence) => !record.has(sequence)).length;
    }
    return { missing };
  }

  async beside({ use, slow, guests }: Asked<"beside">): Promise<Answered<"beside">> {
    const finder = new MessageFinder(this.#messages.run, this.#messages.messageBytes);
    this.#beside = new Beside(use, {
      sequenceIn: (buffer, start, end) => finder.sequenceIn(buffer, start, end),
      inflate: (place, buffer, start, end) => this.#inflation.inflate(place, buffer, start, end),
      complete: () => Math.min(this.#tally.complete, this.#others),
      next: () => this.#publisher?.next ?? 0,
    });
    await this.#beside.open(slow, guests);
    return {};
  }

  async guestsLeave(): Promise<Answered<"guestsLeave">> {
    return (await this.#beside?.leave()) ?? { came: 0 };
  }

  cut(): Answered<"cut"> {
    for (const line of this.#lines) line.cut();
    this.#lines = [];
    return {};
  }

  async close(): Promise<Answered<"close">> {
    clearInterval(this.#timer);
    await this.#beside?.close();
    await Promise.all([this.#publisher?.close(), ...this.#lines.map((line) => line.close())]);
    return {};
  }

  #receiver(subscription: Subscription): Receiver {
    const tally = this.#tally;
    const inflation = this.#inflation;
    return {
      shortest: this.#messages.messageBytes,
      beginRead: () => tally.beginRead(),
      message: (buffer, start, end) => tally.take(subscription, buffer, start, end),
      compressed: (buffer, start, end) => {
        const text = inflation.inflate(subscription.record?.next ?? 0, buffer, start, end);
        return tally.take(subscription, text, 0, text.length);
      },
      aside: () => tally.aside(),
      recognise: (buffer, start, end) => tally.recognise(subscription, buffer, start, end),
      learn: (buffer, start, end) => tally.learn(subscription, buffer, start, end),
      endRead: (bytes) => tally.endRead(subscription, bytes),
      lost: (reason) => {
        this.#disconnected++;
        this.#reason ??= reason;
      },
    };
  }

  #publishDue(now: number): void {
    const publisher = this.#publisher;
    if (publisher === undefined || this.#pace === undefined || this.#resting) return;
    const complete = Math.min(this.#tally.complete, this.#others);
    const times = this.#pace.due({ next: publisher.next, complete, now });
    if (times.length > 0) publisher.publish(times);
  }

  #progress(now: number): void {
    if (this.#progressDue) return;
    this.#progressDue = true;
    setImmediate(() => {
      this.#progressDue = false;
      this.onProgress({ complete: this.#tally.complete, at: now });
    });
  }
}
