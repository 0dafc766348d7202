/** How late this process is: the kit's own event loop, measured all the time, so that it never blames a subject for it. */

const TICK_MS = 10;
const KEPT_MS = 120_000;

/** Measures the lag of the event loop from its creation to {@link LagMeter.stop}. */
export class LagMeter {
  readonly #samples: { at: number; lagMs: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + TICK_MS;

  constructor() {
    this.#timer = setInterval(() => this.#sample(), TICK_MS);
    this.#timer.unref();
  }

  /** @returns the worst lag in milliseconds since an instant of `performance.now()`. */
  worstSince(instant: number): number {
    let worst = performance.now() - this.#due;
    for (let index = this.#samples.length - 1; index >= 0; index--) {
      const sample = this.#samples[index];
      if (sample === undefined || sample.at < instant) break;
      worst = Math.max(worst, sample.lagMs);
    }
    return Math.max(0, worst);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const now = performance.now();
    this.#samples.push({ at: now, lagMs: Math.max(0, now - this.#due) });
    if (this.#samples.length > KEPT_MS / TICK_MS) this.#samples.splice(0, this.#samples.length / 2);
    this.#due = now + TICK_MS;
  }
}
