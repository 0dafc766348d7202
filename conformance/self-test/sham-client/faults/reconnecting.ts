/** Faults in whether a client connects again, and how often. */
import type { Fault } from "../faults.ts";
import { counter } from "../per-key.ts";
import type { Client, Ending, Override } from "../steps.ts";

const stops = { goesOn: false, state: "failed" } as const;

/** Gives up after endings for which the test holds. */
const stopsAfter =
  (start: () => (ending: Ending, client: Client) => boolean): Override =>
  (plain) => {
    const test = start();
    return {
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        return test(ending, client) ? stops : plan;
      },
    };
  };

/** Each delay is this long. */
const waitsFor =
  (delay: (client: Client) => number): Override =>
  (plain) => ({
    delayFor: (client, plan) => Math.max(delay(client), plan.notBeforeMs ? plain.delayFor(client, plan) : 0),
  });

/** The limit of attempts is another one. */
const limitOf =
  (change: (limit: number) => number): Override =>
  (plain) => ({ limit: (client) => change(plain.limit(client)) });

export const reconnectingFaults = {
  // C7a
  "reconnecting.never": {
    breaks: "CORE-C7a",
    description: "The client does not connect again after a loss.",
    steps: stopsAfter(
      () =>
        ({ how }) =>
          how === "lost",
    ),
  },
  "reconnecting.once-only": {
    breaks: "CORE-C7a",
    description: "The client connects again after the first loss only.",
    steps: stopsAfter(() => {
      const losses = counter<Client>();
      return ({ how }, client) => how === "lost" && losses(client) > 1;
    }),
  },
  "reconnecting.not-without-a-close-frame": {
    breaks: "CORE-C7a",
    description: "The client does not connect again after an end without a Close frame.",
    steps: stopsAfter(
      () =>
        ({ how, code }, { transport }) =>
          how === "lost" && code === undefined && transport === "ws",
    ),
  },
  "reconnecting.not-after-a-close-frame": {
    breaks: "CORE-C7a",
    description: "The client connects again only after an end without a Close frame.",
    steps: stopsAfter(
      () =>
        ({ code }) =>
          code !== undefined,
    ),
  },

  // C7b
  "reconnecting.not-after-a-failure": {
    breaks: "CORE-C7b",
    description: "An attempt that fails is the last one.",
    steps: stopsAfter(
      () =>
        ({ how }, { transport }) =>
          how === "failed" && transport === "ws",
    ),
  },
  "reconnecting.not-after-a-first-failure": {
    breaks: "CORE-C7b",
    description: "When the first attempt of all fails the client gives up.",
    steps: stopsAfter(
      () =>
        ({ how }, { attempts, transport }) =>
          how === "failed" && attempts === 1 && transport === "ws",
    ),
  },
  "reconnecting.not-after-a-refusal": {
    breaks: "CORE-C7b",
    description: "The client gives up when the answer is a refusal, and connects again only where nobody answers.",
    steps: stopsAfter(
      () =>
        ({ response }, { transport }) =>
          response !== undefined && transport === "ws",
    ),
  },
  "reconnecting.fewer-than-the-limit": {
    breaks: "CORE-C7b",
    description: "The first attempt is counted, too: one less is made than may be.",
    steps: limitOf((limit) => limit - 1),
  },

  // C7c
  "reconnecting.at-once": {
    breaks: "CORE-C7c",
    description: "There are no delays.",
    steps: waitsFor(() => 0),
  },
  "reconnecting.every-10-ms": {
    breaks: "CORE-C7c",
    description: "Each delay is up to 10 ms long.",
    steps: waitsFor(() => 5 + 5 * Math.random()),
  },
  "reconnecting.milliseconds-for-seconds": {
    breaks: "CORE-C7c",
    description: "Delays are a thousand times too short.",
    steps: (plain) => ({ nominalDelay: (client) => plain.nominalDelay(client) / 1000 }),
  },

  // C7d
  "reconnecting.longest-delay-ignored": {
    breaks: "CORE-C7d",
    description: "Delays grow without an end.",
    steps: () => ({ nominalDelay: ({ settings, delays }) => settings.baseDelayMs * 2 ** (Math.max(delays, 1) - 1) }),
  },
  "reconnecting.longest-delay-tripled": {
    breaks: "CORE-C7d",
    description: "A delay may be three times as long as the longest.",
    steps: () => ({
      nominalDelay: ({ settings, delays }) =>
        Math.min(3 * settings.maxDelayMs, settings.baseDelayMs * 2 ** (Math.max(delays, 1) - 1)),
    }),
  },
  "reconnecting.delay-above-the-longest": {
    breaks: "CORE-C7d",
    description: "Two seconds are added to each delay, whatever has been set as the longest.",
    steps: (plain) => ({ nominalDelay: (client) => 2000 + plain.nominalDelay(client) }),
  },

  // C7e
  "reconnecting.past-the-limit": {
    breaks: "CORE-C7e",
    description: "One attempt more is made than the limit permits.",
    steps: limitOf((limit) => limit + 1),
  },
  "reconnecting.limit-ignored": {
    breaks: "CORE-C7e",
    description: "The limit of attempts is ignored.",
    steps: limitOf(() => Number.POSITIVE_INFINITY),
  },
  "reconnecting.limit-ignored-at-first": {
    breaks: "CORE-C7e",
    description: "The limit holds after a loss; as long as nothing was open, attempts go on.",
    steps: (plain) => {
      const opened = new WeakSet<Client>();
      return {
        onOpen(connection) {
          opened.add(connection.client);
          plain.onOpen(connection);
        },
        planAfter(client, ending) {
          const plan = plain.planAfter(client, ending);
          const atLimit = ending.how === "failed" && !plan.goesOn && client.transport === "ws";
          return atLimit && !opened.has(client) ? { goesOn: true } : plan;
        },
      };
    },
  },

  // C8
  "reconnecting.never-counted-anew": {
    breaks: "CORE-C8",
    description: "Attempts that failed are counted for ever: a client that was open for days gives up too soon.",
    steps: (plain) => ({
      countAnew(client, openMs) {
        const failures = Math.max(client.failures, 0);
        plain.countAnew(client, openMs);
        client.failures = failures;
      },
    }),
  },
  "reconnecting.delays-never-begin-anew": {
    breaks: "CORE-C8",
    description: "After a connection that was stable the delays go on where they were.",
    steps: (plain) => ({
      countAnew: (client) => plain.countAnew(client, 0),
    }),
  },
  "reconnecting.counted-anew-after-a-minute": {
    breaks: "CORE-C8",
    description: "Delays begin anew after a connection of a minute.",
    steps: (plain) => ({
      countAnew: (client, openMs) => plain.countAnew(client, openMs < 60_000 ? 0 : openMs),
    }),
  },
} satisfies { readonly [name: string]: Fault };
