/** Faults in delays, and in what is shown of them. */
import type { Fault } from "../faults.ts";
import { hides, together } from "../overriding.ts";
import { counter, perKey } from "../per-key.ts";
import type { Client, Override } from "../steps.ts";
import { after } from "../timing.ts";

const jitterFrom =
  (low: number, high = 1): Override =>
  () => ({ jitter: () => low + (high - low) * Math.random() });

/** The nominal delay for the n-th delay in a row, from 1. */
const grows =
  (delay: (base: number, n: number) => number): Override =>
  () => ({
    nominalDelay: ({ settings, delays }) =>
      Math.min(settings.maxDelayMs, delay(settings.baseDelayMs, Math.max(delays, 1))),
  });

/** Counts anew at some other time than when a connection has been stable. */
const countsAnewAfter =
  (share: number): Override =>
  (plain) => ({
    countAnew(client, openMs) {
      plain.countAnew(client, openMs >= share * client.settings.stableAfterMs ? Number.POSITIVE_INFINITY : 0);
    },
  });

/** Changes what is shown of a delay. */
const shows =
  (change: (data: { attempt: number; delayMs: number }, client: Client) => object): Override =>
  (plain) => ({
    report(client, event, told) {
      if (event !== "waiting") return plain.report(client, event, told);
      plain.report(client, event, { data: change(told?.data as { attempt: number; delayMs: number }, client) });
    },
  });

export const delayFaults = {
  // RECON-3a
  "delay.without-jitter": {
    breaks: "RECON-3a",
    description: "A delay is not random.",
    steps: () => ({ jitter: () => 1 }),
  },
  "delay.with-little-jitter": {
    breaks: "RECON-3a",
    description: "A delay lies between 0.95 and 1 times the nominal one.",
    steps: jitterFrom(0.95),
  },
  "delay.first-without-jitter": {
    breaks: "RECON-3a",
    description: "The first delay is not random, those after it are.",
    steps: (plain) => {
      let first = false;
      return {
        delayFor(client, plan) {
          first = client.delays <= 1;
          return plain.delayFor(client, plan);
        },
        jitter: () => (first ? 1 : plain.jitter()),
      };
    },
  },
  "delay.of-few-values": {
    breaks: "RECON-3a",
    description:
      "A delay is the nominal one and up to 20 ms: the jitter is in milliseconds that were meant as a share.",
    steps: (plain) => ({
      delayFor: (client, plan) =>
        plan.notBeforeMs ? plain.delayFor(client, plan) : plain.nominalDelay(client) - 20 * Math.random(),
    }),
  },
  "delay.one-factor-for-good": {
    breaks: "RECON-3a",
    description: "A client chooses at random once: all of its delays are the same part of the nominal ones.",
    steps: (plain) => {
      const jitter = perKey((_: Client) => ({ factor: 0.5 + Math.random() / 2 }));
      return {
        delayFor: (client, plan) =>
          plan.notBeforeMs ? plain.delayFor(client, plan) : plain.nominalDelay(client) * jitter(client).factor,
      };
    },
  },

  // RECON-3b
  "delay.constant": {
    breaks: "RECON-3b",
    description: "All delays come from the same range.",
    steps: grows((base) => base),
  },
  "delay.linear": {
    breaks: "RECON-3b",
    description: "The n-th delay is n times the first.",
    steps: grows((base, n) => base * n),
  },
  "delay.doubled-once": {
    breaks: "RECON-3b",
    description: "Delays are doubled once, and stay.",
    steps: grows((base, n) => base * Math.min(n, 2)),
  },

  // RECON-3c
  "delay.tripled": {
    breaks: "RECON-3c",
    description: "Each delay is three times as long as the one before.",
    steps: grows((base, n) => base * 3 ** (n - 1)),
  },
  "delay.doubled-too-soon": {
    breaks: "RECON-3c",
    description: "The first delay is four times as long as was set: attempts are counted from the wrong one.",
    steps: grows((base, n) => base * 2 ** (n + 1)),
  },
  "delay.jitter-on-top": {
    breaks: "RECON-3c",
    description: "The jitter is added: a delay lies between 1.5 and 3 times the nominal one.",
    steps: jitterFrom(1.5, 3),
  },
  "delay.first-as-long-as-the-longest": {
    breaks: "RECON-3c",
    description: "The first delay after a loss is as long as the longest.",
    steps: () => ({ nominalDelay: ({ settings }) => settings.maxDelayMs }),
  },

  // RECON-4a
  "delay.not-shown": {
    breaks: "RECON-4a",
    description: "Delays are not shown.",
    steps: hides("waiting"),
  },
  "delay.first-not-shown": {
    breaks: "RECON-4a",
    description: "The first delay in a row is not shown.",
    steps: hides("waiting", (_, { delays }) => delays <= 1),
  },
  "delay.nominal-shown": {
    breaks: "RECON-4a",
    description: "The nominal delay is shown, without its jitter.",
    steps: (plain, room) =>
      shows((data, client) => ({ ...data, delayMs: room.steps.nominalDelay(client) }))(plain, room),
  },
  "delay.shown-without-its-length": {
    breaks: "RECON-4a",
    description: "It is shown that a delay begins, but not how long it is.",
    steps: shows(({ attempt }) => ({ attempt })),
  },
  "delay.shown-as-seconds": {
    breaks: "RECON-4a",
    description: "A delay is shown in seconds.",
    steps: shows(({ attempt, delayMs }) => ({ attempt, delayMs: delayMs / 1000 })),
  },
  "delay.shown-as-the-first": {
    breaks: "RECON-4a",
    description: "The number of the attempt is always 1.",
    steps: shows(({ delayMs }) => ({ attempt: 1, delayMs })),
  },
  "delay.shown-when-over": {
    breaks: "RECON-4a",
    description: "A delay is shown when it is over.",
    steps: showsLate(),
  },

  // RECON-4b
  "giveup.not-shown": {
    breaks: "RECON-4b",
    description: "That it has given up is not shown.",
    claims: ["core-ws", "core-sse", "reconnect"],
    steps: together(hides("state"), hides("giveup")),
  },
  "giveup.shown-first-time-only": {
    breaks: "RECON-4b",
    description: "That it has given up is shown only where nothing was ever open.",
    claims: ["core-ws", "core-sse", "reconnect"],
    steps: together(hides("state"), (plain) => {
      const opened = new WeakSet<Client>();
      return {
        report(client, event, told) {
          if (event === "open") opened.add(client);
          if (event !== "giveup" || !opened.has(client)) plain.report(client, event, told);
        },
      };
    }),
  },
  "giveup.shown-when-closed": {
    breaks: "RECON-4b",
    description: "That it has given up is shown when the program closes it.",
    claims: ["core-ws", "core-sse", "reconnect"],
    steps: together(hides("state"), (plain) => ({
      report(client, event, told) {
        if (event !== "giveup") plain.report(client, event, told);
      },
      close(client) {
        if (client.state === "failed") plain.report(client, "giveup");
        plain.close(client);
      },
    })),
  },

  // RECON-5
  "counting.anew-on-each-open": {
    breaks: "RECON-5",
    description: "Delays begin anew as soon as a connection is open.",
    steps: countsAnewAfter(0),
  },
  "counting.anew-at-half-time": {
    breaks: "RECON-5",
    description: "Delays begin anew after half of the time that is set as stable.",
    steps: countsAnewAfter(0.5),
  },
  "counting.anew-with-the-first-message": {
    breaks: "RECON-5",
    description: "Delays begin anew when a message comes.",
    steps: (plain) => ({
      show(client, value) {
        client.delays = 0;
        plain.show(client, value);
      },
      onPong({ client }) {
        client.delays = 0;
      },
    }),
  },
  "counting.anew-every-second-time": {
    breaks: "RECON-5",
    description: "Every second connection is taken for stable.",
    steps: (plain) => {
      const losses = counter<Client>();
      return {
        countAnew: (client, openMs) =>
          plain.countAnew(client, losses(client) % 2 === 0 ? Number.POSITIVE_INFINITY : openMs),
      };
    },
  },

  // RECON-6
  "timeout.none": {
    breaks: "RECON-6",
    description: "An attempt may take for ever.",
    steps: () => ({ onConnectTimeout() {} }),
  },
  "timeout.of-tcp-only": {
    breaks: "RECON-6",
    description: "The timeout ends when there is a TCP connection: a handshake may hang for ever.",
    steps: (plain) => ({
      requestHeaders(connection) {
        connection.client.connectTimer?.cancel();
        return plain.requestHeaders(connection);
      },
    }),
  },
  "timeout.put-off-by-bytes": {
    breaks: "RECON-6",
    description: "Each byte of the answer begins the timeout anew.",
    steps: (plain) => ({
      onHeadBytes(connection, chunk) {
        const { client } = connection;
        client.connectTimer?.cancel();
        client.connectTimer = after(client.settings.connectTimeoutMs, () => plain.onConnectTimeout(client));
        plain.onHeadBytes(connection, chunk);
      },
    }),
  },
  "timeout.tripled": {
    breaks: "RECON-6",
    description: "An attempt may take three times as long.",
    steps: (plain) => ({
      onConnectTimeout: (client) => {
        const { connection } = client;
        after(2 * client.settings.connectTimeoutMs, () => {
          if (client.connection === connection) plain.onConnectTimeout(client);
        });
      },
    }),
  },
  "timeout.not-counted": {
    breaks: "RECON-6",
    description: "An attempt that took too long is not counted as failed.",
    steps: (plain) => ({
      onConnectTimeout(client) {
        client.failures -= 1;
        plain.onConnectTimeout(client);
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };

/** Shows a delay when it is over. */
function showsLate(): Override {
  return (plain) => {
    let hidden = false;
    return {
      wait(client, delayMs, ...rest) {
        hidden = true;
        plain.wait(client, delayMs, ...rest);
        hidden = false;
        const data = { attempt: client.delays, delayMs: Math.round(delayMs) };
        after(delayMs, () => plain.report(client, "waiting", { data }));
      },
      report(client, event, told) {
        if (event !== "waiting" || !hidden) plain.report(client, event, told);
      },
    };
  };
}
