/** A clock that goes when it is told to: tests of what takes hours are over at once. */
import type { Clock } from "./clock.ts";

/** Simulated time. Timers run in the order in which they are due, and those that are due together in order of age. */
export class SimulatedClock implements Clock {
  #now = 0;
  #timers: { dueAt: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { dueAt: this.#now + ms, task };
    this.#timers.push(timer);
    return () => this.#drop(timer);
  }

  /** Lets time pass, and runs each timer at its time. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#now = Math.max(this.#now, timer.dueAt);
      this.#drop(timer);
      timer.task();
    }
    this.#now = end;
  }

  /** Lets time pass in which no timer runs, as in a machine that sleeps. They are late then: `pass(0)` runs them. */
  freeze(ms: number): void {
    this.#now += ms;
  }

  #next(end: number): { dueAt: number; task: () => void } | undefined {
    const due = this.#timers.filter(({ dueAt }) => dueAt <= end);
    return due.sort((one, other) => one.dueAt - other.dueAt)[0];
  }

  #drop(timer: { dueAt: number }): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}
