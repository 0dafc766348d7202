/** Both transports in one room: BRIDGE-1 to BRIDGE-3. */
import { type ServerContext, serverCase } from "../../case.ts";
import {
  arrive,
  arrivedAsText,
  arrivedInOneOrder,
  arrivedOnce,
  arrivedUnchanged,
  fence,
  nothingCameOf,
  pingsNotRelayed,
  pongsNotRelayed,
} from "../../expect.ts";
import { arrivedMapped, eachInItsOwnEvent, noIdIs } from "../../expect-streams.ts";
import type { Message } from "../../marks.ts";
import { badJson } from "../bad-json.ts";
import { anyBroadcasts, anyEvents, anyLengths, anyNumbers, anyStrings, anyStructures } from "../messages-of-core.ts";

export const isDelivered = serverCase({
  id: "bridge/delivered",
  title: "delivers anything at all of what connections send on streams",
  covers: ["BRIDGE-1a"],
  lane: "gate",
  needs: ["heartbeat/answered", "delivery/at-all", "streams/one-leaves"],
  proves: "connection",
  streams: 1,
  async run({ connect, receiver, stir, judging }) {
    const [alice] = await connect("alice");
    const carol = await receiver("carol");

    judging("BRIDGE-1a");
    await stir(
      [carol],
      (one) => one.begun || one.lost("") !== undefined,
      "receive anything",
      (message) => alice.sendAll([message]),
    );
  },
});

/** Of the cases that take it that what is posted is delivered, and not that what connections send is. */
const needs = ["publish/accepted", "publish/delivered"];

export const toStreams = serverCase({
  id: "bridge/to-streams",
  title: "delivers what connections send once to every stream",
  covers: ["BRIDGE-1a"],
  streams: 2,
  async run({ connect, subscribe, sentinel, judging, message, messages, event }) {
    const [alice, bob] = await connect("alice", "bob");
    const [carol, dave] = await subscribe("carol", "dave");
    const fromAlice = [...messages(30, { from: "alice" }), event("tick"), event("tock")];
    const fromBob = messages(30, { from: "bob" });
    const long = message({ text: "long ".repeat(11_000) });
    const again = message({ text: "the same again" });
    const partingWords = messages(5, { text: "goodbye" });

    judging("BRIDGE-1a");
    await Promise.all([alice.sendAll(fromAlice), bob.sendAll(fromBob)]);
    await alice.sendAll([again, again, long, again]);
    await bob.sendAll(partingWords);
    await bob.leave();
    const once = [...fromAlice, ...fromBob, long, ...partingWords];
    await arrive([carol, dave], once);
    await arrive([carol, dave], [again], 3);
    await sentinel([carol, dave]);
    arrivedOnce([carol, dave], once);
    arrivedOnce([carol, dave], [again], 3);
  },
});

/** Broadcasts, some of which a careless server takes for events, or writes so that they break out of their field. */
const broadcasts = (context: ServerContext): Message[] => {
  const { message, written } = context;
  return [
    ...anyBroadcasts(context),
    ...anyStrings(context),
    ...["open", "error", "close", "state", "message"].map((name) => message({ type: "event", event: name, data: 1 })),
    message({ type: "event", event: "x\r\ndata: injected", data: 1 }),
    message({ type: "event", event: "x\rdata: injected", data: 1 }),
    message({ type: "event", event: "next\u0085line", data: 1 }),
    message({ type: "event", event: "price", data: 1, id: 7 }),
    message({ type: "Event", event: "price", data: 1 }),
    message({ event: "price", data: 1 }),
    message({ id: "7", retry: 1, data: { type: "event" } }),
    message({ text: "long ".repeat(5_000), end: true }),
    written((mark) => JSON.stringify({ mark, text: "indented", list: [1, 2] }, null, 2)),
    written((mark) => JSON.stringify({ mark, text: "indented", list: [1, 2] }, null, 2).replaceAll("\n", "\r\n")),
    written((mark) => JSON.stringify({ mark, text: "indented", list: [1, 2] }, null, 2).replaceAll("\n", "\r")),
  ];
};

export const broadcastsMapped = serverCase({
  id: "bridge/broadcasts",
  title: "sends every broadcast on streams as an event without a name",
  covers: ["BRIDGE-1a", "BRIDGE-1b"],
  streams: 2,
  async run(context) {
    const { connect, subscribe, judging } = context;
    const [alice] = await connect("alice");
    const [carol, dave] = await subscribe("carol", "dave");
    const all = broadcasts(context);

    judging("BRIDGE-1b");
    await alice.sendAll(all);
    await arrive([carol, dave], all);
    eachInItsOwnEvent([carol, dave], all);
    arrivedMapped([carol, dave], all);
  },
});

export const eventsMapped = serverCase({
  id: "bridge/events",
  title: "sends every event on streams under its name, with its data alone",
  covers: ["BRIDGE-1a", "BRIDGE-1c"],
  streams: 2,
  async run(context) {
    const { connect, subscribe, judging } = context;
    const [alice] = await connect("alice");
    const [carol, dave] = await subscribe("carol", "dave");
    const all = anyEvents(context);

    judging("BRIDGE-1c");
    await alice.sendAll(all);
    await arrive([carol, dave], all);
    eachInItsOwnEvent([carol, dave], all);
    arrivedMapped([carol, dave], all);
  },
});

export const postedMapped = serverCase({
  id: "bridge/posted",
  title: "sends on streams what was posted as it sends what came on connections",
  covers: ["BRIDGE-1b", "BRIDGE-1c"],
  needs: [...needs, "stream/opening"],
  streams: 1,
  requires: "post",
  async run(context) {
    const { subscribe, publishAtOnce, judging } = context;
    const [carol] = await subscribe("carol");
    const plain = broadcasts(context);
    const named = anyEvents(context);

    judging("BRIDGE-1b");
    await publishAtOnce(...plain);
    await arrive([carol], plain);
    eachInItsOwnEvent([carol], plain);
    arrivedMapped([carol], plain);

    judging("BRIDGE-1c");
    await publishAtOnce(...named);
    await arrive([carol], named);
    eachInItsOwnEvent([carol], named);
    arrivedMapped([carol], named);
  },
});

export const ownId = serverCase({
  id: "bridge/own-id",
  title: "does not use a publisher's id as the id of an event on streams",
  covers: ["BRIDGE-1d"],
  streams: 1,
  async run({ connect, subscribe, publish, judging, message, event, mark }) {
    const [alice] = await connect("alice");
    const [carol] = await subscribe("carol");
    const ids = [mark(), mark(), mark(), mark()];
    const sent = [event("price", {}, { id: ids[0] }), message({ id: ids[1] })];
    const published = [event("price", {}, { id: ids[2] }), message({ id: ids[3] })];

    judging("BRIDGE-1d");
    await alice.sendAll(sent);
    await publish(...published);
    await arrive([carol], [...sent, ...published]);
    noIdIs([carol], ids);
  },
});

/** More than a server sends by itself, while they are answered. */
const PLAIN_PINGS = 10;

export const notRelayed = serverCase({
  id: "bridge/not-relayed",
  title: "sends nothing of pings and of texts that are not JSON on streams",
  covers: ["BRIDGE-1a", "BRIDGE-1e"],
  lane: "last",
  streams: 2,
  async run({ connect, subscribe, sentinel, judging, mark, message }) {
    const [alice] = await connect("alice");
    const [carol, dave] = await subscribe("carol", "dave");
    const marked = mark();
    const after = message({ text: "after all that" });

    judging("BRIDGE-1a");
    alice.ping(`{"type":"ping","mark":"${marked}"}`);
    alice.ping(`{ "mark" : "${marked}" , "\\u0074ype" : "p\\u0069ng" }`);
    for (const text of badJson(marked)) alice.sendText(text);
    alice.pingAtOnce(PLAIN_PINGS);
    alice.send(after);
    await arrive([carol, dave], [after]);

    judging("BRIDGE-1e");
    await sentinel([carol, dave]);
    nothingCameOf([carol, dave], [marked], "a ping, or a text that is not JSON, which alice sent");
    pingsNotRelayed([carol, dave], PLAIN_PINGS);
    pongsNotRelayed([carol, dave], PLAIN_PINGS);
  },
});

export const toConnections = serverCase({
  id: "bridge/to-connections",
  title: "delivers what is posted once to every connection, as text",
  covers: ["BRIDGE-2a"],
  needs: [...needs, "heartbeat/answered"],
  requires: "post",
  async run({ open, connect, publish, publishAtOnce, judging, message, messages, event }) {
    const carol = await open("carol, who never sends anything");
    const [alice, bob] = await connect("alice", "bob");
    const everybody = [alice, bob, carol];
    const oneByOne = [...messages(10, { text: "one by one" }), event("tick")];
    const long = [
      message({ text: "long ".repeat(2_000) }),
      message({ text: "long ".repeat(11_000) }),
      message({ text: "世界 🎉" }),
    ];
    const atOnce = [...messages(20, { text: "at once" }), event("tock"), ...long];

    judging("BRIDGE-2a");
    await publish(...oneByOne);
    await publishAtOnce(...atOnce);
    await arrive(everybody, [...oneByOne, ...atOnce]);
    await fence([alice, bob]);
    arrivedOnce(everybody, [...oneByOne, ...atOnce]);
    arrivedAsText(everybody, [...oneByOne, ...atOnce]);
  },
});

export const valuesToConnections = serverCase({
  id: "bridge/values-to-connections",
  title: "delivers what is posted unchanged on connections, events with all their members",
  covers: ["BRIDGE-2b"],
  needs: [...needs, "heartbeat/answered"],
  requires: "post",
  async run(context) {
    const { connect, publishAtOnce, judging, event } = context;
    const [alice, bob] = await connect("alice", "bob");
    const all = [
      ...anyEvents(context),
      event("price", { value: 1 }, { id: "7", room: "a", list: [1], retry: 5 }),
      ...anyStrings(context),
      ...anyNumbers(context),
      ...anyStructures(context),
      ...anyLengths(context),
      ...anyBroadcasts(context),
    ];

    judging("BRIDGE-2b");
    await publishAtOnce(...all);
    await arrive([alice, bob], all);
    arrivedUnchanged([alice, bob], all);
  },
});

export const oneOrder = serverCase({
  id: "bridge/one-order",
  title: "shows connections and streams everything in one order, sent and posted",
  covers: ["BRIDGE-3"],
  streams: 2,
  async run({ connect, subscribe, publishAtOnce, judging, messages, event }) {
    const [alice, bob] = await connect("alice", "bob");
    const [carol, dave] = await subscribe("carol", "dave");
    const everybody = [alice, bob, carol, dave];
    const fromAlice = [...messages(40, { from: "alice" }), event("tick")];
    const fromBob = [...messages(40, { from: "bob", text: "long ".repeat(500) }), event("tock")];
    const published = [...messages(40, { from: "the publisher" }), event("tack")];

    judging("BRIDGE-3");
    await Promise.all([alice.sendAll(fromAlice), bob.sendAll(fromBob), publishAtOnce(...published)]);
    await arrive(everybody, [...fromAlice, ...fromBob, ...published]);
    arrivedInOneOrder(everybody, [...fromAlice, ...fromBob, ...published]);
  },
});

export const oneOrderApart = serverCase({
  id: "bridge/one-order-apart",
  title: "keeps that order also where messages come one at a time, by turns",
  covers: ["BRIDGE-3"],
  streams: 2,
  async run({ connect, subscribe, publish, judging, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const [carol, dave] = await subscribe("carol", "dave");
    const everybody = [alice, bob, carol, dave];
    const sent = messages(15, { by: "a connection" });
    const published = messages(15, { by: "POST" });

    judging("BRIDGE-3");
    for (const [index, message] of sent.entries()) {
      alice.send(message);
      await publish(...published.slice(index, index + 1));
    }
    await arrive(everybody, [...sent, ...published]);
    arrivedInOneOrder(everybody, [...sent, ...published]);
  },
});
