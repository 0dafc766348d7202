/** Who gets a message, and how often: CORE-S3a. */
import { serverCase } from "../../case.ts";
import { arrive, arrivedInOrder, arrivedOnce, fence, oneArrives } from "../../expect.ts";

export const atAll = serverCase({
  id: "delivery/at-all",
  title: "relays what it is sent, to anybody",
  covers: ["CORE-S3a"],
  lane: "gate",
  needs: ["heartbeat/answered"],
  async run({ connect, judging, message }) {
    const [alice] = await connect("alice");
    const [bob] = await connect("bob");
    const hello = message({ type: "chat", text: "hello" });

    judging("CORE-S3a");
    alice.send(hello);
    await oneArrives(alice, [hello], bob);
  },
});

export const everybodyOnce = serverCase({
  id: "delivery/everybody-once",
  title: "delivers a message once to everybody, its sender too, whoever sends it",
  covers: ["CORE-S3a"],
  // With others beside it, the first and the last connection of the server would not be this case's.
  lane: "alone",
  async run({ connect, judging, message }) {
    const [alice] = await connect("alice");
    const [bob, carol] = await connect("bob", "carol");
    const [dave] = await connect("dave");
    const everybody = [alice, bob, carol, dave];
    const fromFirst = message({ from: "alice" });
    const fromMiddle = message({ from: "bob" });
    const fromLast = message({ from: "dave" });

    judging("CORE-S3a");
    alice.send(fromFirst);
    bob.send(fromMiddle);
    dave.send(fromLast);
    await arrive(everybody, [fromFirst, fromMiddle, fromLast]);
    await fence(everybody);
    arrivedOnce(everybody, [fromFirst, fromMiddle, fromLast]);
  },
});

export const burst = serverCase({
  id: "delivery/burst",
  title: "delivers every message of a burst once",
  covers: ["CORE-S3a"],
  async run({ connect, judging, messages }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const all = messages(45);

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob, carol], all);
    await fence([alice, bob, carol]);
    arrivedOnce([alice, bob, carol], all);
  },
});

export const events = serverCase({
  id: "delivery/events",
  title: "delivers events like any other message",
  covers: ["CORE-S3a"],
  async run({ connect, judging, event, message }) {
    const [alice, bob] = await connect("alice", "bob");
    const price = event("price", { symbol: "ABC", value: 12.5 });
    const tick = event("tick", {}, { id: "7" });
    const falsy = [null, false, 0, ""].map((data) => message({ type: "event", event: "falsy data", data }));
    const longName = event("🎉".repeat(128));
    const notice = event("天気 予報", { list: ["☀"] }, { id: "" });

    judging("CORE-S3a");
    await alice.sendAll([price, tick, ...falsy, longName]);
    bob.send(notice);
    await arrive([alice, bob], [price, tick, ...falsy, longName, notice]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [price, tick, ...falsy, longName, notice]);
  },
});

export const anySize = serverCase({
  id: "delivery/any-size",
  title: "delivers messages of every size up to 60 000 bytes once",
  covers: ["CORE-S3a"],
  async run({ connect, judging, message }) {
    const [alice, bob] = await connect("alice", "bob");
    const all = [0, 100, 1_000, 4_000, 10_000, 30_000, 59_900].map((length) => message({ text: "x".repeat(length) }));

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob], all);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], all);
  },
});

export const repeated = serverCase({
  id: "delivery/repeated",
  title: "delivers a message as often as it was sent, also where the texts or the ids are the same",
  covers: ["CORE-S3a"],
  async run({ connect, judging, message }) {
    const [alice, bob] = await connect("alice", "bob");
    const again = message({ text: "the same again", id: "7" });
    const sameId = message({ text: "another text with the same id", id: "7" });

    judging("CORE-S3a");
    alice.send(again);
    alice.send(again);
    bob.send(again);
    alice.send(sameId);
    await arrive([alice, bob], [again, sameId]);
    await arrive([alice, bob], [again], 3);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [sameId]);
    arrivedOnce([alice, bob], [again], 3);
  },
});

export const partingWords = serverCase({
  id: "delivery/parting-words",
  title: "delivers what a connection sent right before its close handshake",
  covers: ["CORE-S3a"],
  async run({ connect, judging, messages }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const all = messages(5, { text: "goodbye" });

    judging("CORE-S3a");
    await alice.sendAll(all);
    await alice.leave();
    await arrive([bob, carol], all);
    await fence([bob, carol]);
    arrivedOnce([bob, carol], all);
  },
});

export const whileSending = serverCase({
  id: "delivery/while-sending",
  title: "delivers also to a connection that is in the middle of sending a fragmented message",
  covers: ["CORE-S3a"],
  async run({ connect, judging, message, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const fragmented = message({ text: "in two fragments" });
    const meanwhile = messages(5, { text: "meanwhile" });

    judging("CORE-S3a");
    const sendTheRest = alice.sendFirstFragment(fragmented);
    await bob.fence();
    await bob.sendAll(meanwhile);
    await arrive([alice, bob], meanwhile);
    sendTheRest();
    await arrive([alice, bob], [fragmented]);
    await fence([alice, bob]);
    arrivedOnce([alice, bob], [...meanwhile, fragmented]);
  },
});

export const steadyStream = serverCase({
  id: "delivery/steady-stream",
  title: "delivers a stream of messages that goes on for seconds, each once and in order",
  covers: ["CORE-S3a", "CORE-S4a"],
  async run({ connect, judging, messages }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const all = messages(140);

    judging("CORE-S3a");
    await bob.sendAll(all);
    await arrive([alice, bob, carol], all);
    await fence([alice, carol]);
    arrivedOnce([alice, bob, carol], all);

    judging("CORE-S4a");
    arrivedInOrder([alice, bob, carol], all);
  },
});

export const manySenders = serverCase({
  id: "delivery/many-senders",
  title: "delivers everything once when several send at the same time",
  covers: ["CORE-S3a"],
  lane: "alone",
  async run({ connect, judging, messages }) {
    const peers = await connect("alice", "bob", "carol", "dave", "erin", "frank");
    const sent = peers.map((peer) => messages(45, { from: peer.name }));

    judging("CORE-S3a");
    await Promise.all(peers.map((peer, index) => peer.sendAll(sent[index] ?? [])));
    await arrive(peers, sent.flat());
    await fence(peers);
    arrivedOnce(peers, sent.flat());
  },
});

export const crowd = serverCase({
  id: "delivery/crowd",
  title: "lets 200 subscribers in, and delivers to all of them",
  covers: ["CORE-S1a", "CORE-S3a"],
  lane: "alone",
  async run({ connect, connectMany, judging, messages }) {
    const [alice] = await connect("alice");

    judging("CORE-S1a");
    const crowd = await connectMany("subscriber", 200);
    const all = messages(3);

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, ...crowd], all);
    await fence(crowd);
    arrivedOnce([alice, ...crowd], all);
  },
});
