/** The load: one publisher keeps a window of messages in flight, every subscriber counts what it gets. */
import { setTimeout as delay } from "node:timers/promises";
import { build, type Histogram } from "hdr-histogram-js";
import { DeliveryRecord } from "./delivery-record.ts";
import { createNumberedMessages, type NumberedMessages } from "./numbered-messages.ts";
import { Peer } from "./peer.ts";
import { TargetFailure } from "./target-failure.ts";

/** How hard and how long to load a server. */
export interface Load {
  /** WebSocket URL of the server. */
  url: string;
  /** Connections that only listen. The publisher is one more, whose own copies do not count. */
  subscribers: number;
  /** Messages in flight; one is done when all subscribers have it. */
  window: number;
  /** Size of a message in bytes. */
  messageBytes: number;
  /** How long deliveries are counted, in milliseconds, after the warm-up. */
  durationMs: number;
  /** The least time of warm-up, in milliseconds; it also lasts for two windows of messages. */
  warmUpMs: number;
  /** A message that has not arrived when nothing new has come for so long is lost. In milliseconds. */
  patienceMs: number;
  /** Tells the CPU seconds that the server has used so far, if they can be known. */
  serverCpuSeconds?: () => number | undefined;
}

/** How one round went. All counts are of the whole round, warm-up included. */
export interface Round {
  /** Messages sent. */
  sent: number;
  /** First arrivals of messages, at all subscribers together: `sent` × subscribers if nothing was lost. */
  delivered: number;
  /** Deliveries due that never came, or came changed. */
  lost: number;
  /** Arrivals of a message that the subscriber had already. */
  duplicated: number;
  /** Arrivals of a message after one that was sent later. */
  reordered: number;
  /** Connections that the server ended. */
  disconnected: number;
  /** What was measured after the warm-up. Only there if every delivery of the round was right. */
  figures?: Figures;
}

/** What was measured between two instants of a round. */
export interface Figures {
  /** First arrivals at all subscribers, per second. */
  deliveriesPerSecond: number;
  /** Messages that reached all subscribers, per second. */
  messagesPerSecond: number;
  /** From sending to arrival at one subscriber, in milliseconds: half of all deliveries were as fast. */
  latencyP50Ms: number;
  /** From sending to arrival at one subscriber, in milliseconds: 99 % of all deliveries were as fast. */
  latencyP99Ms: number;
  /** CPU that the load generator used, in % of one core. */
  generatorCpuPercent: number;
  /** CPU that the server used, in % of one core. */
  serverCpuPercent?: number;
  /** Deliveries for each second of the server's CPU time. */
  deliveriesPerServerCpuSecond?: number;
}

interface Flight {
  sentAt: number;
  missing: number;
  measured: boolean;
}

interface Instant {
  at: number;
  delivered: number;
  completed: number;
  /** In seconds. */
  generatorCpu: number;
  /** In seconds. */
  serverCpu: number | undefined;
}

const LOOK_EVERY_MS = 10;
/** More handshakes at once would overflow the queue of a server that has not accepted them yet. */
const HANDSHAKES_AT_ONCE = 64;

/**
 * Loads a server for one round: connects, warms up, counts, waits for what is in flight, and checks that each
 * subscriber got every message exactly once and in order.
 *
 * @throws TargetFailure if the server cannot be reached or does not answer pings
 */
export async function runRound(load: Load): Promise<Round> {
  const peers: Peer[] = [];
  try {
    while (peers.length < load.subscribers + 1) {
      await openBatch(load.url, Math.min(HANDSHAKES_AT_ONCE, load.subscribers + 1 - peers.length), peers);
    }
    if (!(await pingAll(peers, load.patienceMs)))
      throw new TargetFailure(`${load.url} does not answer {"type":"ping"}`);
    const [publisher, ...subscribers] = peers as [Peer, ...Peer[]];
    return await new ClosedLoop(load, publisher, subscribers).run();
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

/** Opens connections side by side into `peers`; if one fails, the others are there to be closed. */
async function openBatch(url: string, size: number, peers: Peer[]): Promise<void> {
  const attempts = await Promise.allSettled(Array.from({ length: size }, () => Peer.open(url)));
  for (const attempt of attempts) if (attempt.status === "fulfilled") peers.push(attempt.value);
  for (const attempt of attempts) if (attempt.status === "rejected") throw attempt.reason;
}

async function pingAll(peers: Peer[], patienceMs: number): Promise<boolean> {
  const answers = await Promise.all(peers.map((peer) => peer.ping(patienceMs)));
  return answers.every((answered) => answered);
}

class ClosedLoop {
  readonly #load: Load;
  readonly #publisher: Peer;
  readonly #subscribers: Peer[];
  readonly #messages: NumberedMessages;
  readonly #records: DeliveryRecord[];
  readonly #flights = new Map<number, Flight>();
  readonly #latencyUs: Histogram = build({ highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3 });
  #publishing = true;
  #measuring = false;
  #sent = 0;
  #delivered = 0;
  #completed = 0;
  #disconnected = 0;

  constructor(load: Load, publisher: Peer, subscribers: Peer[]) {
    this.#load = load;
    this.#publisher = publisher;
    this.#subscribers = subscribers;
    this.#messages = createNumberedMessages(load.messageBytes);
    this.#records = subscribers.map(() => new DeliveryRecord());
    subscribers.forEach((subscriber, index) => {
      const record = this.#records[index] as DeliveryRecord;
      subscriber.onMessage = (data) => this.#arrive(record, data);
    });
    for (const peer of [publisher, ...subscribers]) peer.onLost = () => this.#disconnected++;
  }

  async run(): Promise<Round> {
    const { warmUpMs, durationMs, window } = this.#load;
    this.#fill();
    const warmedUpAt = performance.now() + warmUpMs;
    await this.#until(() => performance.now() >= warmedUpAt && this.#completed >= 2 * window);

    this.#measuring = true;
    const from = this.#now();
    await this.#until(() => performance.now() >= from.at + durationMs);
    const to = this.#now();
    this.#measuring = false;

    this.#publishing = false;
    await this.#until(() => this.#flights.size === 0);
    // A duplicate may follow the last delivery, but not the answer to a ping that was sent after it.
    if (this.#disconnected === 0) await pingAll(this.#subscribers, this.#load.patienceMs);
    return this.#judge(from, to);
  }

  #fill(): void {
    while (this.#publishing && this.#flights.size < this.#load.window) {
      const sequence = this.#sent++;
      const sentAt = performance.now();
      this.#flights.set(sequence, { sentAt, missing: this.#subscribers.length, measured: this.#measuring });
      this.#publisher.send(this.#messages.textOf(sequence));
    }
  }

  #arrive(record: DeliveryRecord, data: Buffer): void {
    const sequence = this.#messages.sequenceOf(data);
    const flight = sequence === undefined ? undefined : this.#flights.get(sequence);
    // A message that is not in flight is a duplicate of one that all have, or was never sent.
    if (sequence === undefined || sequence >= this.#sent || !record.note(sequence) || !flight) return;
    this.#delivered++;
    if (flight.measured) this.#latencyUs.recordValue(Math.round((performance.now() - flight.sentAt) * 1_000));
    if (--flight.missing > 0) return;
    this.#completed++;
    this.#flights.delete(sequence);
    this.#fill();
  }

  /**
   * Waits for a state; gives up once a connection is lost, or nothing has arrived for the load's patience. Patience is
   * counted in looks, with all that has arrived read between them: a machine that stood still has not lost a message.
   */
  async #until(reached: () => boolean): Promise<void> {
    let delivered = this.#delivered;
    let idleLooks = 0;
    while (!reached() && this.#disconnected === 0 && idleLooks * LOOK_EVERY_MS < this.#load.patienceMs) {
      await delay(LOOK_EVERY_MS);
      idleLooks = delivered === this.#delivered ? idleLooks + 1 : 0;
      delivered = this.#delivered;
    }
  }

  #now(): Instant {
    const { user, system } = process.cpuUsage();
    return {
      at: performance.now(),
      delivered: this.#delivered,
      completed: this.#completed,
      generatorCpu: (user + system) / 1_000_000,
      serverCpu: this.#load.serverCpuSeconds?.(),
    };
  }

  #judge(from: Instant, to: Instant): Round {
    const total = (count: "duplicated" | "reordered") => this.#records.reduce((sum, record) => sum + record[count], 0);
    const round: Round = {
      sent: this.#sent,
      delivered: this.#delivered,
      lost: this.#sent * this.#subscribers.length - this.#delivered,
      duplicated: total("duplicated"),
      reordered: total("reordered"),
      disconnected: this.#disconnected,
    };
    const faults = round.lost + round.duplicated + round.reordered + round.disconnected;
    return faults === 0 ? { ...round, figures: this.#figures(from, to) } : round;
  }

  #figures(from: Instant, to: Instant): Figures {
    const seconds = (to.at - from.at) / 1_000;
    const deliveries = to.delivered - from.delivered;
    const serverCpu = (to.serverCpu ?? 0) - (from.serverCpu ?? 0);
    return {
      deliveriesPerSecond: deliveries / seconds,
      messagesPerSecond: (to.completed - from.completed) / seconds,
      latencyP50Ms: this.#latencyUs.getValueAtPercentile(50) / 1_000,
      latencyP99Ms: this.#latencyUs.getValueAtPercentile(99) / 1_000,
      generatorCpuPercent: ((to.generatorCpu - from.generatorCpu) / seconds) * 100,
      ...(serverCpu > 0 && {
        serverCpuPercent: (serverCpu / seconds) * 100,
        deliveriesPerServerCpuSecond: deliveries / serverCpu,
      }),
    };
  }
}
