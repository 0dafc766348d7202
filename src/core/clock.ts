/** The port to time: all waiting of a client goes through it, so that tests and simulations need not wait. */

/** Time as a client sees it. */
export interface Clock {
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  now(): number;
  /** Milliseconds since 1970 on the clock of the wall; it is shown, never counted with. */
  date(): number;
  /**
   * Runs a task once, not before `ms` milliseconds have passed.
   *
   * @returns what calls it off
   */
  after(ms: number, task: () => void): () => void;
}
