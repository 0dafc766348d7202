/** Messages by POST, and what is accepted: PUB-1a to PUB-1e. */
import { type ServerContext, serverCase } from "../../case.ts";
import { arrive, arrivedInOrder, arrivedOnce, arrivedUnchanged } from "../../expect.ts";
import { accepted, notAcceptedYet } from "../../expect-answers.ts";
import type { Message } from "../../marks.ts";
import { anyBroadcasts, anyLengths, anyNumbers, anyStrings, anyStructures } from "./messages-of-core.ts";

export const isAccepted = serverCase({
  id: "publish/accepted",
  title: "accepts a message by POST",
  covers: ["PUB-1a"],
  lane: "gate",
  needs: [],
  proves: "post",
  async run({ post, judging, message }) {
    judging("PUB-1a");
    accepted(await post("alice", message({ text: "hello" }).text));
  },
});

export const isDelivered = serverCase({
  id: "publish/delivered",
  title: "delivers anything at all of what it accepts by POST",
  covers: ["PUB-1b"],
  lane: "gate",
  needs: ["publish/accepted"],
  proves: "post",
  streams: 1,
  async run({ receiver, stir, judging }) {
    const alice = await receiver("alice");

    judging("PUB-1b");
    await stir([alice], ({ begun }) => begun, "receive anything");
  },
});

export const once = serverCase({
  id: "publish/once",
  title: "delivers each accepted message once to everybody, published one after the other or at once",
  covers: ["PUB-1b"],
  streams: 2,
  async run({ receivers, publish, publishAtOnce, sentinel, judging, messages, event }) {
    const [alice, bob] = await receivers("alice", "bob");
    const oneByOne = [...messages(20, { text: "one by one" }), event("tick"), event("tock")];
    const atOnce = [...messages(20, { text: "at once" }), event("tick"), event("tock")];

    judging("PUB-1b");
    await publish(...oneByOne);
    await publishAtOnce(...atOnce);
    await arrive([alice, bob], [...oneByOne, ...atOnce]);
    await sentinel([alice, bob]);
    arrivedOnce([alice, bob], [...oneByOne, ...atOnce]);
  },
});

export const repeated = serverCase({
  id: "publish/repeated",
  title: "delivers a message as often as it was published, also where the texts or the ids are the same",
  covers: ["PUB-1b"],
  streams: 2,
  async run({ receivers, publish, sentinel, judging, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const again = message({ text: "the same again", id: "7" });
    const sameId = message({ text: "another text with the same id", id: "7" });

    judging("PUB-1b");
    await publish(again, again, sameId, again);
    await arrive([alice, bob], [sameId]);
    await arrive([alice, bob], [again], 3);
    await sentinel([alice, bob]);
    arrivedOnce([alice, bob], [sameId]);
    arrivedOnce([alice, bob], [again], 3);
  },
});

const kinds: { [kind in string]: readonly [title: string, all: (context: ServerContext) => Message[]] } = {
  strings: ["strings of any script, with escapes, quotes and control characters", anyStrings],
  numbers: ["numbers that a double can hold", anyNumbers],
  structures: ["null, empty, nested and wide values, 64 levels deep", anyStructures],
  lengths: ["texts of every length up to 60 000 bytes", anyLengths],
  broadcasts: ["objects of any type, also such as look like events and are none", anyBroadcasts],
};

/** One case for each kind of value. */
export const values = Object.entries(kinds).map(([kind, [title, all]]) =>
  serverCase({
    id: `publish/${kind}`,
    title: `accepts ${title}, and delivers them unchanged`,
    covers: ["PUB-1a", "PUB-1b", "PUB-1c"],
    streams: 2,
    async run(context) {
      const { receivers, post, judging } = context;
      const [alice, bob] = await receivers("alice", "bob");
      const sent = all(context);

      judging("PUB-1a");
      for (const { text } of sent) accepted(await post("publisher", text));

      judging("PUB-1b");
      await arrive([alice, bob], sent);

      judging("PUB-1c");
      arrivedUnchanged([alice, bob], sent);
    },
  }),
);

export const wholeBody = serverCase({
  id: "publish/whole-body",
  title: "does not accept a message before its whole body is there, however long that takes",
  covers: ["PUB-1a", "PUB-1b", "PUB-1d"],
  streams: 2,
  async run({ receivers, openPost, publish, sentinel, judging, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const slow = message({ text: "in two halves ".repeat(10) });
    const meanwhile = message({ text: "meanwhile" });

    judging("PUB-1d");
    const request = await openPost("publisher", slow.text);
    await publish(meanwhile);
    notAcceptedYet(request);
    request.send(60);
    await sentinel([alice, bob]);
    notAcceptedYet(request);

    judging("PUB-1a");
    request.send();
    accepted(await request.answered());

    judging("PUB-1b");
    await arrive([alice, bob], [slow, meanwhile]);
    await sentinel([alice, bob]);
    arrivedOnce([alice, bob], [slow, meanwhile]);
  },
});

export const inOrder = serverCase({
  id: "publish/in-order",
  title: "delivers messages in the order in which they were published, each after the answer to the one before",
  covers: ["PUB-1e"],
  streams: 2,
  async run({ receivers, publish, judging, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const all = Array.from({ length: 40 }, (_, index) =>
      message({ number: index + 1, text: index % 3 === 0 ? "long ".repeat(2_000) : "short" }),
    );

    await publish(...all);
    await arrive([alice, bob], all);

    judging("PUB-1e");
    arrivedInOrder([alice, bob], all);
  },
});
