/** Timers that keep no process alive, and tell how late they are. */

export interface Timer {
  cancel(): void;
}

/** Calls `action` with the milliseconds by which it is late. */
export function after(ms: number, action: (lateMs: number) => void): Timer {
  const due = performance.now() + ms;
  // What is longer than a timer of Node can be is as good as never.
  const timer = setTimeout(() => action(performance.now() - due), Math.min(ms, 2_147_483_647)).unref();
  return { cancel: () => clearTimeout(timer) };
}

/** Calls `action` again and again, with the milliseconds since it was called before. */
export function every(ms: number, action: (sinceMs: number) => void): Timer {
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const since = now - before;
    before = now;
    action(since);
  }, ms).unref();
  return { cancel: () => clearInterval(timer) };
}
