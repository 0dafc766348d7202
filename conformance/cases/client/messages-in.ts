/** Cases on what a client makes of the messages that come: CORE-C3 to CORE-C5. */
import { clientCase } from "../../client-case.ts";
import { nothingShown, shownInOrder, shownOnce, shownTimes, shownUnchanged } from "../../expect-client.ts";
import { badJson } from "../bad-json.ts";
import { anyBroadcasts, anyEvents, anyLengths, anyNumbers, anyStrings, anyStructures } from "../messages-of-core.ts";
import { SHORT_DELAYS } from "./delays.ts";

const isPong = ({ data }: { data?: unknown }) =>
  typeof data === "object" && data !== null && "type" in data && data.type === "pong";

export const pongsHidden = clientCase({
  id: "client-messages/pongs-hidden",
  title: "shows no pong, however it is spelled, and all that comes after it",
  covers: ["CORE-C3"],
  transport: "ws",
  async run({ open, judging, message }) {
    const client = await open();
    const connection = await client.connection();
    const after = message({ text: "after the pongs" });

    connection.send('{"type":"pong"}', '{ "type" : "pong" , "at": 1 }', '{"a":[],"\\u0074ype":"p\\u006fng"}', after);
    await client.showsAll([after]);

    judging("CORE-C3");
    nothingShown(client, isPong, "a pong");
  },
});

export const eachOnce = clientCase({
  id: "client-messages/each-once",
  title: "shows each message once, one by one and in a burst",
  covers: ["CORE-C4a"],
  transport: "ws",
  async run({ open, judging, message, messages, event }) {
    const client = await open({ events: ["price"] });
    const connection = await client.connection();
    const all = [message({ text: "hello" }), event("price", { value: 1 }), ...messages(40)];
    const last = message({ text: "last" });

    judging("CORE-C4a");
    connection.send(...all.slice(0, 2));
    connection.sendAtOnce(...all.slice(2));
    await client.showsAll(all);
    connection.send(last);
    await client.showsAll([last]);
    shownOnce(client, [...all, last]);
  },
});

export const afterPongs = clientCase({
  id: "client-messages/after-pongs",
  title: "shows what comes after a pong, after each one",
  covers: ["CORE-C4a"],
  transport: "ws",
  async run({ open, judging, messages }) {
    const client = await open({ heartbeatIntervalMs: 500 });
    const connection = await client.connection();
    const all = messages(6);

    judging("CORE-C4a");
    for (const message of all) {
      connection.sendAtOnce('{"type":"pong"}', message);
      await client.showsAll([message]);
    }
    shownOnce(client, all);
  },
});

export const repeated = clientCase({
  id: "client-messages/repeated",
  title: "shows a message as often as it comes, also right after itself, and each of those that have the same id",
  covers: ["CORE-C4a"],
  transport: "ws",
  async run({ open, judging, message, messages }) {
    const client = await open();
    const connection = await client.connection();
    const same = message({ text: "again and again" });
    const alike = messages(3, { id: 7 });
    const last = message({ text: "last" });

    judging("CORE-C4a");
    connection.send(same, same, same);
    connection.send(...alike, last);
    await client.showsAll([same, ...alike, last]);
    shownOnce(client, [...alike, last]);
    shownTimes(client, same, 3);
  },
});

export const onLaterConnections = clientCase({
  id: "client-messages/later-connections",
  title: "shows each message once on later connections, too",
  covers: ["CORE-C4a"],
  transport: "ws",
  needs: ["client-opening/open", "client-again/reset"],
  async run({ open, judging, messages }) {
    const client = await open(SHORT_DELAYS);
    const [one, two, three] = [messages(3), messages(3), messages(3)];
    const first = await client.connection();
    first.send(...one);
    await client.showsAll(one);
    first.reset();

    judging("CORE-C4a");
    const second = await client.connection();
    second.send(...two);
    await client.showsAll(two);
    second.close(1012);
    const third = await client.connection();
    third.send(...three);
    await client.showsAll(three);
    shownOnce(client, [...one, ...two, ...three]);
  },
});

export const anyKind = clientCase({
  id: "client-messages/any-kind",
  title: "shows as a message whatever is neither a pong nor reserved",
  covers: ["CORE-C4a"],
  transport: "ws",
  async run(context) {
    const { open, judging } = context;
    const client = await open();
    const connection = await client.connection();
    const all = anyBroadcasts(context);

    judging("CORE-C4a");
    connection.send(...all);
    await client.showsAll(all);
    shownOnce(client, all);
  },
});

export const values = clientCase({
  id: "client-messages/values",
  title: "changes no value: strings, numbers, structures, at any length",
  covers: ["CORE-C4b"],
  transport: "ws",
  async run(context) {
    const { open, judging } = context;
    const clients = [await open(), await open(), await open(), await open()] as const;
    const [forStrings, forNumbers, forStructures, forLengths] = clients;
    const sent = [
      [forStrings, await forStrings.connection(), anyStrings(context)],
      [forNumbers, await forNumbers.connection(), anyNumbers(context)],
      [forStructures, await forStructures.connection(), anyStructures(context)],
      [forLengths, await forLengths.connection(), anyLengths(context)],
    ] as const;

    judging("CORE-C4b");
    for (const [client, connection, all] of sent) {
      connection.send(...all);
      await client.showsAll(all);
      shownUnchanged(client, all);
    }
  },
});

export const events = clientCase({
  id: "client-messages/events",
  title: "shows events whole, or their data under their name",
  covers: ["CORE-C4a", "CORE-C4b"],
  transport: "ws",
  async run(context) {
    const { open, judging } = context;
    const all = anyEvents(context);
    const client = await open({ events: all.flatMap(({ event }) => event?.name ?? []) });
    const connection = await client.connection();

    judging("CORE-C4a");
    connection.send(...all);
    await client.showsAll(all);
    shownOnce(client, all);

    judging("CORE-C4b");
    shownUnchanged(client, all);
  },
});

export const inOrder = clientCase({
  id: "client-messages/in-order",
  title: "shows messages in the order in which they came",
  covers: ["CORE-C4c"],
  transport: "ws",
  async run({ open, judging, messages, message, event }) {
    const client = await open({ events: ["price"] });
    const connection = await client.connection();
    const all = messages(40).flatMap((one, index) =>
      index % 10 === 0 ? [one, message({ filler: "x".repeat(20_000) }), event("price", { index })] : [one],
    );

    judging("CORE-C4c");
    connection.sendAtOnce(...all);
    await client.showsAll(all);
    shownInOrder(client, all);
  },
});

export const badJsonStaysOpen = clientCase({
  id: "client-bad-json/stays-open",
  title: "keeps the connection open after a text that is not JSON",
  covers: ["CORE-C5a"],
  transport: "ws",
  async run({ open, judging, mark, message }) {
    const client = await open();
    const connection = await client.connection();
    const sent = message({ text: "still here" });

    judging("CORE-C5a");
    connection.send(...badJson(mark()));
    await client.send(sent);
    await connection.arrive(sent);
  },
});

export const badJsonGoesOn = clientCase({
  id: "client-bad-json/goes-on",
  title: "goes on showing messages after a text that is not JSON",
  covers: ["CORE-C5b"],
  transport: "ws",
  async run({ open, judging, mark, message }) {
    const client = await open();
    const connection = await client.connection();
    const texts = badJson(mark());
    const between = texts.map((text) => [text, message({ after: text.slice(0, 10) })] as const);

    judging("CORE-C5b");
    connection.send(...between.flat());
    await client.showsAll(between.map(([, one]) => one));
    shownOnce(
      client,
      between.map(([, one]) => one),
    );
  },
});
