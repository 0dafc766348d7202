/** Input that is no message: CORE-S5 and CORE-S6. A server may die of it, so these cases run last. */
import type { RuleId } from "../../../spec/rules.ts";
import { type ServerContext, serverCase } from "../../case.ts";
import { arrive, arrivedOnce, fence, noMorePongsThanPings, nothingCameOf } from "../../expect.ts";
import type { WebSocketPeer } from "../../wire/websocket-peer.ts";
import { badJson } from "../bad-json.ts";

export const badJsonNotRelayed = serverCase({
  id: "bad-json/not-relayed",
  title: "relays no text that is not JSON, and takes none for a ping",
  covers: ["CORE-S2c", "CORE-S5a"],
  lane: "last",
  async run({ connect, judging, mark, message }) {
    const [alice, bob, carol] = await connect("alice", "bob", "carol");
    const marked = mark();
    const sentinel = message({ text: "after the bad ones" });

    judging("CORE-S5a");
    for (const text of badJson(marked)) alice.sendText(text);
    await alice.settle();
    bob.send(sentinel);
    await arrive([bob, carol], [sentinel]);
    await fence([bob, carol]);
    nothingCameOf([bob, carol], [marked], "a text that is not JSON and that alice sent");
    // To the sender itself a server may say what was wrong, and quote it.
    nothingCameOf([alice], [marked], "its own text that is not JSON", ({ text }) => !badJson(marked).includes(text));

    judging("CORE-S2c");
    noMorePongsThanPings([alice, bob, carol]);
  },
});

export const badJsonSenderServed = serverCase({
  id: "bad-json/sender-served",
  title: "keeps a connection open, and serves it, after it sent text that is not JSON; and relays none of it later",
  covers: ["CORE-S5a", "CORE-S5b"],
  lane: "last",
  async run({ connect, judging, mark, message, messages }) {
    const [alice, bob] = await connect("alice", "bob");
    const marked = mark();
    const fromBob = messages(60, { from: "bob", part: "for more than a second" });
    const fromAlice = message({ from: "alice" });

    judging("CORE-S5b");
    for (const text of badJson(marked)) {
      alice.sendText(text);
      alice.ping();
    }
    await alice.pongsArrived();
    await bob.sendAll(fromBob);
    await arrive([alice, bob], fromBob);
    alice.send(fromAlice);
    await arrive([alice, bob], [fromAlice]);
    await fence([alice, bob]);
    arrivedOnce([alice], [fromAlice, ...fromBob]);

    judging("CORE-S5a");
    nothingCameOf([bob], [marked], "a text that is not JSON and that alice sent");
  },
});

export const badJsonOthersServed = serverCase({
  id: "bad-json/others-served",
  title: "serves everybody else after one connection sent text that is not JSON",
  covers: ["CORE-S5c"],
  lane: "last",
  async run(context) {
    const marked = context.mark();
    await othersServedAfter(
      context,
      "CORE-S5c",
      badJson(marked).map((text) => (mallory) => mallory.sendText(text)),
    );
  },
});

/** JSON texts of every kind but an object. */
export const nonObjects = {
  null: ["null", " null "],
  number: ["42", "0", "-1.5"],
  string: ['"text"', '""', '"ping"'],
  boolean: ["true", "false"],
  array: ["[]", "[1,2]", "[null]", '[{"type":"ping"}]'],
};

/** One case for each kind of JSON value that is not an object. */
export const nonObjectsOthersServed = Object.entries(nonObjects).map(([kind, texts]) =>
  serverCase({
    id: `non-objects/${kind}`,
    title: `serves everybody else, and newcomers, after a connection sent ${texts.join(" or ")}`,
    covers: ["CORE-S6a"],
    lane: "last",
    run: (context) =>
      othersServedAfter(
        context,
        "CORE-S6a",
        texts.map((text) => (mallory) => mallory.sendText(text)),
      ),
  }),
);

const binaries = {
  bytes: [[0x00, 0xff, 0xfe, 0x80, 0x7b, 0x00], [0xff]],
  json: ['{"text":"in binary"}', '{"type":"ping"}', "null", "[]", "{"].map((text) => [...Buffer.from(text)]),
  empty: [[]],
};

/** One case for each kind of binary message. */
export const binaryOthersServed = Object.entries(binaries).map(([kind, messages]) =>
  serverCase({
    id: `binary/${kind}`,
    title: `serves everybody else, and newcomers, after a connection sent a binary message: ${kind}`,
    covers: ["CORE-S6b"],
    lane: "last",
    run: (context) =>
      othersServedAfter(
        context,
        "CORE-S6b",
        messages.map((bytes) => (mallory) => mallory.sendBinary(Buffer.from(bytes))),
      ),
  }),
);

/** The line that these cases share: Mallory does something, once for each act, and nobody else notices. */
async function othersServedAfter(
  { connect, open, judging, message }: ServerContext,
  rule: RuleId,
  acts: readonly ((mallory: WebSocketPeer) => void)[],
): Promise<void> {
  // The server may end the connection of who sends such a thing: so each thing has a connection of its own.
  const names = acts.map((_, index) => `mallory-${index + 1}`);
  const [alice, bob, ...mallories] = await connect("alice", "bob", ...names);
  const fromAlice = message({ from: "alice" });
  const fromBob = message({ from: "bob" });
  const fromNewcomer = message({ from: "carol" });

  judging(rule);
  await Promise.all(
    mallories.map((mallory, index) => {
      acts[index]?.(mallory);
      return mallory.settle();
    }),
  );
  alice.send(fromAlice);
  bob.send(fromBob);
  await arrive([alice, bob], [fromAlice, fromBob]);
  const carol = await open("carol");
  carol.send(fromNewcomer);
  await arrive([alice, bob], [fromNewcomer]);
  await fence([alice, bob]);
  arrivedOnce([alice, bob], [fromAlice, fromBob, fromNewcomer]);
}
