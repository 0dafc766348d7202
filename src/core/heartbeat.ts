/** Pings on one connection, and whether it is alive: what is judged is time that passed, never a timer that fired. */
import type { Clock } from "./clock.ts";

/** How a connection is watched. */
export interface HeartbeatOptions {
  clock: Clock;
  /** How often a ping is sent. */
  intervalMs: number;
  /** How long after a ping nothing may come. */
  pongTimeoutMs: number;
  /** Sends a ping. */
  ping: () => void;
  /** Is told, once, that the connection is dead. */
  dead: () => void;
}

/** A timer that is later than this tells that timers did not run: a machine slept, a tab was frozen. */
const LATE_MS = 1_000;
/** How often in a row timers may be late before silence counts: in a tab in the background they are late for ever. */
const MOST_EXCUSES = 3;
/** Between the deadline and the verdict: what is waiting to be read is read meanwhile. */
const LAST_LOOK_MS = 200;

/**
 * The heartbeat of one connection, from its opening on; the next one gets its own (LIVE-4).
 *
 * A ping goes out once in each interval (CORE-C2a). Whatever comes is a sign of life (LIVE-2). Where nothing comes within
 * the timeout after a ping, the connection is dead (LIVE-1a), unless the timers were late: then it gets a fresh ping and the
 * whole timeout once more (LIVE-3).
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #openedAt: number;
  /** Counts the intervals that have begun, but for the first. */
  #beat = 0;
  #pings = 0;
  #excuses = 0;
  #stopBeat: () => void = () => {};
  /** Calls the deadline off; nothing while no answer is awaited. */
  #stopDeadline: (() => void) | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#openedAt = options.clock.now();
    this.#scheduleBeat();
  }

  /** Something has come. */
  heard(): void {
    this.#excuses = 0;
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
  }

  /**
   * Asks now whether the connection is alive. It takes the place of a ping that an interval had left over, so that there
   * never are more pings than intervals (CORE-C2b); where none is left, the last one was sent only just now.
   */
  probe(): void {
    const { clock, intervalMs, pongTimeoutMs, ping } = this.#options;
    const begun = Math.max(this.#beat, Math.floor((clock.now() - this.#openedAt) / intervalMs)) + 1;
    if (this.#pings >= begun) return;
    this.#pings++;
    ping();
    if (this.#stopDeadline === undefined) this.#await(pongTimeoutMs, () => this.#judge());
  }

  /** Stops for good: no ping follows. */
  stop(): void {
    this.#stopBeat();
    this.heard();
  }

  #scheduleBeat(): void {
    const { clock, intervalMs } = this.#options;
    const elapsed = clock.now() - this.#openedAt;
    // Intervals that passed while no timer ran are left out.
    const beat = Math.max(this.#beat, Math.floor(elapsed / intervalMs)) + 1;
    this.#stopBeat = clock.after(beat * intervalMs - elapsed, () => {
      this.#beat = beat;
      this.probe();
      this.#scheduleBeat();
    });
  }

  #await(ms: number, verdict: () => void): void {
    const { clock } = this.#options;
    const dueAt = clock.now() + ms;
    this.#stopDeadline = clock.after(ms, () => {
      if (clock.now() - dueAt > LATE_MS && this.#excuses < MOST_EXCUSES) this.#excuse();
      else verdict();
    });
  }

  #excuse(): void {
    this.#excuses++;
    this.#await(this.#options.pongTimeoutMs, () => this.#judge());
    this.probe();
  }

  #judge(): void {
    this.#await(Math.min(LAST_LOOK_MS, this.#options.pongTimeoutMs), () => {
      this.stop();
      this.#options.dead();
    });
  }
}
