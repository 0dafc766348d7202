/** The gates of streams, and cases on asking for a stream again and on closing one: CORE-C11 and CORE-C12. */

import { clientCase } from "../../client-case.ts";
import { shownUnchanged } from "../../expect-client.ts";
import { SHORT_DELAYS } from "./delays.ts";

/** What has to pass before cases that need a second stream. */
export const STREAM_GATES = ["client-stream/event", "client-stream/again"];

export const showsEvent = clientCase({
  id: "client-stream/event",
  title: "shows an event of type message of a stream",
  covers: ["CORE-C10a"],
  transport: "sse",
  lane: "gate",
  async run({ open, judging, message }) {
    const hello = message({ text: "hello" });

    judging("CORE-C10a");
    const client = await open();
    const stream = await client.stream();
    stream.send(hello);
    await client.showsAll([hello]);
  },
});

export const again = clientCase({
  id: "client-stream/again",
  title: "makes a new request after the stream was cut",
  covers: ["CORE-C11a"],
  transport: "sse",
  lane: "gate",
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const stream = await client.stream();
    const hello = message({ text: "hello" });
    stream.send(hello);
    await client.showsAll([hello]);

    judging("CORE-C11a");
    stream.cut();
    await client.stream();
  },
});

export const afterEachEnd = clientCase({
  id: "client-stream/ended",
  title: "makes a new request after a stream that was ended, cut or reset, also before its first event",
  covers: ["CORE-C11a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ openMany, judging, message }) {
    const clients = await openMany(6, SHORT_DELAYS);
    const attempts = await Promise.all(clients.map((client) => client.attempt()));
    const streams = attempts.map((attempt, index) => attempt.openStream({ chunked: index !== 5 }));
    const [ended, cut, reset, endedFresh, cutFresh, endedByTcp] = streams;
    const hello = message({ text: "hello" });
    for (const stream of [ended, cut, reset, endedByTcp]) stream?.send(hello);
    for (const index of [0, 1, 2, 5]) await clients[index]?.showsAll([hello]);

    judging("CORE-C11a");
    ended?.end();
    cut?.write("data: half an ev");
    cut?.cut();
    reset?.reset();
    endedFresh?.end();
    cutFresh?.cut();
    endedByTcp?.end();
    await Promise.all(clients.map((client) => client.attempt()));
  },
});

export const manyEnds = clientCase({
  id: "client-stream/ends",
  title: "makes a new request after each of four streams in a row",
  covers: ["CORE-C11a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.stream();

    judging("CORE-C11a");
    first.cut();
    const second = await client.stream();
    second.end();
    const third = await client.stream();
    third.reset();
    const fourth = await client.stream();
    fourth.end();
    await client.attempt();
  },
});

export const showsAgain = clientCase({
  id: "client-stream/goes-on",
  title: "shows the events of the streams that it opened after others were ended, cut or reset",
  covers: ["CORE-C11b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ openMany, judging, messages }) {
    const clients = await openMany(3, SHORT_DELAYS);
    const all = messages(9);
    const [before, second, third] = [all.slice(0, 3), all.slice(3, 6), all.slice(6)];
    const [ended, cut, reset] = await Promise.all(clients.map((client) => client.stream()));
    for (const stream of [ended, cut, reset]) stream?.send(...before);
    for (const client of clients) await client.showsAll(before);
    ended?.end();
    cut?.cut();
    reset?.reset();
    const seconds = await Promise.all(clients.map((client) => client.stream()));

    judging("CORE-C11b");
    for (const stream of seconds) stream.send(...second);
    for (const client of clients) await client.showsAll(second);
    for (const stream of seconds) stream.end();
    const thirds = await Promise.all(clients.map((client) => client.stream()));
    for (const stream of thirds) stream.send(...third);
    for (const client of clients) {
      await client.showsAll(third);
      shownUnchanged(client, [...second, ...third]);
    }
  },
});

export const closes = clientCase({
  id: "client-stream/closed",
  title: "ends its request when the program closes it, on an idle stream and on a busy one",
  covers: ["CORE-C12"],
  transport: "sse",
  async run({ open, judging, message, messages }) {
    const clients = { idle: await open(), busy: await open() };
    const hello = message({ text: "hello" });
    const idle = await clients.idle.stream();
    idle.send(hello);
    await clients.idle.showsAll([hello]);
    const busy = await clients.busy.stream();
    busy.send(hello);
    await clients.busy.showsAll([hello]);

    judging("CORE-C12");
    await clients.idle.close();
    await idle.givenUp("end its request");
    busy.send(...messages(40));
    await clients.busy.close();
    await busy.givenUp("end its request");
  },
});
