/** Things done later, or one after the other; none of them keeps a process alive. */
import { setTimeout as delay } from "node:timers/promises";
import { perConnection } from "./per-connection.ts";
import type { Connection } from "./steps.ts";

/** Calls with the same `ms` keep their order. */
export function later(ms: number, action: () => void): void {
  setTimeout(action, ms).unref();
}

export function wait(ms: number): Promise<void> {
  return delay(ms, undefined, { ref: false });
}

/** Does `action` again and again until the connection's TCP connection is gone. */
export function every(ms: number, connection: Connection, action: () => void): void {
  const timer = setInterval(action, ms).unref();
  connection.socket.once("close", () => clearInterval(timer));
}

/** A queue for each connection: a task starts when the one before it has ended. */
export function inTurn(): (connection: Connection, task: () => Promise<void>) => void {
  const queue = perConnection(() => ({ last: Promise.resolve() }));
  return (connection, task) => {
    const { last } = queue(connection);
    queue(connection).last = last.then(task);
  };
}
