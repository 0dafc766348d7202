/** Makes a sham client: the plain one, with at most one fault or null adapter, or with oddities. */
import { type FaultName, faults } from "./faults.ts";
import { type NullAdapterName, nullAdapters } from "./null-adapters.ts";
import { type Oddity, type OddityName, oddities } from "./oddities.ts";
import { plainSteps } from "./plain-steps.ts";
import { defaults } from "./settings.ts";
import type { Client, Override, Room } from "./steps.ts";
import { every } from "./timing.ts";

export interface ShamClientOptions {
  readonly fault?: FaultName;
  /** Several have to replace different steps. */
  readonly oddities?: readonly OddityName[];
  readonly nullAdapter?: NullAdapterName;
}

/** Where a sham client lives: what it writes goes to `output`, and `exit` ends it. */
export interface Process {
  output(text: string): void;
  exit(status: number): void;
}

export function makeShamClient(options: ShamClientOptions, process: Process): Room {
  const { fault, oddities: named = [], nullAdapter } = options;
  const claims = fault === undefined ? named.map((name) => oddities[name]).find(claimsLess) : faults[fault];
  return makeWith(
    [
      ...(fault === undefined ? [] : [faults[fault].steps]),
      ...named.map((name) => oddities[name].steps),
      ...(nullAdapter === undefined ? [] : [nullAdapters[nullAdapter].steps]),
      ...(claims === undefined ? [] : [claiming(claims)]),
    ],
    process,
  );
}

/** Makes the plain client with these overrides, each of which goes before those to its left. */
export function makeWith(overrides: readonly Override[], process: Process): Room {
  const clients = new Map<string, Client>();
  const room: Room = {
    ...process,
    clients,
    get steps() {
      return steps;
    },
    make(name, transport, urls, { events: _, ...options }) {
      if (clients.has(name)) throw new Error(`There is a client "${name}" already.`);
      const client: Client = {
        name,
        transport,
        urls,
        settings: { ...defaults, ...options },
        state: "idle",
        attempts: 0,
        failures: -1,
        delays: 0,
        refusals: 0,
        queue: [],
        lastEventId: "",
        retryMs: 0,
      };
      clients.set(name, client);
      return client;
    },
  };
  let steps = plainSteps(room);
  for (const override of overrides) steps = { ...steps, ...override(steps, room) };
  every(500, (sinceMs) => {
    if (sinceMs > 1500) steps.onWake(sinceMs);
  });
  return room;
}

/** Says less in `hello`. */
const claimsLess = ({ claims, options }: Pick<Oddity, "claims" | "options">) =>
  claims !== undefined || options !== undefined;

function claiming({ claims, options }: Pick<(typeof faults)[FaultName], "claims" | "options">): Override {
  return (plain) => ({
    hello() {
      const hello = plain.hello();
      return {
        ...hello,
        profiles: [...(claims ?? hello.profiles ?? [])],
        options: [...(options ?? hello.options ?? [])],
      };
    },
  });
}
