/** Connecting again: what follows from an ending, delays, states. */
import { retryAfterMs } from "../http.ts";
import type { Client, Ending, Plan, ReconnectSteps, Room } from "../steps.ts";
import { after } from "../timing.ts";

export function reconnectSteps(room: Room): ReconnectSteps {
  return {
    onLost(connection, ending) {
      const { client, openedAt } = connection;
      room.steps.leave(connection);
      room.steps.report(client, "close");
      room.steps.countAnew(client, performance.now() - openedAt);
      room.steps.follow(client, room.steps.planAfter(client, ending), ending);
    },

    countAnew(client, openMs) {
      const stable = openMs >= client.settings.stableAfterMs;
      client.failures = stable ? 0 : Math.max(client.failures, 0);
      if (stable) client.delays = 0;
    },

    limit: ({ settings }) => settings.maxAttempts,

    planAfter(client, ending) {
      if (ending.how === "failed") return planAfterFailure(client, ending, room.steps.limit(client));
      client.refusals = asksForCredentials(ending.code) ? client.refusals + 1 : 0;
      if (client.refusals >= 2) return { goesOn: false, state: "failed" };
      return client.transport === "sse" ? { goesOn: true, notBeforeMs: client.retryMs } : planAfterClose(ending);
    },

    follow(client, plan, ending) {
      if (!plan.goesOn) return room.steps.stop(client, plan.state, ending);
      client.delays += 1;
      room.steps.wait(client, room.steps.delayFor(client, plan), plan.notBeforeMs ?? 0, ending.reason);
    },

    nominalDelay: ({ settings, delays }) =>
      Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (Math.max(delays, 1) - 1)),

    jitter: () => 0.5 + Math.random() / 2,

    delayFor(client, { notBeforeMs = 0, withinMs = Number.POSITIVE_INFINITY }) {
      const nominal = room.steps.nominalDelay(client);
      const delay = Math.min(nominal, withinMs) * room.steps.jitter();
      return notBeforeMs === 0 ? delay : Math.max(delay, notBeforeMs + 1 + (Math.random() * nominal) / 2);
    },

    wait(client, delayMs, notBeforeMs, reason) {
      const timer = after(delayMs, () => room.steps.attempt(client));
      client.wait = { timer, notBefore: performance.now() + notBeforeMs };
      room.steps.setState(client, "waiting");
      room.steps.report(client, "waiting", { data: { attempt: client.delays, delayMs: Math.round(delayMs), reason } });
    },

    stop(client, state, { code, reason, response }) {
      if (state === "failed") {
        if (code !== undefined) room.steps.report(client, "error", { data: reason });
        room.steps.report(client, "giveup");
      }
      if (client.transport === "sse" && response?.status === 204) room.steps.report(client, "end");
      room.steps.rejectQueue(client);
      room.steps.setState(client, state);
    },

    setState(client, state) {
      if (client.state === state) return;
      client.state = state;
      room.steps.report(client, "state", { data: state });
    },
  };
}

function planAfterFailure(client: Client, { response }: Ending, limit: number): Plan {
  const status = response?.status ?? 0;
  if (client.transport === "sse") {
    if (status === 204) return { goesOn: false, state: "closed" };
    if (status >= 400 && status < 500 && status !== 429) return { goesOn: false, state: "failed" };
  }
  if (client.failures >= limit) return { goesOn: false, state: "failed" };
  const asks = response !== undefined && (status === 429 || status === 503);
  return { goesOn: true, notBeforeMs: asks ? (retryAfterMs(response) ?? 0) : 0 };
}

/** The table of chapter 9. */
function planAfterClose({ code, reason }: Ending): Plan {
  if (code === undefined) return { goesOn: true };
  const hint = hintMs(reason);
  if (code === 1000) return { goesOn: false, state: "closed" };
  if ([1002, 1003, 1007, 1010, 3003, 3008].includes(code) || (code >= 4400 && code <= 4499))
    return { goesOn: false, state: "failed" };
  if (code === 1008) return { goesOn: true, notBeforeMs: Math.max(30_000, hint) };
  if (code >= 4100 && code <= 4199 && hint === 0) return { goesOn: true, withinMs: 2000 };
  return { goesOn: true, notBeforeMs: hint };
}

/** What `retry=` asks for in milliseconds; 0 if nothing does, or more than an hour. */
function hintMs(reason: string): number {
  for (const part of reason.split(";")) {
    const [, digits] = /^\s*retry=(\d{1,7})\s*$/.exec(part) ?? [];
    if (digits !== undefined && Number(digits) <= 3_600_000) return Number(digits);
  }
  return 0;
}

/** 3000 is registered for 4301. */
function asksForCredentials(code: number | undefined): boolean {
  return code === 3000 || (code !== undefined && code >= 4300 && code <= 4399);
}
