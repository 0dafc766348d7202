/** Ten thousand clients that lose one server, in simulated time: when each of them is back. */
import { type Clock, createClient, type LineListener, type Transport } from "../../src/client/index.ts";

/** How many come back, and when. */
export interface Comeback {
  /** The most that came back within any 100 milliseconds, of those that begin at the end of the outage. */
  peak: number;
  /** How long after the end of the outage half of all clients are back, in milliseconds. */
  p50Ms: number;
  /** The same for 99 of a hundred. */
  p99Ms: number;
  /** How many have given up. */
  gaveUp: number;
}

const WINDOW_MS = 100;
/** How long a connection is open before the outage: the attempts of all clients are counted from it. */
const OPEN_FOR_MS = 60_000;
/** How long after the outage the last may come: twice the longest delay. */
const WATCHED_MS = 60_000;

/** Time that goes from one millisecond to the next, for any number of timers: all are set to whole milliseconds. */
class SimulatedTime implements Clock {
  #now = 0;
  readonly #due = new Map<number, Set<() => void>>();

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const at = this.#now + Math.max(1, ms);
    const tasks = this.#due.get(at) ?? new Set();
    // A task of one's own for each timer: two may be set to the same.
    const timer = () => task();
    this.#due.set(at, tasks.add(timer));
    return () => void tasks.delete(timer);
  }

  passTo(end: number): void {
    while (this.#now < end) {
      this.#now++;
      for (const task of this.#due.get(this.#now) ?? []) task();
      this.#due.delete(this.#now);
    }
  }
}

/** A server that takes everybody, except while it is out. Who asks then is refused at once. */
class SimulatedServer implements Transport {
  readonly beats = false;
  isUp = true;
  readonly #clock: Clock;
  readonly #open = new Set<LineListener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(listener: LineListener): ReturnType<Transport["open"]> {
    this.#clock.after(1, () => {
      if (!this.isUp) return listener.ended({ sequel: "again", reason: "refused" });
      this.#open.add(listener);
      listener.opened();
    });
    return { send: () => undefined, bufferedBytes: 0, leave() {}, cut() {} };
  }

  /** All connections are lost in the same instant. */
  fail(): void {
    this.isUp = false;
    const lost = [...this.#open];
    this.#open.clear();
    for (const listener of lost) listener.ended({ sequel: "again", code: 1006, reason: "lost" });
  }
}

/**
 * Has clients of this library, with the options that they have by default, lose their server for a while.
 *
 * @param options.random - gives numbers from 0 up to 1
 */
export function simulateHerd(options: { clients: number; outageMs: number; random: () => number }): Comeback {
  const clock = new SimulatedTime();
  const server = new SimulatedServer(clock);
  const backAt = OPEN_FOR_MS + options.outageMs;
  const comebacks: number[] = [];
  let gaveUp = 0;
  for (let count = 0; count < options.clients; count++) {
    const client = createClient("ws://simulated/", { transport: server, clock, random: options.random });
    client.on("open", () => clock.now() > OPEN_FOR_MS && comebacks.push(clock.now() - backAt));
    client.on("state", ({ state }) => {
      if (state === "failed") gaveUp++;
    });
    client.connect();
  }
  clock.passTo(OPEN_FOR_MS);
  server.fail();
  clock.passTo(backAt);
  server.isUp = true;
  clock.passTo(backAt + WATCHED_MS);
  return comebackOf(comebacks, options.clients, gaveUp);
}

/**
 * The same by arithmetic for clients without chance: the nth delay is n seconds, ten at most, and after five attempts they
 * give up. All of them do the same.
 */
export function linearHerd(options: { clients: number; outageMs: number }): Comeback {
  let at = 0;
  for (let attempt = 1; attempt <= 5; attempt++) {
    at += Math.min(1_000 * attempt, 10_000);
    if (at >= options.outageMs)
      return comebackOf(Array(options.clients).fill(at - options.outageMs), options.clients, 0);
  }
  return comebackOf([], options.clients, options.clients);
}

function comebackOf(comebacks: number[], clients: number, gaveUp: number): Comeback {
  const windows = new Map<number, number>();
  for (const ms of comebacks) {
    const window = Math.floor(ms / WINDOW_MS);
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }
  const sorted = comebacks.sort((one, other) => one - other);
  const after = (share: number) => sorted[Math.ceil(clients * share) - 1] ?? Number.POSITIVE_INFINITY;
  return { peak: Math.max(0, ...windows.values()), p50Ms: after(0.5), p99Ms: after(0.99), gaveUp };
}
