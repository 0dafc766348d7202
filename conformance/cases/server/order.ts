/** In which order messages arrive: CORE-S4. */
import { serverCase } from "../../case.ts";
import { arrive, arrivedInOneOrder, arrivedInOrder } from "../../expect.ts";

export const burst = serverCase({
  id: "order/burst",
  title: "keeps the order of a burst, long and short messages and events mixed",
  covers: ["CORE-S3a", "CORE-S4a"],
  async run({ connect, judging, message }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const all = Array.from({ length: 45 }, (_, index) =>
      message({
        number: index + 1,
        ...[{ text: "short" }, { text: "long ".repeat(1_600) }, { type: "event", event: "tick", data: index }][
          index % 3
        ],
      }),
    );

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob, carol], all);

    judging("CORE-S4a");
    arrivedInOrder([alice, bob, carol], all);
  },
});

export const fragmented = serverCase({
  id: "order/fragmented",
  title: "keeps the order of messages of which some come in fragments",
  covers: ["CORE-S3a", "CORE-S4a"],
  lane: "last",
  async run({ connect, judging, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const all = messages(12, { text: "every third in fragments" });

    judging("CORE-S3a");
    for (const [index, message] of all.entries()) alice.sendFragmented(message, index % 3 === 1 ? [10, 30] : []);
    await arrive([alice, bob], all);

    judging("CORE-S4a");
    arrivedInOrder([alice, bob], all);
  },
});

export const severalSenders = serverCase({
  id: "order/several-senders",
  title: "keeps each sender's order when several send at the same time",
  covers: ["CORE-S3a", "CORE-S4a"],
  async run({ connect, judging, messages }) {
    const peers = await connect("alice", "bob", "carol", "dave");
    const sent = peers.map((peer) => messages(30, { from: peer.name }));

    judging("CORE-S3a");
    await Promise.all(peers.map((peer, index) => peer.sendAll(sent[index] ?? [])));
    await arrive(peers, sent.flat());

    judging("CORE-S4a");
    for (const messagesOfOne of sent) arrivedInOrder(peers, messagesOfOne);
  },
});

export const oneForAll = serverCase({
  id: "order/one-for-all",
  title: "shows all receivers the messages of all senders in one order",
  covers: ["CORE-S4b"],
  async run({ connect, judging, messages }) {
    const peers = await connect("alice", "bob", "carol", "dave");
    const sent = peers.map((peer) => messages(20, { from: peer.name }));

    await Promise.all(peers.map((peer, index) => peer.sendAll(sent[index] ?? [])));
    await arrive(peers, sent.flat());

    judging("CORE-S4b");
    arrivedInOneOrder(peers, sent.flat());
  },
});
