/** Makes a sham client: the plain one, with at most one fault, oddity or null adapter. */
import { type FaultName, faults } from "./faults.ts";
import { type NullAdapterName, nullAdapters } from "./null-adapters.ts";
import { type OddityName, oddities } from "./oddities.ts";
import { plainSteps } from "./plain-steps.ts";
import { defaults } from "./settings.ts";
import type { Client, Override, Room } from "./steps.ts";
import { every } from "./timing.ts";

export interface ShamClientOptions {
  readonly fault?: FaultName;
  readonly oddity?: OddityName;
  readonly nullAdapter?: NullAdapterName;
}

/** Where a sham client lives: what it writes goes to `output`, and `exit` ends it. */
export interface Process {
  output(text: string): void;
  exit(status: number): void;
}

export function makeShamClient({ fault, oddity, nullAdapter }: ShamClientOptions, process: Process): Room {
  const claims = fault === undefined ? oddity && oddities[oddity] : faults[fault];
  return makeWith(
    [
      ...(fault === undefined ? [] : [faults[fault].steps]),
      ...(oddity === undefined ? [] : [oddities[oddity].steps]),
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
