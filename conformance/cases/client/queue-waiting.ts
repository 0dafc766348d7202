/** Cases on what does not wait in a queue, or not for ever: QUEUE-4 to QUEUE-6. */
import { clientCase } from "../../client-case.ts";
import { noneCame, noQueuedPings } from "../../expect-queue.ts";
import { SHORT_DELAYS } from "./delays.ts";

const ALL_GATES = ["client-opening/open", "client-again/reset"];
const SHORT_TTL_MS = 400;
const LONG_TTL_MS = 600_000;
const BEAT_MS = 500;

export const ttlTaken = clientCase({
  id: "client-queue-expiry/can-be-set",
  title: "takes a time to wait for a message",
  covers: ["QUEUE-4a"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    await client.attempt();

    judging("QUEUE-4a");
    await client.sendWith(message({ text: "it may wait" }), { ttlMs: LONG_TTL_MS });
  },
});

export const expired = clientCase({
  id: "client-queue-expiry/not-sent",
  title: "does not send a message whose time to wait is over",
  covers: ["QUEUE-4a"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, message, quietFor }) {
    const client = await open(SHORT_DELAYS);
    const attempt = await client.attempt();
    const stale = message({ text: "of no use any more" });
    const [patient, lasting] = [message({ text: "it may wait" }), message({ text: "it may wait for ever" })];
    await client.sendWith(stale, { ttlMs: SHORT_TTL_MS });
    await client.sendWith(patient, { ttlMs: LONG_TTL_MS });
    await client.send(lasting);
    await quietFor(SHORT_TTL_MS + 200);
    attempt.reset();
    const connection = await client.connection();
    await connection.arrive(patient, lasting);
    await client.sendBehindQueue(connection, message);

    judging("QUEUE-4a");
    noneCame([connection], [stale], "whose time to wait was over");
  },
});

export const expiryShown = clientCase({
  id: "client-queue-expiry/shown",
  title: "shows that a message has expired",
  covers: ["QUEUE-4b"],
  transport: "ws",
  async run({ open, judging, message, quietFor }) {
    const client = await open();
    const attempt = await client.attempt();
    const stale = message({ text: "of no use any more" });
    const lasting = message({ text: "it may wait" });
    await client.sendWith(stale, { ttlMs: SHORT_TTL_MS });
    await client.send(lasting);
    await quietFor(SHORT_TTL_MS + 200);
    const connection = attempt.accept();
    await connection.arrive(lasting);
    await client.sendBehindQueue(connection, message);
    noneCame([connection], [stale], "whose time to wait was over");

    judging("QUEUE-4b");
    await client.tells([stale], ["expired"]);
  },
});

export const volatileTaken = clientCase({
  id: "client-queue-volatile/can-be-marked",
  title: "takes a message that is marked as volatile",
  covers: ["QUEUE-4c"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    await client.connection();

    judging("QUEUE-4c");
    await client.sendWith(message({ text: "now or not at all" }), { volatile: true });
  },
});

export const volatileNotQueued = clientCase({
  id: "client-queue-volatile/not-queued",
  title: "does not queue a volatile message, neither while it connects nor between two connections",
  covers: ["QUEUE-4c"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, messages, message }) {
    const client = await open(SHORT_DELAYS);
    const [connecting, waiting] = [message({ text: "while it connects" }), message({ text: "after a loss" })];
    const kept = messages(2);
    const attempt = await client.attempt();
    await client.sendWith(connecting, { volatile: true });
    const first = attempt.accept();
    await client.shows("open");
    await client.sendBehindQueue(first, message);
    first.reset();
    await client.shows("close");
    await client.sendWith(waiting, { volatile: true });
    await client.sendAll(kept);
    const second = await client.connection();
    await second.arrive(...kept);
    await client.sendBehindQueue(second, message);

    judging("QUEUE-4c");
    noneCame([first, second], [connecting, waiting], "that was volatile, on a connection that was not open by then");
  },
});

export const pingsNotQueued = clientCase({
  id: "client-queue-pings/not-queued",
  title: "does not queue pings, neither while it connects nor between two connections",
  covers: ["QUEUE-5"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: ["heartbeatIntervalMs"] },
  async run({ open, judging, message, quietFor }) {
    const clients = {
      fresh: await open({ heartbeatIntervalMs: BEAT_MS }),
      lost: await open({ ...SHORT_DELAYS, heartbeatIntervalMs: BEAT_MS }),
    };
    const fresh = await clients.fresh.attempt();
    const lost = await clients.lost.connection();
    await lost.until(() => lost.pings.length > 0, "send a ping");
    lost.reset();
    const next = await clients.lost.attempt();
    const given = { fresh: message({ text: "at last" }), lost: message({ text: "at last, again" }) };
    await quietFor(5 * BEAT_MS);
    await clients.fresh.send(given.fresh);
    await clients.lost.send(given.lost);
    const connections = { fresh: fresh.accept(), lost: next.accept() };
    await connections.fresh.arrive(given.fresh);
    await connections.lost.arrive(given.lost);

    judging("QUEUE-5");
    noQueuedPings(connections.fresh);
    noQueuedPings(connections.lost);
  },
});

export const rejectedByClose = clientCase({
  id: "client-queue-end/closed",
  title: "shows each queued message as rejected when the program closes it",
  covers: ["QUEUE-6"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, messages }) {
    const clients = { connecting: await open(), waiting: await open() };
    await clients.connecting.attempt();
    const lost = await clients.waiting.connection();
    lost.reset();
    await clients.waiting.shows("close");
    const queued = { connecting: messages(3), waiting: messages(3) };
    await clients.connecting.sendAll(queued.connecting);
    await clients.waiting.sendAll(queued.waiting);
    await clients.connecting.close();
    await clients.waiting.close();

    judging("QUEUE-6");
    await clients.connecting.tells(queued.connecting, ["rejected"]);
    await clients.waiting.tells(queued.waiting, ["rejected"]);
  },
});

export const notSentAfterClose = clientCase({
  id: "client-queue-end/connected-again",
  title: "does not send on a later connection what was queued when it was closed",
  covers: ["QUEUE-6"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, messages, message }) {
    const client = await open();
    const lost = await client.connection();
    lost.reset();
    await client.shows("close");
    const queued = messages(3);
    await client.sendAll(queued);
    await client.close();
    const next = await client.connectAgain();
    await client.sendBehindQueue(next, message);

    judging("QUEUE-6");
    noneCame([lost, next], queued, "that was queued when it was closed");
  },
});

export const rejectedByGivingUp = clientCase({
  id: "client-queue-end/given-up",
  title: "shows each queued message as rejected when it gives up",
  covers: ["QUEUE-6"],
  transport: "ws",
  requires: { options: ["maxAttempts"] },
  async run({ open, judging, messages }) {
    const client = await open({ ...SHORT_DELAYS, maxAttempts: 1 });
    const first = await client.attempt();
    const queued = messages(3);
    await client.sendAll(queued);
    first.reset();
    (await client.attempt()).reset();
    await client.shows("error", 2);

    judging("QUEUE-6");
    await client.tells(queued, ["rejected"]);
  },
});
