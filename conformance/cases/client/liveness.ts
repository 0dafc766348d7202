/** Cases on connections that die without an end: LIVE-1 to LIVE-4. */
import type { OpenOptionName, OpenOptions } from "../../adapter/protocol.ts";
import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { notLater } from "../../expect-client.ts";
import { oneHeartbeatSince } from "../../expect-liveness.ts";

const ALL_GATES = ["client-opening/open", "client-again/reset"];
/** A first delay that is the longest, too: the bounds of the rules grant it. */
const ONE_DELAY = { baseDelayMs: 200, maxDelayMs: 200 } satisfies OpenOptions;
const SHORT = { ...ONE_DELAY, heartbeatIntervalMs: 500, pongTimeoutMs: 1_000 } satisfies OpenOptions;
const BOTH = ["heartbeatIntervalMs", "pongTimeoutMs"] as const satisfies readonly OpenOptionName[];
const GRANTED_MS = 1_000;
const GRANTED_AFTER_FREEZE_MS = 2_000;
/** Of a pong: late enough that the client stands still by then, and well within the pong timeout. */
const ANSWERED_WHILE_FROZEN_MS = 500;
const READ_WITHIN_MS = 150;
/** How much later than a bound an attempt is still waited for, so that its lateness can be told. */
const MORE_MS = 2_000;
/** What is left of a case that may take a minute. */
const LONGEST_WINDOW_MS = 50_000;
const MOST_LOSSES = 20;

const intervalOf = ({ options }: DrivenClient) => options.heartbeatIntervalMs ?? 30_000;
const pongTimeoutOf = ({ options }: DrivenClient) => options.pongTimeoutMs ?? 10_000;
const deadAfterMs = (client: DrivenClient) => intervalOf(client) + pongTimeoutOf(client);

export const silentFromTheStart = clientCase({
  id: "client-liveness/silent-from-the-start",
  title: "makes a new attempt when nothing ever comes on an open connection",
  covers: ["LIVE-1a"],
  transport: "ws",
  async run({ open, judging, timeScale }) {
    const client = await open(SHORT);
    const boundMs = deadAfterMs(client) + client.longestDelayMs + GRANTED_MS * timeScale;
    const connection = await client.connection();
    connection.answerNothingButClose();

    judging("LIVE-1a");
    const attempt = await client.attemptWithin(boundMs + MORE_MS, "nothing had come for long");
    notLater(attempt.at - connection.openedAt, boundMs, "the attempt after nothing had come");
  },
});

export const fallsSilent = clientCase({
  id: "client-liveness/falls-silent",
  title: "makes a new attempt when a second connection falls silent, whatever it sends itself",
  covers: ["LIVE-1a"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: BOTH },
  async run({ open, judging, messages, message, timeScale }) {
    const client = await open(SHORT);
    const boundMs = deadAfterMs(client) + client.longestDelayMs + GRANTED_MS * timeScale;
    const first = await client.connection();
    first.reset();
    const second = await client.connection();
    await second.until(() => second.pings.length >= 2, "send pings");
    const last = message({ text: "the last that is heard" });
    second.send(last);
    await client.showsAll([last]);
    second.answerNothingButClose();
    const silentSince = performance.now();

    judging("LIVE-1a");
    await client.sendSlowly(second, messages(Math.ceil(boundMs / 200)), 200);
    const attempt = await client.attemptWithin(boundMs + MORE_MS, "nothing had come for long");
    notLater(attempt.at - silentSince, boundMs, "the attempt after nothing had come");
  },
});

export const givesUp = clientCase({
  id: "client-liveness/gives-up",
  title: "gives up the connection that it takes for dead",
  covers: ["LIVE-1b"],
  transport: "ws",
  async run({ open, judging, timeScale }) {
    const client = await open(SHORT);
    const boundMs = deadAfterMs(client) + client.longestDelayMs + GRANTED_MS * timeScale;
    const connection = await client.connection();
    connection.fallSilent();
    await client.attemptWithin(boundMs + MORE_MS, "nothing had come for long");

    judging("LIVE-1b");
    await connection.givenUp("give up the dead connection");
  },
});

export const deadPeerNotAwaited = clientCase({
  id: "client-liveness/does-not-wait",
  title: "does not wait for the other side before its new attempt",
  covers: ["LIVE-1d"],
  transport: "ws",
  async run({ open, judging, timeScale }) {
    const client = await open(SHORT);
    const boundMs = client.longestDelayMs + GRANTED_MS * timeScale;
    const connection = await client.connection();
    connection.fallSilent();
    await client.within(
      deadAfterMs(client) + client.longestDelayMs + MORE_MS,
      () => connection.givenUpAt !== undefined || client.server.untaken > 0,
      "give up the dead connection",
    );
    const noticedAt = performance.now();

    judging("LIVE-1d");
    const attempt = await client.attemptWithin(
      boundMs + MORE_MS,
      "it had given up a connection whose peer says nothing",
    );
    notLater(attempt.at - noticedAt, boundMs, "the attempt after it had given up the connection");
  },
});

export const latePongs = clientCase({
  id: "client-liveness/late-pongs",
  title: "keeps a connection whose pongs come late, but within the pong timeout",
  covers: ["LIVE-1c"],
  transport: "ws",
  async run({ open, judging }) {
    const clients = {
      plain: await open({ ...SHORT, pongTimeoutMs: 2_000 }),
      more: await open({ ...SHORT, pongTimeoutMs: 2_000 }),
    };
    const pongTimeoutMs = pongTimeoutOf(clients.plain);
    const windowMs = intervalOf(clients.plain) + 2 * pongTimeoutMs;
    const answering = { afterMs: 0.6 * pongTimeoutMs };
    const connections = { plain: await clients.plain.connection(), more: await clients.more.connection() };
    connections.plain.answering = answering;
    connections.more.answering = answering;
    connections.more.pong = '{"at":1,"type":"pong","load":{"cpu":0.5}}';

    judging("LIVE-1c");
    await Promise.all([
      clients.plain.keeps(connections.plain, windowMs, "pongs came in time", 0.4 * pongTimeoutMs),
      clients.more.keeps(connections.more, windowMs, "pongs with further members came in time", 0.4 * pongTimeoutMs),
    ]);
  },
});

export const latePongsOfRarePings = clientCase({
  id: "client-liveness/late-pongs-of-rare-pings",
  title: "keeps a connection whose pongs come late where the pong timeout is shorter than the heartbeat interval",
  covers: ["LIVE-1c"],
  transport: "ws",
  requires: { options: BOTH },
  async run({ open, judging }) {
    const client = await open({ ...ONE_DELAY, heartbeatIntervalMs: 1_500, pongTimeoutMs: 1_000 });
    const connection = await client.connection();
    connection.answering = { afterMs: 600 };

    judging("LIVE-1c");
    await client.keeps(connection, 4 * 1_500 + 1_000, "pongs came in time", 400);
  },
});

export const messagesAreLife = clientCase({
  id: "client-liveness/messages",
  title: "keeps a connection on which messages come, and no pongs",
  covers: ["LIVE-2"],
  transport: "ws",
  async run({ open, judging, messages, event }) {
    const clients = { broadcasts: await open(SHORT), events: await open(SHORT) };
    const stepMs = 0.4 * pongTimeoutOf(clients.events);
    const steps = Math.floor(Math.min(3.3 * deadAfterMs(clients.events), LONGEST_WINDOW_MS) / stepMs);
    const connections = {
      broadcasts: await clients.broadcasts.connection(),
      events: await clients.events.connection(),
    };
    connections.broadcasts.answering = "never";
    connections.events.answering = "never";

    judging("LIVE-2");
    for (const one of messages(steps)) {
      connections.broadcasts.send(one);
      connections.events.send(event("tick"));
      await Promise.all([
        clients.broadcasts.keeps(connections.broadcasts, stepMs, "broadcasts came", 1.5 * stepMs),
        clients.events.keeps(connections.events, stepMs, "events came", 1.5 * stepMs),
      ]);
    }
  },
});

export const lateTimers = clientCase({
  id: "client-liveness/late-timers",
  title: "keeps a connection after its process stood still",
  covers: ["LIVE-3a"],
  transport: "ws",
  requires: { options: ["heartbeatIntervalMs"] },
  async run({ open, judging, message, freezeFor, quietFor }) {
    const clients = { idle: await open(SHORT), told: await open(SHORT), answered: await open(SHORT) };
    const idle = await clients.idle.connection();
    const told = await clients.told.connection();
    const answered = await clients.answered.connection();
    answered.answering = { afterMs: ANSWERED_WHILE_FROZEN_MS };
    await answered.until(() => answered.pings.length > 0, "send a ping", deadAfterMs(clients.idle));
    const marginMs = pongTimeoutOf(clients.idle);

    judging("LIVE-3a");
    // The idle one has read its last pong by then: what is read when it goes on must not speak for it.
    await quietFor(READ_WITHIN_MS);
    told.send(message({ text: "waiting to be read" }));
    await freezeFor(deadAfterMs(clients.idle) + 500);
    const windowMs = marginMs + 500;
    await Promise.all([
      clients.idle.keeps(idle, windowMs, "it is alive", marginMs),
      clients.told.keeps(told, windowMs, "it is alive, and a message had come on it", marginMs),
      clients.answered.keeps(answered, windowMs, "it is alive, and a pong had come on it", marginMs),
    ]);
  },
});

export const diedMeanwhile = clientCase({
  id: "client-liveness/died-meanwhile",
  title: "makes a new attempt soon after its process stood still, when the connection has died meanwhile",
  covers: ["LIVE-3b"],
  transport: "ws",
  requires: { options: ["heartbeatIntervalMs"] },
  async run({ open, judging, freezeFor, timeScale }) {
    const client = await open({ ...SHORT, heartbeatIntervalMs: 4_000 });
    const boundMs = pongTimeoutOf(client) + client.longestDelayMs + GRANTED_AFTER_FREEZE_MS * timeScale;
    const connection = await client.connection();
    connection.answerNothingButClose();
    await freezeFor(deadAfterMs(client) + 500);
    const thawedAt = performance.now();

    judging("LIVE-3b");
    const attempt = await client.attemptWithin(
      boundMs + MORE_MS,
      "its process had stood still, and the connection had died",
    );
    notLater(attempt.at - thawedAt, boundMs, "the attempt after its process had stood still");
  },
});

export const oneHeartbeat = clientCase({
  id: "client-liveness/one-heartbeat",
  title: "has one heartbeat after many losses and attempts that failed",
  covers: ["LIVE-4"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: ["heartbeatIntervalMs"] },
  async run({ open, judging, offers, quietFor }) {
    const client = await open({ heartbeatIntervalMs: 500, baseDelayMs: 20, maxDelayMs: 40 });
    const losses = offers("baseDelayMs") && offers("maxDelayMs") ? MOST_LOSSES : 4;
    let connection = await client.connection();
    await quietFor(1_700);
    oneHeartbeatSince(connection, connection.openedAt, 500);
    for (let lost = 1; lost <= losses; lost++) {
      connection.reset();
      if (lost % 5 === 0) (await client.attempt()).reset();
      connection = await client.connection();
    }

    await quietFor(200);
    const since = performance.now();

    judging("LIVE-4");
    await quietFor(4.5 * 500);
    oneHeartbeatSince(connection, since, 500);
  },
});
