/** What cases expect of the states that a client shows. */
import type { DrivenClient } from "./driven-client.ts";
import { notLater } from "./expect-client.ts";
import { Finding } from "./finding.ts";

/** From each state to which others it may change (RECON-12c). */
const CHANGES: { readonly [state: string]: readonly string[] } = {
  idle: ["connecting", "closed"],
  connecting: ["open", "waiting", "closed", "failed"],
  open: ["waiting", "closed", "failed"],
  waiting: ["connecting", "closed", "failed"],
  closed: ["connecting"],
  failed: ["connecting", "closed"],
};

interface Shown {
  state: string;
  at: number;
}

function statesOf({ reports }: DrivenClient): Shown[] {
  return reports.filter(({ event }) => event === "state").map(({ data, at }) => ({ state: String(data), at }));
}

const inWords = (states: readonly string[]) => (states.length === 0 ? "no state" : states.join(", "));

/** Waits until a client has shown some state: it shows states at all. */
export function showsStates(client: DrivenClient): Promise<void> {
  return client.until(() => statesOf(client).length > 0, "show any state");
}

/** Checks that a client showed states, each of them one that there is, the ones given among them in this order. */
export async function eachStateShown(client: DrivenClient, expected: readonly string[]): Promise<void> {
  const shown = () => statesOf(client).map(({ state }) => state);
  await client
    .until(() => includesInOrder(shown(), expected), `show each of its states: ${inWords(expected)}`)
    .catch((error) => {
      if (!(error instanceof Finding)) throw error;
      throw new Finding("the client did not show each change of its state", {
        ...error.details,
        expected: inWords(expected),
        actual: inWords(shown()),
      });
    });
  const unknown = shown().find((state) => CHANGES[state] === undefined);
  if (unknown === undefined) return;
  throw new Finding("the client showed a state that there is not", {
    expected: inWords(Object.keys(CHANGES)),
    actual: unknown,
  });
}

/** Checks that no state was shown twice in a row. */
export function noStateTwice(client: DrivenClient): void {
  const shown = statesOf(client).map(({ state }) => state);
  const index = shown.findIndex((state, at) => at > 0 && state === shown[at - 1]);
  if (index < 0) return;
  throw new Finding("the client showed the same state twice in a row", {
    expected: "each change, once",
    actual: inWords(shown.slice(0, index + 1)),
  });
}

/** Checks that each change of states that was shown is one that may be. A client begins as `idle`, shown or not. */
export function onlyLegalChanges(client: DrivenClient): void {
  const shown = statesOf(client).map(({ state }) => state);
  let before = "idle";
  for (const [index, state] of shown.entries()) {
    const changes = CHANGES[before] ?? [];
    // The same state again, and one that there is not, are other rules' affairs.
    if (state !== before && changes.length > 0 && state in CHANGES && !changes.includes(state)) {
      throw new Finding(`the client changed its state from ${before} to ${state}`, {
        expected: changes.join(" or "),
        actual: inWords(shown.slice(0, index + 1)),
      });
    }
    before = state;
  }
}

/** Waits until the state that a client showed last is the one given. */
export function stateIs(client: DrivenClient, state: string, as: string): Promise<void> {
  return client.until(() => statesOf(client).at(-1)?.state === state, `show the state ${state} when ${as}`);
}

/** Checks that a client showed a state from some time on, and as long as it was to be. */
export function stateHeld(
  client: DrivenClient,
  state: string,
  { from, to, grantedMs }: { from: number; to: number; grantedMs: number },
): void {
  const since = statesOf(client).filter(({ at }) => at >= from);
  const [first, next] = since;
  if (first?.state !== state) {
    throw new Finding(`the client did not show the state ${state}`, {
      expected: state,
      actual: inWords(since.map((one) => one.state)),
    });
  }
  notLater(first.at - from, grantedMs, `the state ${state}`);
  if (next === undefined) return;
  notLater(to - next.at, grantedMs, `the end of the attempt before which the state ${state} was left`);
}

function includesInOrder(all: readonly string[], wanted: readonly string[]): boolean {
  let found = 0;
  for (const one of all) if (one === wanted[found]) found++;
  return found === wanted.length;
}
