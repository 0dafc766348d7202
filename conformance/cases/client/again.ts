/** Cases on connecting again as Core has it: CORE-C7 to CORE-C9. */

import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { notLater, notSooner } from "../../expect-client.ts";
import { CONNECTING_MS, SHORT_DELAYS } from "./delays.ts";

const ALL_GATES = ["client-opening/open", "client-again/reset"];
const RETRIED_CODES = [1001, 1011, 1012, 1013];

/**
 * Until when a further attempt would have come: at its longest, a delay is twice the nominal one before it, of which the
 * last one seen was half at least, or the longest that was set.
 */
export const nextDelayMs = (client: DrivenClient) => {
  const seen = client.server.attempts.map(({ delayMs = 0 }) => delayMs);
  return (client.options.maxDelayMs ?? 4 * Math.max(...seen)) + CONNECTING_MS;
};

export const afterReset = clientCase({
  id: "client-again/reset",
  title: "makes a new attempt after a reset",
  covers: ["CORE-C7a"],
  transport: "ws",
  lane: "gate",
  needs: ["client-opening/open"],
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const connection = await client.connection();

    judging("CORE-C7a");
    connection.reset();
    await client.attempt();
  },
});

export const afterLoss = clientCase({
  id: "client-again/loss",
  title: "makes a new attempt after an end without a Close frame, and after codes 1001, 1011, 1012 and 1013",
  covers: ["CORE-C7a"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ openMany, judging }) {
    const clients = await openMany(2 + RETRIED_CODES.length, SHORT_DELAYS);
    const connections = await Promise.all(clients.map((client) => client.connection()));
    const [ended, endedMidFrame, ...closed] = connections;

    judging("CORE-C7a");
    ended?.end();
    endedMidFrame?.sendBytes(Buffer.from([0x81, 0x7e, 0x01]));
    endedMidFrame?.end();
    for (const [index, connection] of closed.entries()) connection.close(RETRIED_CODES[index]);
    await Promise.all(clients.map((client) => client.attempt()));
  },
});

export const manyLosses = clientCase({
  id: "client-again/losses",
  title: "makes a new attempt after each of four losses in a row",
  covers: ["CORE-C7a"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.connection();

    judging("CORE-C7a");
    first.reset();
    const second = await client.connection();
    second.close(1012);
    const third = await client.connection();
    third.end();
    const fourth = await client.connection();
    fourth.reset();
    const fifth = await client.connection();
    const last = message({ text: "it works" });
    fifth.send(last);
    await client.showsAll([last]);
  },
});

export const afterFailure = clientCase({
  id: "client-again/failure",
  title: "makes a new attempt after one that failed: answered with a refusal, with a reset, or not at all",
  covers: ["CORE-C7b"],
  transport: "ws",
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);

    judging("CORE-C7b");
    const first = await client.attempt();
    first.answer("503 Service Unavailable");
    const second = await client.attempt();
    second.reset();
    const third = await client.attempt();
    third.end();
    await client.connection();
  },
});

export const nobodyListens = clientCase({
  id: "client-again/nobody-listens",
  title: "comes back when nobody has listened at its address for a while",
  covers: ["CORE-C7b"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, quietFor }) {
    const client = await open(SHORT_DELAYS);
    const connection = await client.connection();

    judging("CORE-C7b");
    client.server.refuse();
    connection.reset();
    await client.shows("error");
    await quietFor(300);
    await client.server.acceptAgain();
    await client.connection();
  },
});

export const notAtOnce = clientCase({
  id: "client-again/not-at-once",
  title: "takes its time for five attempts in a row that fail",
  covers: ["CORE-C7c"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.attempt();
    first.reset();
    for (let failed = 1; failed <= 4; failed++) (await client.attemptAfterFailures()).reset();
    const last = await client.attemptAfterFailures();

    judging("CORE-C7c");
    notSooner(last.at - first.at, 250, "the fifth attempt after the first");
  },
});

export const longestDelay = clientCase({
  id: "client-again/longest-delay",
  title: "lets no delay be longer than the longest that is set",
  covers: ["CORE-C7d"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: ["maxDelayMs"] },
  async run({ open, judging, timeScale }) {
    const client = await open({ baseDelayMs: 800, maxDelayMs: 800 });
    const first = await client.attempt();
    first.reset();

    judging("CORE-C7d");
    for (let failed = 1; failed <= 5; failed++) {
      const attempt = await client.attempt();
      notLater(attempt.delayMs ?? 0, 800 + CONNECTING_MS * timeScale, `the delay before attempt ${failed + 1}`);
      attempt.reset();
    }
  },
});

export const limit = clientCase({
  id: "client-again/limit",
  title: "makes as many attempts as its limit allows, and no more",
  covers: ["CORE-C7b", "CORE-C7e"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: ["maxAttempts"] },
  async run({ open, judging }) {
    const clients = {
      fresh: await open({ ...SHORT_DELAYS, maxAttempts: 2 }),
      lost: await open({ ...SHORT_DELAYS, maxAttempts: 2 }),
    };
    const connection = await clients.lost.connection();

    judging("CORE-C7b");
    connection.reset();
    const first = await clients.fresh.attempt();
    first.reset();
    for (let failed = 1; failed <= 2; failed++) {
      (await clients.fresh.attempt()).reset();
      (await clients.lost.attempt()).reset();
    }

    judging("CORE-C7e");
    await Promise.all(
      Object.values(clients).map((client) => client.noAttempt(nextDelayMs(client), "its limit of 2 attempts")),
    );
  },
});

export const countsAnew = clientCase({
  id: "client-again/counts-anew",
  title: "counts attempts anew after a connection that was open for long",
  covers: ["CORE-C8"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: ["maxAttempts"] },
  async run({ open, judging, offers, quietFor }) {
    const client = await open({ ...SHORT_DELAYS, maxAttempts: 2, stableAfterMs: 1_000 });
    const first = await client.attempt();
    first.reset();
    const second = await client.attempt();
    second.reset();
    const connection = await client.connection();
    await quietFor(offers("stableAfterMs") ? 1_500 : 6_100);

    judging("CORE-C8");
    connection.reset();
    const third = await client.attempt();
    third.reset();
    await client.connection();
  },
});

export const delaysAnew = clientCase({
  id: "client-again/delays-anew",
  title: "begins with short delays again after a connection that was open for long",
  covers: ["CORE-C8"],
  transport: "ws",
  requires: { options: ["baseDelayMs", "maxDelayMs"] },
  needs: ALL_GATES,
  async run({ open, judging, offers, quietFor, timeScale }) {
    const client = await open({ baseDelayMs: 200, maxDelayMs: 10_000, stableAfterMs: 1_000 });
    for (let failed = 1; failed <= 5; failed++) (await client.attempt()).reset();
    const connection = await client.connection();
    await quietFor(offers("stableAfterMs") ? 1_500 : 6_100);

    judging("CORE-C8");
    connection.reset();
    const attempt = await client.attempt();
    notLater(attempt.delayMs ?? 0, 200 + CONNECTING_MS * timeScale, "the delay after a stable connection");
  },
});

export const closes = clientCase({
  id: "client-closing/ends",
  title: "ends the connection when the program closes it",
  covers: ["CORE-C9a"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const connection = await client.connection();
    const sent = message({ text: "goodbye" });
    await client.send(sent);
    await connection.arrive(sent);

    judging("CORE-C9a");
    await client.close();
    await connection.givenUp("end the connection");
  },
});
