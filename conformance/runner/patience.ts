/** Waiting for a subject: as long as it gets on, and no longer. The only place of the kit that decides what "never" is. */
import type { Finding } from "../finding.ts";
import type { LagMeter } from "./lag.ts";

/** The bounds of a case's waiting, in milliseconds. */
export interface PatienceLimits {
  /** How long a subject may show no progress before what is awaited counts as absent. */
  stallMs: number;
  /** How long the whole case may take before what is awaited counts as absent. */
  caseMs: number;
  /** When the whole run has to be over, by `performance.now()`. */
  runEndsAt: number;
}

/** The time of the run is over: nothing can be said of the subject. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

/**
 * One case's patience. What is awaited counts as absent when the subject has shown no progress for `stallMs` plus ten
 * times the lag that the kit had itself, or when the whole case has taken `caseMs`. So a slow subject is not failed as
 * long as it gets on.
 */
export class Patience {
  readonly limits: PatienceLimits;
  readonly #lag: LagMeter;
  readonly #startedAt = performance.now();
  readonly #checks = new Set<() => void>();
  #progressAt = performance.now();

  constructor(limits: PatienceLimits, lag: LagMeter) {
    this.limits = limits;
    this.#lag = lag;
  }

  /** Says that the state of a peer has changed; with `progress`, that the subject did something for this case. */
  notify(progress: boolean): void {
    if (progress) this.#progressAt = performance.now();
    for (const check of [...this.#checks]) check();
  }

  /**
   * Resolves when `done` holds.
   *
   * @param absent - makes the finding for when it never does; it is told for how long that was awaited.
   * @param hopeless - makes a finding as soon as it can't hold any more, say because a connection is lost.
   * @param stallMs - how long the subject may show no progress, where that is not what the limits say.
   */
  until(
    done: () => boolean,
    absent: (awaited: string) => Finding,
    hopeless?: () => Finding | undefined,
    stallMs = this.limits.stallMs,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const settle = (finding?: Finding | OutOfTime) => {
        this.#checks.delete(check);
        clearInterval(timer);
        if (finding === undefined) resolve();
        else reject(finding);
      };
      const check = () => {
        if (done()) return settle();
        const finding = hopeless?.();
        if (finding !== undefined) settle(finding);
      };
      const checkTime = () => {
        const now = performance.now();
        const since = Math.max(startedAt, this.#progressAt);
        const stalled = now - since > stallMs + 10 * this.#lag.worstSince(since);
        if (stalled) return settle(absent(`within ${stallMs} ms of the last sign of life`));
        if (now - this.#startedAt > this.limits.caseMs) {
          const seconds = Math.round(this.limits.caseMs / 1_000);
          const finding = absent(
            `within the ${seconds} s of a case, in which signs of life still came (--time-scale gives more)`,
          );
          finding.details.outOfTime = true;
          return settle(finding);
        }
        if (now > this.limits.runEndsAt) settle(new OutOfTime("The time of the run was over before this case was"));
      };
      const timer = setInterval(checkTime, 25);
      this.#checks.add(check);
      check();
    });
  }

  /**
   * Resolves when a window has passed in which nothing was wrong, whatever the subject did otherwise.
   *
   * @param windowMs - as the rule states it: the subject acts by its own clock.
   * @param broken - makes a finding as soon as something is wrong.
   */
  quiet(windowMs: number, broken: () => Finding | undefined): Promise<void> {
    const endsAt = performance.now() + windowMs;
    return new Promise((resolve, reject) => {
      const settle = (finding?: Finding | OutOfTime) => {
        this.#checks.delete(check);
        clearInterval(timer);
        if (finding === undefined) resolve();
        else reject(finding);
      };
      const check = () => {
        const finding = broken();
        if (finding !== undefined) settle(finding);
      };
      const timer = setInterval(() => {
        const now = performance.now();
        if (now >= endsAt) settle(broken());
        else if (now > this.limits.runEndsAt)
          settle(new OutOfTime("The time of the run was over before this case was"));
      }, 25);
      this.#checks.add(check);
      check();
    });
  }

  /**
   * Resolves when `done` holds, which has to be within a window, whatever the subject does otherwise.
   *
   * @param windowMs - as the rule states it, with all that it grants; the lag that the kit had itself comes on top.
   * @param absent - makes the finding for when it does not.
   */
  within(windowMs: number, done: () => boolean, absent: () => Finding): Promise<void> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const settle = (finding?: Finding | OutOfTime) => {
        this.#checks.delete(check);
        clearInterval(timer);
        if (finding === undefined) resolve();
        else reject(finding);
      };
      const check = () => {
        if (done()) settle();
      };
      const timer = setInterval(() => {
        const now = performance.now();
        if (done()) settle();
        else if (now - startedAt > windowMs + 10 * this.#lag.worstSince(startedAt)) settle(absent());
        else if (now > this.limits.runEndsAt)
          settle(new OutOfTime("The time of the run was over before this case was"));
      }, 25);
      this.#checks.add(check);
      check();
    });
  }
}
