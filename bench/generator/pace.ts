/** When the publisher publishes: as soon as messages are done, or when it is their time. */
import type { Histogram } from "hdr-histogram-js";
import { nowMicros } from "./shared-clock.ts";
import { recordTime, timeHistogram } from "./time-histogram.ts";

/** Decides how many messages to publish, and which time they bear. */
export interface Pace {
  /** The times of the messages to publish now. Asked after every read, and when time has passed. */
  due(state: { next: number; complete: number; now: number }): readonly number[];
  /** Whether deliveries could not keep up with time. Nothing is published after that. */
  readonly overloaded: boolean;
  /** Whether the publisher itself could not: it stood still for too long. Nothing is published after that, either. */
  readonly stalled: boolean;
  /** How much later than intended messages were sent, in microseconds; where there is a schedule. */
  readonly lateness: Histogram | undefined;
}

/** Closed loop: a fixed number of messages is on its way at any time. */
export class ClosedLoop implements Pace {
  readonly overloaded = false;
  readonly stalled = false;
  readonly lateness = undefined;
  readonly #window: number;

  constructor(window: number) {
    this.#window = window;
  }

  due({ next, complete }: { next: number; complete: number }): readonly number[] {
    const count = complete + this.#window - next;
    if (count <= 0) return [];
    return new Array(count).fill(nowMicros());
  }
}

/** More messages behind than are due in that time, and deliveries, or the publisher, can't keep up. In microseconds. */
const OVERLOAD_MICROS = 700_000;

/** Open loop: a schedule that does not wait for anybody. Messages bear the time when they should have been sent. */
export class OpenLoop implements Pace {
  overloaded = false;
  stalled = false;
  readonly lateness = timeHistogram();
  readonly #interval: number;
  readonly #start: number;
  #scheduled = 0;
  /** Messages below this number were sent so late that it is the publisher's fault if they arrive late. */
  #lateUpTo = 0;

  /** @param rate - messages a second */
  constructor(rate: number) {
    this.#interval = 1_000_000 / rate;
    this.#start = nowMicros();
  }

  due({ next, complete, now }: { next: number; complete: number; now: number }): readonly number[] {
    if (this.overloaded || this.stalled) return [];
    const times: number[] = [];
    for (let at = this.#at(); at <= now; at = this.#at()) {
      times.push(Math.round(at));
      recordTime(this.lateness, now - at);
      this.#scheduled++;
    }
    // What is due only now is behind for no fault of the server.
    const behind = (next - complete) * this.#interval;
    const late = times.length * this.#interval;
    // One message a second may be behind by itself.
    const tooFarBehind = behind - 2 * this.#interval > OVERLOAD_MICROS;
    this.stalled = late > OVERLOAD_MICROS + this.#interval || (tooFarBehind && complete < this.#lateUpTo);
    this.overloaded = tooFarBehind && !this.stalled;
    if (late > OVERLOAD_MICROS / 2 + this.#interval) this.#lateUpTo = next + times.length;
    return this.overloaded || this.stalled ? [] : times;
  }

  #at(): number {
    return this.#start + this.#scheduled * this.#interval;
  }
}
