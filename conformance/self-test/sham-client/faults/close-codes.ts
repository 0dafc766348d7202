/** Faults in what is made of close codes. */
import type { Fault } from "../faults.ts";
import { hides, together } from "../overriding.ts";
import { perKey } from "../per-key.ts";
import type { Client, Override } from "../steps.ts";

/** Stops after these codes. */
const stopsAt =
  (test: (code: number) => boolean): Override =>
  (plain) => ({
    planAfter(client, ending) {
      const plan = plain.planAfter(client, ending);
      return ending.code !== undefined && test(ending.code) ? { goesOn: false, state: "failed" } : plan;
    },
  });

/** Connects again after these codes. */
const goesOnAt =
  (test: (code: number) => boolean): Override =>
  (plain) => ({
    planAfter(client, ending) {
      const plan = plain.planAfter(client, ending);
      return !plan.goesOn && ending.code !== undefined && test(ending.code) ? { goesOn: true } : plan;
    },
  });

/** Takes these codes for another one. */
const takesFor =
  (test: (code: number) => boolean, other: number): Override =>
  (plain) => ({
    planAfter: (client, ending) =>
      plain.planAfter(client, ending.code !== undefined && test(ending.code) ? { ...ending, code: other } : ending),
  });

const between = (low: number, high: number) => (code: number) => code >= low && code <= high;
const among =
  (...codes: readonly number[]) =>
  (code: number) =>
    codes.includes(code);

export const closeCodeFaults = {
  // RECON-7a
  "code.none-stops": {
    breaks: "RECON-7a",
    description: "A Close frame without a code makes the client stop.",
    steps: stopsAt(among(1005)),
  },
  "code.1001-stops": {
    breaks: "RECON-7a",
    description: "Code 1001 makes the client stop.",
    steps: stopsAt(among(1001)),
  },
  "code.1011-to-1014-stop": {
    breaks: "RECON-7a",
    description: "Codes 1011 to 1014 make the client stop.",
    steps: stopsAt(between(1011, 1014)),
  },
  "code.1014-stops": {
    breaks: "RECON-7a",
    description: "Code 1014, which came late, makes the client stop.",
    steps: stopsAt(among(1014)),
  },
  "code.1009-stops": {
    breaks: "RECON-7a",
    description: "Code 1009 makes the client stop.",
    steps: stopsAt(among(1009)),
  },
  "code.4200-to-4299-stop": {
    breaks: "RECON-7a",
    description: "Codes 4200 to 4299 make the client stop.",
    steps: stopsAt(between(4200, 4299)),
  },
  "code.all-4000-to-4999-stop": {
    breaks: "RECON-7a",
    description: "All codes from 4000 on make the client stop.",
    steps: stopsAt(between(4000, 4999)),
  },
  "code.4500-to-4999-stop": {
    breaks: "RECON-7a",
    description: "Codes from 4500 on make the client stop.",
    steps: stopsAt(between(4500, 4999)),
  },
  "code.unknown-stops": {
    breaks: "RECON-7a",
    description: "Codes from 3001 to 3999 make the client stop.",
    steps: stopsAt(between(3001, 3999)),
  },
  "code.new-credentials-stop": {
    breaks: "RECON-7a",
    description: "Codes 4300 to 4399 make the client stop at once.",
    steps: stopsAt(between(4300, 4399)),
  },

  // RECON-7b
  "code.1000-goes-on": {
    breaks: "RECON-7b",
    description: "The client connects again after code 1000.",
    steps: goesOnAt(among(1000)),
  },
  "code.1002-to-1010-go-on": {
    breaks: "RECON-7b",
    description: "The client connects again after codes 1002, 1003, 1007 and 1010.",
    steps: goesOnAt(among(1002, 1003, 1007, 1010)),
  },
  "code.1010-goes-on": {
    breaks: "RECON-7b",
    description: "The client connects again after code 1010.",
    steps: goesOnAt(among(1010)),
  },
  "code.4400-to-4499-go-on": {
    breaks: "RECON-7b",
    description: "The client connects again after codes 4400 to 4499.",
    steps: goesOnAt(between(4400, 4499)),
  },
  "code.4499-goes-on": {
    breaks: "RECON-7b",
    description: "The range that stops ends at 4498.",
    steps: goesOnAt(among(4499)),
  },
  "code.4400-goes-on": {
    breaks: "RECON-7b",
    description: "The range that stops begins at 4401.",
    steps: goesOnAt(among(4400)),
  },
  "code.registered-go-on": {
    breaks: "RECON-7b",
    description: "Codes 3003 and 3008 are not known.",
    steps: goesOnAt(among(3003, 3008)),
  },
  "code.all-go-on": {
    breaks: "RECON-7b",
    description: "Close codes are ignored.",
    steps: goesOnAt(() => true),
  },

  // RECON-7c
  "code.stops-silently": {
    breaks: "RECON-7c",
    description: "Nothing is shown when the client stops because of a code.",
    claims: ["core-ws", "core-sse", "reconnect"],
    steps: together(
      hides("state"),
      stopsSilently(() => true),
    ),
  },
  "code.stops-silently-from-4400": {
    breaks: "RECON-7c",
    description: "Nothing is shown when the client stops because of a code from 4400 to 4499.",
    claims: ["core-ws", "core-sse", "reconnect"],
    steps: together(
      hides("state"),
      stopsSilently((code) => code >= 4400),
    ),
  },
  "code.stops-silently-below-1016": {
    breaks: "RECON-7c",
    description: "Nothing is shown when the client stops because of a code that RFC 6455 has.",
    claims: ["core-ws", "core-sse", "reconnect"],
    steps: together(
      hides("state"),
      stopsSilently((code) => code < 1016),
    ),
  },

  // RECON-7d
  "code.1008-at-once": {
    breaks: "RECON-7d",
    description: "Code 1008 is as good as any other.",
    steps: takesFor(among(1008), 1011),
  },
  "code.1008-after-10-s": {
    breaks: "RECON-7d",
    description: "After code 1008 the client connects again in 10 to 20 seconds.",
    steps: waitsAfter1008(() => 10_000 + 10_000 * Math.random()),
  },
  "code.1008-with-jitter-taken-off": {
    breaks: "RECON-7d",
    description: "After code 1008 the client connects again in 15 to 30 seconds.",
    steps: waitsAfter1008(() => 15_000 + 14_900 * Math.random()),
  },
  "code.1008-not-after-online": {
    breaks: "RECON-7d",
    description: "The 30 seconds after code 1008 are over when the network is back.",
    steps: (plain) => ({
      onEnvironment(client, change) {
        if (client.wait !== undefined) client.wait = { ...client.wait, notBefore: 0 };
        plain.onEnvironment(client, change);
      },
    }),
  },

  // RECON-7e
  "code.1009-last-resent": {
    breaks: "RECON-7e",
    description: "After code 1009 the last message that was sent is sent again.",
    steps: resendsAfter1009((sent) => sent.slice(-1)),
  },
  "code.1009-all-resent": {
    breaks: "RECON-7e",
    description: "After code 1009 all messages of the connection are sent again: nobody knows what has arrived.",
    steps: resendsAfter1009((sent) => sent),
  },
  "code.1009-longest-resent": {
    breaks: "RECON-7e",
    description: "After code 1009 the longest message of the connection is sent again.",
    steps: resendsAfter1009((sent) => sent.toSorted((a, b) => b.length - a.length).slice(0, 1)),
  },

  // RECON-7f
  "code.4100-to-4199-ordinary": {
    breaks: "RECON-7f",
    description: "After codes 4100 to 4199 the ordinary delay is waited for, however long it is.",
    steps: takesFor(between(4100, 4199), 4200),
  },
  "code.4100-to-4199-late": {
    breaks: "RECON-7f",
    description: "After codes 4100 to 4199 the client waits for 5 seconds at least.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        return plan.goesOn && plan.withinMs !== undefined ? { goesOn: true, notBeforeMs: 5000 } : plan;
      },
    }),
  },
  "code.4199-ordinary": {
    breaks: "RECON-7f",
    description: "The range of codes after which the client is back soon has 4100 in it, and no other.",
    steps: takesFor(between(4101, 4199), 4200),
  },
  "code.4100-to-4199-stop": {
    breaks: "RECON-7f",
    description: "Codes 4100 to 4199 make the client stop.",
    steps: stopsAt(between(4100, 4199)),
  },

  // RECON-7g
  "code.4300-for-ever": {
    breaks: "RECON-7g",
    description: "The client connects again after each code from 4300 to 4399.",
    steps: takesFor(between(4300, 4399), 4200),
  },
  "code.4300-three-times": {
    breaks: "RECON-7g",
    description: "The client stops after the third connection in a row that is closed with a code from 4300 to 4399.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        return client.refusals === 2 ? { goesOn: true } : plan;
      },
    }),
  },
  "code.4300-equal-only": {
    breaks: "RECON-7g",
    description: "The client stops only when the second connection is closed with the very same code.",
    steps: (plain) => {
      const last = perKey((_: Client): { code?: number | undefined } => ({}));
      return {
        planAfter(client, ending) {
          const plan = plain.planAfter(client, ending);
          const same = last(client).code === ending.code;
          last(client).code = ending.code;
          return client.refusals >= 2 && !same ? { goesOn: true } : plan;
        },
      };
    },
  },
} satisfies { readonly [name: string]: Fault };

function stopsSilently(test: (code: number) => boolean): Override {
  return (plain) => ({
    stop(client, state, ending) {
      if (ending.code === undefined || !test(ending.code)) return plain.stop(client, state, ending);
      plain.rejectQueue(client);
      plain.setState(client, state);
    },
  });
}

function waitsAfter1008(delay: () => number): Override {
  return (plain) => ({
    delayFor: (client, plan) => (plan.notBeforeMs === 30_000 ? delay() : plain.delayFor(client, plan)),
  });
}

/** Sends some of the messages that went to a connection again on the next one. */
function resendsAfter1009(which: (sent: readonly string[]) => readonly string[]): Override {
  return (plain) => {
    const sent = perKey((_: Client): { texts: string[]; again: readonly string[] } => ({ texts: [], again: [] }));
    return {
      sendText(connection, text) {
        if (text !== plain.pingText()) sent(connection.client).texts.push(text);
        plain.sendText(connection, text);
      },
      onLost(connection, ending) {
        const kept = sent(connection.client);
        const texts = kept.texts.splice(0);
        if (ending.code === 1009) kept.again = which(texts);
        plain.onLost(connection, ending);
      },
      flush(connection) {
        const kept = sent(connection.client);
        for (const text of kept.again) plain.sendText(connection, text);
        kept.again = [];
        plain.flush(connection);
      },
    };
  };
}
