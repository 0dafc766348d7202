/** Cases on what a queue takes, and on what the program is told: QUEUE-1 and QUEUE-2. */
import type { OpenOptions } from "../../adapter/protocol.ts";
import { clientCase } from "../../client-case.ts";
import { atMost, atMostBytes, firstOnes, lossesTold, neverTold, noneCame } from "../../expect-queue.ts";
import { SHORT_DELAYS } from "./delays.ts";

const ALL_GATES = ["client-opening/open", "client-again/reset"];
/** The limits of a client that has no others. */
const OWN = { messages: 1_000, bytes: 1_048_576 };
const FEW = 20;
const LARGE = { filler: "x".repeat(20_000) };
const SMALL_LIMIT = { queueMaxBytes: 11_000 } satisfies OpenOptions;

export const anyState = clientCase({
  id: "client-queue-takes/any-state",
  title: "accepts a message while it connects, while it is open, after a loss, and after it was closed",
  covers: ["QUEUE-1a"],
  transport: "ws",
  needs: ALL_GATES,
  async run({ open, judging, messages, message }) {
    const clients = { connecting: await open(), open: await open(), lost: await open(), closed: await open() };
    await clients.connecting.attempt();
    const connection = await clients.open.connection();
    const lost = await clients.lost.connection();
    await clients.closed.connection();
    await clients.closed.close();
    lost.reset();
    await clients.lost.shows("close");

    judging("QUEUE-1a");
    await clients.lost.sendAll(messages(3));
    await clients.connecting.sendAll(messages(3));
    await clients.closed.sendAll(messages(3));
    const last = message({ text: "it lives" });
    await clients.open.send(last);
    await connection.arrive(last);
  },
});

export const afterGivingUp = clientCase({
  id: "client-queue-takes/after-giving-up",
  title: "accepts a message after its last attempt has failed",
  covers: ["QUEUE-1a"],
  transport: "ws",
  requires: { options: ["maxAttempts"] },
  async run({ open, judging, messages, message }) {
    const clients = { failed: await open({ ...SHORT_DELAYS, maxAttempts: 1 }), open: await open() };
    const connection = await clients.open.connection();
    for (let failed = 1; failed <= 2; failed++) (await clients.failed.attempt()).reset();
    await clients.failed.shows("error", 2);

    judging("QUEUE-1a");
    await clients.failed.sendAll(messages(3));
    const last = message({ text: "it lives" });
    await clients.open.send(last);
    await connection.arrive(last);
  },
});

export const whenFull = clientCase({
  id: "client-queue-takes/when-full",
  title: "accepts a message without an error when its queue is full",
  covers: ["QUEUE-1a"],
  transport: "ws",
  async run({ open, judging, messages, offers }) {
    const client = await open({ queueMaxMessages: FEW });
    await client.attempt();
    await client.trySendAll(messages(offers("queueMaxMessages") ? FEW : OWN.messages));

    judging("QUEUE-1a");
    await client.sendAll(messages(10));
  },
});

export const told = clientCase({
  id: "client-queue-told/each",
  title: "tells of each message whether it is sent or queued",
  covers: ["QUEUE-1b"],
  transport: "ws",
  async run({ open, judging, messages }) {
    const client = await open();
    const attempt = await client.attempt();
    const [early, late] = [messages(3), messages(3)];
    await client.sendAll(early);
    const toldBefore = early.map((message) => [message, client.toldOf(message)] as const);
    const connection = attempt.accept();
    await client.shows("open");
    await client.sendAll(late);
    await connection.arrive(...early, ...late);

    judging("QUEUE-1b");
    await client.tells([...early, ...late], ["sent", "queued"]);
    for (const [message, told] of toldBefore) neverTold(told, ["sent"], message, "no connection was open");
    for (const message of [...early, ...late]) {
      neverTold(client.toldOf(message), ["rejected", "dropped", "expired"], message, "it came");
    }
  },
});

export const rejectedAfterClose = clientCase({
  id: "client-queue-told/after-close",
  title: "does not say of a message that it is given after it was closed that it is queued or sent",
  covers: ["QUEUE-1c"],
  transport: "ws",
  async run({ open, judging, message }) {
    const clients = { connecting: await open(), open: await open() };
    await clients.connecting.attempt();
    await clients.open.connection();
    const late = { connecting: message({ text: "too late" }), open: message({ text: "too late, too" }) };
    await clients.connecting.close();
    await clients.open.close();
    await clients.connecting.trySend(late.connecting);
    await clients.open.trySend(late.open);

    judging("QUEUE-1c");
    neverTold(clients.connecting.toldOf(late.connecting), ["queued", "sent"], late.connecting, "it was closed before");
    neverTold(clients.open.toldOf(late.open), ["queued", "sent"], late.open, "it was closed before");
  },
});

export const notSentAfterClose = clientCase({
  id: "client-queue-told/connected-again",
  title: "does not send on a later connection what it was given while it was closed",
  covers: ["QUEUE-1c"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.connection();
    const late = message({ text: "too late" });
    await client.close();
    await client.trySend(late);
    const second = await client.connectAgain();
    await client.sendBehindQueue(second, message);

    judging("QUEUE-1c");
    noneCame([first, second], [late], "that it was given after it was closed");
  },
});

export const ownLimit = clientCase({
  id: "client-queue-limit/messages",
  title: "queues 1000 messages at most where nothing else is set",
  covers: ["QUEUE-2a"],
  transport: "ws",
  async run({ open, judging, messages, message }) {
    const client = await open();
    const attempt = await client.attempt();
    const all = messages(OWN.messages + 10);
    await client.trySendAll(all);
    const connection = attempt.accept();
    await client.shows("open");
    await client.sendBehindQueue(connection, message);

    judging("QUEUE-2a");
    atMost(connection, all, OWN.messages);
  },
});

export const limitSet = clientCase({
  id: "client-queue-limit/messages-set",
  title: "queues no more messages than are set as its limit, between two connections, too",
  covers: ["QUEUE-2a"],
  transport: "ws",
  needs: ALL_GATES,
  requires: { options: ["queueMaxMessages"] },
  async run({ open, judging, messages, message }) {
    const client = await open({ ...SHORT_DELAYS, queueMaxMessages: FEW });
    const all = messages(FEW + 10);
    const first = await client.connection();
    first.reset();
    await client.shows("close");
    await client.trySendAll(all.slice(0, FEW));
    const failing = await client.attempt();
    failing.reset();
    await client.trySendAll(all.slice(FEW));
    const second = await client.connection();
    await client.sendBehindQueue(second, message);

    judging("QUEUE-2a");
    atMost(second, all, FEW);
  },
});

export const ownBytes = clientCase({
  id: "client-queue-limit/bytes",
  title: "queues 1 MiB at most where nothing else is set",
  covers: ["QUEUE-2b"],
  transport: "ws",
  async run({ open, judging, messages, message }) {
    const client = await open();
    const attempt = await client.attempt();
    const all = messages(60, LARGE);
    await client.trySendAll(all);
    const connection = attempt.accept();
    await client.shows("open");
    await client.sendBehindQueue(connection, message);

    judging("QUEUE-2b");
    atMostBytes(connection, all, OWN.bytes);
  },
});

export const bytesSet = clientCase({
  id: "client-queue-limit/bytes-set",
  title: "queues no more bytes than are set as its limit, whatever the characters",
  covers: ["QUEUE-2b"],
  transport: "ws",
  requires: { options: ["queueMaxBytes"] },
  async run({ open, judging, messages, message }) {
    const clients = { ascii: await open(SMALL_LIMIT), others: await open(SMALL_LIMIT) };
    const attempts = { ascii: await clients.ascii.attempt(), others: await clients.others.attempt() };
    const all = {
      ascii: messages(20, { filler: "x".repeat(1_000) }),
      others: messages(20, { filler: "é".repeat(500) }),
    };
    await clients.ascii.trySendAll(all.ascii);
    await clients.others.trySendAll(all.others);
    const connections = { ascii: attempts.ascii.accept(), others: attempts.others.accept() };
    await clients.ascii.shows("open");
    await clients.others.shows("open");
    await clients.ascii.sendBehindQueue(connections.ascii, message);
    await clients.others.sendBehindQueue(connections.others, message);

    judging("QUEUE-2b");
    atMostBytes(connections.ascii, all.ascii, SMALL_LIMIT.queueMaxBytes);
    atMostBytes(connections.others, all.others, SMALL_LIMIT.queueMaxBytes);
  },
});

export const roomForOne = clientCase({
  id: "client-queue-limit/room-for-one",
  title: "drops as many messages as one that is larger takes, with `drop-oldest`",
  covers: ["QUEUE-2b"],
  transport: "ws",
  requires: { options: ["queueMaxBytes", "queueOverflow"] },
  async run({ open, judging, messages, message }) {
    const client = await open({ queueMaxBytes: 5_500, queueOverflow: "drop-oldest" });
    const attempt = await client.attempt();
    const all = [...messages(5, { filler: "x".repeat(1_000) }), message({ filler: "x".repeat(3_500) })];
    await client.trySendAll(all);
    const connection = attempt.accept();
    await client.shows("open");
    await client.sendBehindQueue(connection, message);

    judging("QUEUE-2b");
    atMostBytes(connection, all, 5_500);
  },
});

export const keepsFirst = clientCase({
  id: "client-queue-full/as-it-is",
  title: "keeps the messages that were there when its queue is full and no policy is set",
  covers: ["QUEUE-2c"],
  transport: "ws",
  async run({ open, judging, messages, message }) {
    const client = await open();
    const attempt = await client.attempt();
    const all = messages(OWN.messages + 10);
    await client.trySendAll(all);
    const connection = attempt.accept();
    await client.shows("open");
    await client.sendBehindQueue(connection, message);

    judging("QUEUE-2c");
    firstOnes(connection, all);
  },
});

/** The cases on one policy: what is kept of some messages too many, and of some bytes too many. */
const keeps = (
  policy: "reject" | "drop-newest" | "drop-oldest",
  title: string,
  kept: readonly [start?: number, end?: number],
) =>
  clientCase({
    id: `client-queue-full/${policy}`,
    title,
    covers: ["QUEUE-2c"],
    transport: "ws",
    requires: { options: ["queueMaxMessages", "queueMaxBytes", "queueOverflow"] },
    async run({ open, judging, messages, message }) {
      const clients = {
        many: await open({ queueMaxMessages: 5, queueOverflow: policy }),
        large: await open({ queueMaxBytes: 5_500, queueOverflow: policy }),
      };
      const attempts = { many: await clients.many.attempt(), large: await clients.large.attempt() };
      const all = { many: messages(13), large: messages(13, { filler: "x".repeat(1_000) }) };
      const five = { many: all.many.slice(...kept), large: all.large.slice(...kept) };
      await clients.many.sendAll(all.many.slice(0, 5));
      await clients.large.sendAll(all.large.slice(0, 5));
      await clients.many.trySendAll(all.many.slice(5));
      await clients.large.trySendAll(all.large.slice(5));
      const connections = { many: attempts.many.accept(), large: attempts.large.accept() };
      await clients.many.shows("open");
      await clients.large.shows("open");
      await clients.many.sendBehindQueue(connections.many, message);
      await clients.large.sendBehindQueue(connections.large, message);
      // A queue that is never full has no need of a policy.
      atMost(connections.many, all.many, 5);
      atMostBytes(connections.large, all.large, 5_500);

      judging("QUEUE-2c");
      await connections.many.arrive(...five.many);
      await connections.large.arrive(...five.large);
      const rest = (given: typeof all.many, those: typeof all.many) => given.filter((one) => !those.includes(one));
      noneCame([connections.many], rest(all.many, five.many), `that it has no room for with ${policy}`);
      noneCame([connections.large], rest(all.large, five.large), `that it has no room for with ${policy}`);
    },
  });

export const reject = keeps(
  "reject",
  "keeps the messages that were there when its queue is full, with `reject`",
  [0, 5],
);

export const dropNewest = keeps(
  "drop-newest",
  "keeps the messages that were there when its queue is full, with `drop-newest`",
  [0, 5],
);

export const dropOldest = keeps(
  "drop-oldest",
  "keeps the new messages instead of the oldest ones when its queue is full, with `drop-oldest`",
  [-5],
);

export const lossesShown = clientCase({
  id: "client-queue-full/told",
  title: "shows each message that it has no room for",
  covers: ["QUEUE-2d"],
  transport: "ws",
  async run({ open, judging, messages, message, offers }) {
    const client = await open({ queueMaxMessages: FEW });
    const attempt = await client.attempt();
    const all = messages((offers("queueMaxMessages") ? FEW : OWN.messages) + 10);
    await client.trySendAll(all);
    const connection = attempt.accept();
    await client.shows("open");
    await client.sendBehindQueue(connection, message);

    judging("QUEUE-2d");
    await lossesTold(client, connection, all);
  },
});

export const dropsShown = clientCase({
  id: "client-queue-full/drops-told",
  title: "shows each message that it drops for another",
  covers: ["QUEUE-2d"],
  transport: "ws",
  requires: { options: ["queueMaxMessages", "queueOverflow"] },
  async run({ open, judging, messages, message }) {
    const clients = {
      oldest: await open({ queueMaxMessages: 5, queueOverflow: "drop-oldest" }),
      newest: await open({ queueMaxMessages: 5, queueOverflow: "drop-newest" }),
    };
    const attempts = { oldest: await clients.oldest.attempt(), newest: await clients.newest.attempt() };
    const all = { oldest: messages(15), newest: messages(15) };
    await clients.oldest.trySendAll(all.oldest);
    await clients.newest.trySendAll(all.newest);
    const connections = { oldest: attempts.oldest.accept(), newest: attempts.newest.accept() };
    await clients.oldest.shows("open");
    await clients.newest.shows("open");
    await clients.oldest.sendBehindQueue(connections.oldest, message);
    await clients.newest.sendBehindQueue(connections.newest, message);

    judging("QUEUE-2d");
    await lossesTold(clients.oldest, connections.oldest, all.oldest);
    await lossesTold(clients.newest, connections.newest, all.newest);
  },
});
