/** Faults in following what the server and the platform ask for. */
import type { Fault } from "../faults.ts";
import { perKey } from "../per-key.ts";
import type { Client, Ending, Override } from "../steps.ts";

const hint = /retry=(\d+)/;

/** Reads another reason than the one that came. */
const reads =
  (change: (reason: string) => string): Override =>
  (plain) => ({
    planAfter: (client, ending) => plain.planAfter(client, { ...ending, reason: change(ending.reason) }),
  });

/** Reads another answer than the one that came. */
const readsAnswer =
  (change: (retryAfter: string, ending: Ending, client: Client) => string): Override =>
  (plain) => ({
    planAfter(client, ending) {
      const retryAfter = ending.response?.headers.get("retry-after");
      if (ending.response === undefined || retryAfter === undefined) return plain.planAfter(client, ending);
      const headers = new Map(ending.response.headers).set("retry-after", change(retryAfter, ending, client));
      return plain.planAfter(client, { ...ending, response: { ...ending.response, headers } });
    },
  });

/** Takes off jitter from what the server asks for, after endings for which the test holds. */
const takesOff =
  (test: (ending: Ending) => boolean): Override =>
  (plain) => ({
    planAfter(client, ending) {
      const plan = plain.planAfter(client, ending);
      return plan.goesOn && plan.notBeforeMs && test(ending)
        ? { ...plan, notBeforeMs: plan.notBeforeMs * (0.5 + 0.4 * Math.random()) }
        : plan;
    },
    delayFor: (client, plan) => plan.notBeforeMs ?? plain.delayFor(client, plan),
  });

export const hintFaults = {
  // RECON-8a
  "hint.ignored": {
    breaks: "RECON-8a",
    description: "Hints in the reason of a Close frame are ignored.",
    steps: reads(() => ""),
  },
  "hint.only-alone": {
    breaks: "RECON-8a",
    description: "A hint is read only where nothing else is in the reason.",
    steps: reads((reason) => (/^retry=\d+$/.test(reason) ? reason : "")),
  },
  "hint.only-with-a-token": {
    breaks: "RECON-8a",
    description: "A hint is read only behind the first semicolon.",
    steps: reads((reason) => reason.split(";").slice(1).join(";")),
  },
  "hint.a-thousandth": {
    breaks: "RECON-8a",
    description: "A hint is taken for microseconds: it is a thousand times too short.",
    steps: reads((reason) => reason.replace(hint, (_, ms) => `retry=${Math.ceil(Number(ms) / 1000)}`)),
  },
  "hint.with-jitter-taken-off": {
    breaks: "RECON-8a",
    description: "The delay lies between 0.5 and 0.9 times the hint.",
    steps: takesOff(({ code }) => code !== 1008),
  },
  "hint.capped": {
    breaks: "RECON-8a",
    description: "A hint is cut down to the longest delay.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        if (!plan.goesOn || plan.notBeforeMs === undefined || ending.code === 1008 || ending.how === "failed")
          return plan;
        return { ...plan, notBeforeMs: Math.min(plan.notBeforeMs, client.settings.maxDelayMs / 2) };
      },
    }),
  },
  "hint.only-with-4100-to-4199": {
    breaks: "RECON-8a",
    description: "Hints are read only with codes from 4100 to 4199.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const { code = 0 } = ending;
        return plain.planAfter(client, code >= 4100 && code <= 4199 ? ending : { ...ending, reason: "" });
      },
    }),
  },

  // RECON-8b
  "retry-after.ignored": {
    breaks: "RECON-8b",
    description: "`Retry-After` is ignored.",
    steps: readsAnswer(() => ""),
  },
  "retry-after.of-503-only": {
    breaks: "RECON-8b",
    description: "`Retry-After` is read with status 503, and not with 429.",
    steps: readsAnswer((value, { response }) => (response?.status === 503 ? value : "")),
  },
  "retry-after.of-429-only": {
    breaks: "RECON-8b",
    description: "`Retry-After` is read with status 429, and not with 503.",
    steps: readsAnswer((value, { response }) => (response?.status === 429 ? value : "")),
  },
  "retry-after.of-streams-only": {
    breaks: "RECON-8b",
    description: "`Retry-After` is read when a stream is refused, and not with a handshake.",
    steps: readsAnswer((value, _, { transport }) => (transport === "sse" ? value : "")),
  },
  "retry-after.in-milliseconds": {
    breaks: "RECON-8b",
    description: "`Retry-After` is taken for milliseconds.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        if (!plan.goesOn || ending.response === undefined || !plan.notBeforeMs) return plan;
        return { ...plan, notBeforeMs: plan.notBeforeMs / 1000 };
      },
    }),
  },
  "retry-after.with-jitter-taken-off": {
    breaks: "RECON-8b",
    description: "The delay lies between 0.5 and 0.9 times what `Retry-After` asks for.",
    steps: takesOff(({ response }) => response !== undefined),
  },

  // RECON-9
  "online.ignored": {
    breaks: "RECON-9",
    description: "When the network is back the delay is waited out.",
    steps: () => ({ onEnvironment() {} }),
  },
  "online.after-5-s": {
    breaks: "RECON-9",
    description: "When the network is back the client waits for another 5 seconds.",
    steps: (plain) => ({
      onEnvironment(client, change) {
        if (client.state !== "waiting" || !change.online) return plain.onEnvironment(client, change);
        client.wait?.timer.cancel();
        plain.wait(client, 5000, 0, "online");
      },
    }),
  },
  "online.with-the-delay-begun-anew": {
    breaks: "RECON-9",
    description: "When the network is back the delay begins anew.",
    steps: (plain) => ({
      onEnvironment(client, change) {
        if (client.state !== "waiting" || !change.online) return plain.onEnvironment(client, change);
        client.wait?.timer.cancel();
        plain.wait(client, plain.delayFor(client, { goesOn: true }), 0, "online");
      },
    }),
  },

  // RECON-10
  "address.asked-once": {
    breaks: "RECON-10",
    description: "The address is asked for once.",
    steps: () => ({ address: ({ urls: [first = ""] }) => first }),
  },
  "address.asked-after-a-loss-only": {
    breaks: "RECON-10",
    description: "The address is asked for anew after a loss, but not after an attempt that failed.",
    steps: asksAgainAfter("lost"),
  },
  "address.asked-after-a-failure-only": {
    breaks: "RECON-10",
    description: "The address is asked for anew after an attempt that failed, but not after a loss.",
    steps: asksAgainAfter("failed"),
  },
} satisfies { readonly [name: string]: Fault };

/** Asks for the address anew after such an ending only: each answer is the next of the addresses. */
function asksAgainAfter(how: Ending["how"]): Override {
  return (plain) => {
    const asked = perKey((_: Client) => ({ times: 1 }));
    return {
      planAfter(client, ending) {
        if (ending.how === how) asked(client).times += 1;
        return plain.planAfter(client, ending);
      },
      address: (client) => client.urls[Math.min(asked(client).times, client.urls.length) - 1] ?? "",
    };
  };
}
