/** Cases on what a client shows of the events of a stream: CORE-C10a, CORE-C10c, CORE-C10d and SSE-C6. */

import { type ClientCase, clientCase } from "../../client-case.ts";
import { shownBetween, shownByName, shownInOrder, shownOnce, shownTimes, shownUnchanged } from "../../expect-client.ts";
import { badJson } from "../bad-json.ts";
import { anyBroadcasts, anyEvents, anyLengths, anyNumbers, anyStrings, anyStructures } from "../messages-of-core.ts";

export const repeated = clientCase({
  id: "client-stream/repeated",
  title: "shows an event as often as it comes, also right after itself, and each of those whose data have the same id",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run({ open, judging, message, messages }) {
    const client = await open();
    const stream = await client.stream();
    const same = message({ text: "again and again" });
    const alike = messages(3, { id: 7 });
    const last = message({ text: "last" });

    judging("CORE-C10a");
    stream.send(same, same, same, ...alike, last);
    await client.showsAll([same, ...alike, last]);
    shownTimes(client, same, 3);
    shownOnce(client, [...alike, last]);
  },
});

export const eachOnce = clientCase({
  id: "client-stream/each-once",
  title: "shows each event once and in order, one by one and in a burst",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run({ open, judging, message, messages }) {
    const client = await open();
    const stream = await client.stream();
    const first = messages(5);
    const burst = messages(40).flatMap((one, index) =>
      index % 10 === 0 ? [one, message({ filler: "x".repeat(20_000) })] : [one],
    );
    const last = message({ text: "last" });

    judging("CORE-C10a");
    for (const one of first) {
      stream.send(one);
      await client.showsAll([one]);
    }
    stream.send(...burst);
    await client.showsAll(burst);
    stream.send(last);
    await client.showsAll([last]);
    shownOnce(client, [...first, ...burst, last]);
    shownInOrder(client, [...first, ...burst, last]);
  },
});

export const anyKind = clientCase({
  id: "client-stream/any-kind",
  title: "shows whatever object comes as data of the type message",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run(context) {
    const { open, judging } = context;
    const client = await open();
    const stream = await client.stream();
    const all = anyBroadcasts(context);

    judging("CORE-C10a");
    stream.send(...all);
    await client.showsAll(all);
    shownOnce(client, all);
    shownUnchanged(client, all);
  },
});

export const anyJson = clientCase({
  id: "client-stream/any-json",
  title: "shows whatever JSON comes as data of the type message, also what is no object",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run({ open, judging, message, written }) {
    const client = await open();
    const stream = await client.stream();
    const marked = [written((mark) => `["${mark}",1,[null]]`), written((mark) => `"${mark}"`)];
    const bare = [null, false, true, 0, -12.5, "", "text", [], [[]], {}];
    const [before, after] = [message({ text: "before" }), message({ text: "after" })];

    judging("CORE-C10a");
    stream.send(...marked, before);
    for (const value of bare) stream.event({ data: JSON.stringify(value) });
    stream.send(after);
    await client.showsAll([...marked, before, after]);
    shownOnce(client, [...marked, before, after]);
    shownUnchanged(client, marked);
    shownBetween(client, before, bare, after);
  },
});

export const typeMessage = clientCase({
  id: "client-stream/type-message",
  title: "shows events of type message also where that is said",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run({ open, judging, messages }) {
    const client = await open();
    const stream = await client.stream();
    const all = messages(3);
    const [named, namedLast, unnamed] = all;

    judging("CORE-C10a");
    stream.event({ event: "message", data: named?.text ?? "" });
    stream.write(`data: ${namedLast?.text}\nevent: message\n\n`);
    stream.event({ event: "", data: unnamed?.text ?? "" });
    await client.showsAll(all);
    shownOnce(client, all);
    shownUnchanged(client, all);
  },
});

export const values = clientCase({
  id: "client-stream/values",
  title: "changes no value: strings, numbers, structures, at any length",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run(context) {
    const { open, judging } = context;
    const client = await open();
    const stream = await client.stream();
    const numbers = anyNumbers(context);
    const others = [...anyStrings(context), ...anyStructures(context), ...anyLengths(context)].filter(
      ({ event }) => event === undefined,
    );

    judging("CORE-C10a");
    for (const { text } of numbers) stream.event({ data: text });
    await client.showsAll(numbers);
    stream.send(...others);
    await client.showsAll(others);
    shownUnchanged(client, [...numbers, ...others]);
  },
});

export const mediaType = clientCase({
  id: "client-stream/with-parameters",
  title: "shows the events of a stream whose media type has parameters",
  covers: ["CORE-C10a"],
  transport: "sse",
  async run({ open, judging, message }) {
    const clients = { spaced: await open(), tight: await open() };
    const attempts = { spaced: await clients.spaced.attempt(), tight: await clients.tight.attempt() };
    const hello = message({ text: "hello" });

    judging("CORE-C10a");
    attempts.spaced.openStream({ contentType: "text/event-stream; charset=utf-8" }).send(hello);
    await clients.spaced.showsAll([hello]);
    attempts.tight.openStream({ contentType: "text/event-stream;charset=UTF-8" }).send(hello);
    await clients.tight.showsAll([hello]);
  },
});

export const badData = clientCase({
  id: "client-stream/bad-json",
  title: "goes on showing events after data that is not JSON",
  covers: ["CORE-C10c"],
  transport: "sse",
  async run({ open, judging, mark, messages }) {
    const client = await open();
    const stream = await client.stream();
    const texts = badJson(mark());
    const between = messages(texts.length);

    judging("CORE-C10c");
    for (const [index, text] of texts.entries()) {
      stream.event({ data: text });
      stream.send(...between.slice(index, index + 1));
    }
    await client.showsAll(between);
    shownOnce(client, between);
  },
});

const named = (rule: "CORE-C10d" | "SSE-C6", id: string): ClientCase =>
  clientCase({
    id,
    title: "shows events of any name under their name, with their data",
    covers: [rule],
    transport: "sse",
    async run(context) {
      const { open, judging, message } = context;
      const all = anyEvents(context);
      const client = await open({ events: all.flatMap(({ event }) => event?.name ?? []) });
      const stream = await client.stream();
      const after = message({ text: "of type message again" });

      judging(rule);
      stream.send(...all);
      stream.send(after);
      await client.showsAll([...all, after]);
      shownOnce(client, all);
      shownByName(client, all);
      shownUnchanged(client, [after]);
    },
  });

export const namedOfCore = named("CORE-C10d", "client-stream/named");
export const namedEvents = named("SSE-C6", "client-stream/by-name");
