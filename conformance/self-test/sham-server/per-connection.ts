/** State that a fault keeps for each connection, made when it is first asked for. */
import type { Connection } from "./steps.ts";

export function perConnection<State extends object>(initial: () => State): (connection: Connection) => State {
  const states = new WeakMap<Connection, State>();
  return (connection) => {
    const state = states.get(connection) ?? initial();
    states.set(connection, state);
    return state;
  };
}

/** Counts its calls for each connection, from 1. */
export function counter(): (connection: Connection) => number {
  const counts = perConnection(() => ({ calls: 0 }));
  return (connection) => {
    counts(connection).calls += 1;
    return counts(connection).calls;
  };
}

/** How often it was called for a connection in the last `ms`, this call included. */
export function rate(ms: number): (connection: Connection) => number {
  const calls = perConnection((): { at: number[] } => ({ at: [] }));
  return (connection) => {
    const now = performance.now();
    const recent = calls(connection);
    recent.at = [...recent.at.filter((at) => now - at < ms), now];
    return recent.at.length;
  };
}
