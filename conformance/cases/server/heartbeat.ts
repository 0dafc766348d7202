/** Pings and pongs: CORE-S2. */
import { CoreLimits } from "../../../spec/limits.ts";
import { serverCase } from "../../case.ts";
import { fence, noMorePongsThanPings, nothingCameOf, pingsNotRelayed, pongsInTime } from "../../expect.ts";

/** That messages are relayed is nothing to a heartbeat. */
const needs = ["heartbeat/answered"];

export const answered = serverCase({
  id: "heartbeat/answered",
  title: "answers a ping with a pong, and the next ones too",
  covers: ["CORE-S2a"],
  lane: "gate",
  needs: ["opening/stays-open"],
  async run({ open, judging }) {
    const alice = await open("alice");

    judging("CORE-S2a");
    await alice.fence();
    await alice.fence();
    await alice.fence();
  },
});

export const eachOnce = serverCase({
  id: "heartbeat/each-once",
  title: "answers every ping with exactly one pong, also between many messages",
  covers: ["CORE-S2a"],
  needs,
  async run({ connect, judging, messages }) {
    const [alice] = await connect("alice");

    judging("CORE-S2a");
    alice.pingAtOnce(8);
    await alice.sendAll(messages(30));
    alice.pingAtOnce(8);
    await alice.pongsArrived();
    await alice.sendAll(messages(40));
    await alice.fence();
    noMorePongsThanPings([alice]);
  },
});

export const anySpelling = serverCase({
  id: "heartbeat/any-spelling",
  title: "knows a ping by its type, whatever else it has and however JSON spells it",
  covers: ["CORE-S2a"],
  needs,
  async run({ connect, judging }) {
    const [alice] = await connect("alice");
    const pings = [
      '{"type":"ping","sentAt":1767225600000}',
      '{"sentAt":1767225600000,"type":"ping"}',
      '{ "type" : "ping" }',
      '\n{\n  "type": "ping",\n  "data": { "type": "chat" }\n}\n',
      '{"type":"ping","text":"grüße 🎉","list":[1,[2,[3]]],"nothing":null}',
      '{"ty\\u0070e":"\\u0070ing"}',
      `{"type":"ping","text":"${"long ".repeat(5_000)}"}`,
    ];

    judging("CORE-S2a");
    for (const ping of pings) {
      alice.ping(ping);
      await alice.pongsArrived();
    }
    await alice.fence();
    noMorePongsThanPings([alice]);
  },
});

export const inTime = serverCase({
  id: "heartbeat/in-time",
  title: "sends each pong within 1 second of its ping",
  covers: ["CORE-S2b"],
  lane: "alone",
  needs,
  async run({ connect, judging, messages, timeScale }) {
    const [alice] = await connect("alice");
    const withinMs = CoreLimits.pongWithinMs * timeScale;

    judging("CORE-S2b");
    await pongsInTime(alice, 5, withinMs);
    await alice.sendAll(messages(3, { text: "a ping right behind messages" }));
    await pongsInTime(alice, 3, withinMs);
  },
});

export const onlyWhoAsked = serverCase({
  id: "heartbeat/only-who-asked",
  title: "sends a pong to the connection that sent the ping, and to nobody else",
  covers: ["CORE-S2a", "CORE-S2c"],
  lane: "alone",
  needs,
  async run({ connect, judging }) {
    const [alice] = await connect("alice");
    const [bob] = await connect("bob");
    const [carol] = await connect("carol");

    judging("CORE-S2a");
    bob.pingAtOnce(5);
    await bob.pongsArrived();

    judging("CORE-S2c");
    await fence([alice, carol]);
    noMorePongsThanPings([alice, bob, carol]);
  },
});

export const noneUnasked = serverCase({
  id: "heartbeat/none-unasked",
  title: "sends no pong for a message or a control frame, nor by itself; and relays no ping later",
  covers: ["CORE-S2a", "CORE-S2c", "CORE-S2d"],
  needs,
  async run({ connect, judging, messages, mark }) {
    const [alice, bob] = await connect("alice", "bob");
    const marked = mark();

    judging("CORE-S2a");
    alice.sendControlPing();
    alice.ping(`{"type":"ping","mark":"${marked}"}`);
    await alice.sendAll(messages(120));
    await fence([alice, bob]);

    judging("CORE-S2c");
    noMorePongsThanPings([alice, bob]);

    judging("CORE-S2d");
    nothingCameOf([alice, bob], [marked], "a ping that alice sent", (received) => received.pong);
  },
});

export const notRelayed = serverCase({
  id: "heartbeat/not-relayed",
  title: "relays no ping, with further members or without",
  covers: ["CORE-S2d"],
  lane: "alone",
  needs,
  async run({ connect, judging, mark }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const marks = [mark(), mark(), mark()];

    judging("CORE-S2d");
    for (const marked of marks) bob.ping(`{"type":"ping","mark":"${marked}"}`);
    bob.pingAtOnce(5);
    await bob.pongsArrived();
    await fence([alice, carol]);
    nothingCameOf([alice, bob, carol], marks, "a ping that bob sent", (received) => received.pong);
    pingsNotRelayed([alice, bob, carol], 5);
  },
});
