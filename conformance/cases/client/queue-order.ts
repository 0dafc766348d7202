/** Cases on how a queue is sent: QUEUE-3 and QUEUE-7. */
import type { OpenOptions } from "../../adapter/protocol.ts";
import { clientCase } from "../../client-case.ts";
import { cameInOrder, cameOnce, cameUnchanged } from "../../expect-client.ts";
import { ahead, handedAtMost, inOneOrder, noneTwice, pingAhead, stillToCome, waitsStill } from "../../expect-queue.ts";
import { SHORT_DELAYS } from "./delays.ts";

const ALL_GATES = ["client-opening/open", "client-again/reset"];
/** Long after a connection has taken what it takes without being read. */
const STUCK_MS = 700;
/** Long after a ping was due, too. */
const BEAT_MS = 500;
const STUCK_WITHOUT_BEAT_MS = BEAT_MS + 1_200;
/**
 * A queue that no connection takes at once. Where nothing is read, the systems on both sides keep some 4 MB (6 MB where they
 * were told to keep more). With the 1 MiB that the client may have buffered itself that is less than 10 MB of 16.
 */
const FILLER = { filler: "x".repeat(55_000) };
const LONG = 160;
const LONGEST = 300;
const MAX_HANDED_BYTES = 10_000_000;
const ROOM = {
  ...SHORT_DELAYS,
  queueMaxMessages: 1_000,
  queueMaxBytes: 33_554_432,
} satisfies OpenOptions;
const ROOM_OPTIONS = ["queueMaxMessages", "queueMaxBytes"] as const;

export const failedAttempts = clientCase({
  id: "client-queue-order/failed-attempts",
  title: "sends its queue in order, each message once, after attempts that failed",
  covers: ["QUEUE-3a"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, messages, message }) {
    const client = await open(SHORT_DELAYS);
    const batches = [messages(5), messages(5, { filler: "x".repeat(5_000) }), messages(5)] as const;
    const all = batches.flat();
    const lost = await client.connection();
    lost.reset();
    await client.shows("close");
    await client.sendAll(batches[0]);
    const refused = await client.attempt();
    await client.sendAll(batches[1]);
    refused.answer("503 Service Unavailable");
    const cut = await client.attempt();
    cut.reset();
    await client.shows("error", 2);
    await client.sendAll(batches[2]);
    const connection = await client.connection();

    judging("QUEUE-3a");
    await connection.arrive(...all);
    await client.sendBehindQueue(connection, message);
    cameUnchanged(connection, all);
    cameOnce([lost, connection], all);
    cameInOrder(connection, all);
  },
});

export const aheadOfNew = clientCase({
  id: "client-queue-order/ahead-of-new",
  title: "sends its queue ahead of what it is given as soon as the connection is open",
  covers: ["QUEUE-3b"],
  transport: "ws",
  async run({ open, judging, messages }) {
    const client = await open();
    const attempt = await client.attempt();
    const early = messages(300, { filler: "x".repeat(2_000) });
    const late = messages(5, { text: "given when it was open" });
    await client.sendAll(early);
    const connection = attempt.accept();
    await client.shows("open");
    await client.trySendAll(late);
    await connection.arrive(...early, ...late);

    judging("QUEUE-3b");
    ahead(connection, early, late);
  },
});

export const aheadWhileStuck = clientCase({
  id: "client-queue-order/ahead-of-new-while-it-waits",
  title: "sends its queue ahead of what it is given while the connection does not take it",
  covers: ["QUEUE-3b"],
  transport: "ws",
  lane: "alone",
  requires: { options: ROOM_OPTIONS },
  async run({ open, judging, messages, quietFor }) {
    const client = await open(ROOM);
    const attempt = await client.attempt();
    const early = messages(LONG, FILLER);
    const late = messages(5, { text: "given while the queue waits" });
    await client.sendAll(early);
    const connection = attempt.accept();
    connection.stopReading();
    await client.shows("open");
    await quietFor(STUCK_MS);
    await client.trySendAll(late);
    connection.resumeReading();
    await connection.arrive(...early, ...late);

    judging("QUEUE-3b");
    ahead(connection, early, late);
  },
});

export const restKept = clientCase({
  id: "client-queue-order/rest-after-loss",
  title: "sends the rest of its queue in order on the next connection when one is lost meanwhile",
  covers: ["QUEUE-3c"],
  transport: "ws",
  lane: "alone",
  needs: ALL_GATES,
  requires: { options: ROOM_OPTIONS },
  async run({ open, judging, messages, quietFor }) {
    const client = await open(ROOM);
    const attempt = await client.attempt();
    const all = messages(LONG, FILLER);
    await client.sendAll(all);
    const first = attempt.accept();
    first.stopReading();
    await client.shows("open");
    await quietFor(STUCK_MS);
    first.close(1012);
    await quietFor(300);
    first.resumeReading();
    await first.givenUp("answer the Close frame");
    await client.shows("close");
    inOneOrder([first], all);
    const rest = stillToCome(client, first, all);
    const second = await client.connection();

    judging("QUEUE-3c");
    await second.arrive(...rest);
    inOneOrder([first, second], all);
  },
});

export const handedOnce = clientCase({
  id: "client-queue-order/not-twice",
  title: "sends no message of its queue again after a connection that took all of it was lost",
  covers: ["QUEUE-3d"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, messages, message }) {
    const client = await open(SHORT_DELAYS);
    const attempt = await client.attempt();
    const all = messages(300, { filler: "x".repeat(2_000) });
    await client.sendAll(all);
    const first = attempt.accept();
    await client.shows("open");
    await first.until(() => first.received.length > 0, "send its queue");
    first.close(1012);
    await first.givenUp("answer the Close frame");
    const second = await client.connection();
    await client.sendBehindQueue(second, message);

    judging("QUEUE-3d");
    noneTwice([first, second], all);
  },
});

export const handedOnceWhileStuck = clientCase({
  id: "client-queue-order/not-twice-in-part",
  title: "sends no message of its queue again after a connection that took a part of it was lost",
  covers: ["QUEUE-3d"],
  transport: "ws",
  lane: "alone",
  needs: ALL_GATES,
  requires: { options: ROOM_OPTIONS },
  async run({ open, judging, messages, message, quietFor }) {
    const client = await open(ROOM);
    const attempt = await client.attempt();
    const all = messages(LONG, FILLER);
    await client.sendAll(all);
    const first = attempt.accept();
    first.stopReading();
    await client.shows("open");
    await quietFor(STUCK_MS);
    first.close(1012);
    await quietFor(300);
    first.resumeReading();
    await first.givenUp("answer the Close frame");
    const second = await client.connection();
    await client.sendBehindQueue(second, message);

    judging("QUEUE-3d");
    noneTwice([first, second], all);
  },
});

export const looksAtTheBuffer = clientCase({
  id: "client-queue-flow/not-taken",
  title: "does not hand all of a long queue to a connection that does not take it",
  covers: ["QUEUE-7a"],
  transport: "ws",
  lane: "alone",
  needs: ALL_GATES,
  requires: { options: ROOM_OPTIONS },
  async run({ open, judging, messages, message, quietFor }) {
    const client = await open(ROOM);
    const attempt = await client.attempt();
    const all = messages(LONGEST, FILLER);
    await client.sendAll(all);
    const lost = attempt.accept();
    lost.stopReading();
    await client.shows("open");
    await quietFor(STUCK_MS);
    lost.reset();
    await client.shows("close");
    const next = await client.connection();
    await client.sendBehindQueue(next, message);

    judging("QUEUE-7a");
    handedAtMost(client, { lost, next }, all, MAX_HANDED_BYTES);
  },
});

export const pingsMeanwhile = clientCase({
  id: "client-queue-flow/pings-meanwhile",
  title: "sends pings in time while it sends a long queue",
  covers: ["QUEUE-7b"],
  transport: "ws",
  lane: "alone",
  requires: { options: [...ROOM_OPTIONS, "heartbeatIntervalMs"] },
  async run({ open, judging, messages, quietFor }) {
    const client = await open({ ...ROOM, heartbeatIntervalMs: BEAT_MS, pongTimeoutMs: 10_000 });
    const attempt = await client.attempt();
    const all = messages(LONG, FILLER);
    await client.sendAll(all);
    const connection = attempt.accept();
    connection.stopReading();
    await client.shows("open");
    await quietFor(STUCK_WITHOUT_BEAT_MS);
    waitsStill(client, all);
    connection.resumeReading();
    await connection.arrive(...all);

    // A ping that was sent in time stands in the pipe, ahead of all that was not handed over by then.
    judging("QUEUE-7b");
    pingAhead(connection, all);
  },
});
