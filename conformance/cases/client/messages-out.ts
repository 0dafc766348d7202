/** Cases on the messages that a client is given to send: CORE-C6. */
import { clientCase } from "../../client-case.ts";
import { cameInOrder, cameOnce, cameTimes, cameUnchanged } from "../../expect-client.ts";
import { anyBroadcasts, anyEvents, anyStrings, anyStructures } from "../messages-of-core.ts";
import { SHORT_DELAYS } from "./delays.ts";

export const eachOnce = clientCase({
  id: "client-sending/each-once",
  title: "sends each message once, as text that is JSON equal to it",
  covers: ["CORE-C6a"],
  transport: "ws",
  async run(context) {
    const { open, judging, message } = context;
    const client = await open();
    const connection = await client.connection();
    const all = [...anyStrings(context), ...anyStructures(context), ...anyBroadcasts(context), ...anyEvents(context)];
    const last = message({ text: "last" });

    judging("CORE-C6a");
    await client.sendAll(all);
    await connection.arrive(...all);
    await client.send(last);
    await connection.arrive(last);
    cameOnce([connection], [...all, last]);
    cameUnchanged(connection, [...all, last]);
  },
});

export const repeated = clientCase({
  id: "client-sending/repeated",
  title: "sends a message as often as it is given it, also right after itself",
  covers: ["CORE-C6a"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const connection = await client.connection();
    const same = message({ text: "again and again" });
    const last = message({ text: "last" });

    judging("CORE-C6a");
    await client.sendAll([same, same, same, last]);
    await connection.arrive(same, last);
    cameTimes([connection], same, 3);
  },
});

export const inOrder = clientCase({
  id: "client-sending/in-order",
  title: "sends messages in the order in which it was given them",
  covers: ["CORE-C6b"],
  transport: "ws",
  async run({ open, judging, messages, message }) {
    const client = await open();
    const connection = await client.connection();
    const all = messages(50).flatMap((one, index) =>
      index % 10 === 0 ? [message({ filler: "x".repeat(20_000) }), one] : [one],
    );

    judging("CORE-C6b");
    await client.sendAll(all);
    await connection.arrive(...all);
    cameInOrder(connection, all);
  },
});

export const queuedWhileConnecting = clientCase({
  id: "client-sending/while-connecting",
  title: "sends what it was given while it was connecting once, and ahead of what it is given later",
  covers: ["CORE-C6c"],
  transport: "ws",
  async run({ open, judging, messages, message }) {
    const client = await open();
    const attempt = await client.attempt();
    const early = messages(10);
    const late = message({ text: "given when it was open" });

    judging("CORE-C6c");
    await client.sendAll(early);
    const connection = attempt.accept();
    await client.shows("open");
    await client.send(late);
    await connection.arrive(...early, late);
    cameUnchanged(connection, [...early, late]);
    cameOnce([connection], [...early, late]);
    cameInOrder(connection, [...early, late]);
  },
});

export const queuedWhileWaiting = clientCase({
  id: "client-sending/while-waiting",
  title: "sends what it was given between two connections once, and ahead of what it is given later",
  covers: ["CORE-C6c"],
  transport: "ws",
  needs: ["client-opening/open", "client-again/reset"],
  async run({ open, judging, messages, message }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.connection();
    const early = messages(10);
    const late = message({ text: "given when it was open again" });
    const last = message({ text: "given on a third connection" });
    first.reset();
    await client.shows("close");

    judging("CORE-C6c");
    await client.sendAll(early);
    const second = await client.connection();
    await client.send(late);
    await second.arrive(...early, late);
    cameUnchanged(second, [...early, late]);
    cameInOrder(second, [...early, late]);
    second.reset();
    const third = await client.connection();
    await client.send(last);
    await third.arrive(last);
    cameOnce([first, second, third], [...early, late, last]);
  },
});
