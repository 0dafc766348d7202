/** State that a fault keeps for each client or connection, made when it is first asked for. */

export function perKey<Key extends object, State extends object>(initial: (key: Key) => State): (key: Key) => State {
  const states = new WeakMap<Key, State>();
  return (key) => {
    const state = states.get(key) ?? initial(key);
    states.set(key, state);
    return state;
  };
}

/** Counts its calls for each key, from 1. */
export function counter<Key extends object>(): (key: Key) => number {
  const counts = perKey<Key, { calls: number }>(() => ({ calls: 0 }));
  return (key) => {
    counts(key).calls += 1;
    return counts(key).calls;
  };
}
