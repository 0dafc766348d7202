/** Messages by POST, and what is accepted: PUB-1a to PUB-1e. */
import { type ServerContext, serverCase } from "../../case.ts";
import { arrive, arrivedInOrder, arrivedOnce, arrivedUnchanged } from "../../expect.ts";
import { accepted, notAcceptedYet } from "../../expect-answers.ts";
import type { Message } from "../../marks.ts";
import { anyBroadcasts, anyEvents, anyLengths, anyNumbers, anyStrings, anyStructures } from "../messages-of-core.ts";

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
  needs: ["publish/accepted", "streams/one-leaves"],
  proves: "post",
  streams: 1,
  async run({ receiver, stir, judging }) {
    const alice = await receiver("alice");
    await stir([alice], ({ answered }) => answered !== false, "get an answer");

    judging("PUB-1b");
    // A stream that breaks instead is a matter of its own.
    await stir([alice], (one) => one.begun || one.lost("") !== undefined, "receive anything");
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
  covers: ["PUB-1a", "PUB-1b"],
  // Others would publish something between the same and the same.
  lane: "alone",
  streams: 2,
  async run({ receivers, post, sentinel, judging, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const again = message({ text: "the same again", id: "7" });
    const sameId = message({ text: "another text with the same id", id: "7" });

    judging("PUB-1a");
    for (const { text } of [again, again, sameId, again]) accepted(await post("publisher", text));

    judging("PUB-1b");
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
  // A name with spaces around it is left to the bridge: with many libraries they are lost.
  events: [
    "events of any name and data",
    (context) => anyEvents(context).filter(({ event }) => event?.name === event?.name.trim()),
  ],
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
      const { receivers, postAll, judging } = context;
      const [alice, bob] = await receivers("alice", "bob");
      const sent = all(context);

      judging("PUB-1a");
      accepted(
        ...(await postAll(
          "publisher",
          sent.map(({ text }) => text),
        )),
      );

      judging("PUB-1b");
      await arrive([alice, bob], sent);

      judging("PUB-1c");
      arrivedUnchanged([alice, bob], sent);
    },
  }),
);

export const emptyObject = serverCase({
  id: "publish/empty-object",
  title: "accepts an empty object",
  covers: ["PUB-1a"],
  needs: ["publish/accepted"],
  async run({ post, judging }) {
    judging("PUB-1a");
    accepted(await post("publisher", "{}"));
  },
});

export const burst = serverCase({
  id: "publish/burst",
  title: "accepts many messages in a second",
  covers: ["PUB-1a"],
  needs: ["publish/accepted"],
  async run({ postAll, judging, messages, event }) {
    judging("PUB-1a");
    const all = [...messages(40), event("tick"), event("tock", {}, { id: "7" })];
    accepted(
      ...(await postAll(
        "publisher",
        all.map(({ text }) => text),
      )),
    );
  },
});

export const inPieces = serverCase({
  id: "publish/in-pieces",
  title: "delivers unchanged what comes in pieces that are cut anywhere, within characters too",
  covers: ["PUB-1a", "PUB-1b", "PUB-1c"],
  streams: 2,
  async run({ receivers, openPost, judging, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const cut = message({ text: "世界🎉é".repeat(20) });

    judging("PUB-1a");
    const request = await openPost("publisher", cut.text);
    await request.sendInPieces(7);
    accepted(await request.answered());

    judging("PUB-1b");
    await arrive([alice, bob], [cut]);

    judging("PUB-1c");
    arrivedUnchanged([alice, bob], [cut]);
  },
});

export const wholeBody = serverCase({
  id: "publish/whole-body",
  title: "does not accept a message before its whole body is there, however long that takes",
  covers: ["PUB-1a", "PUB-1b", "PUB-1d"],
  streams: 2,
  async run({ receivers, openPost, sentinel, quietFor, judging, written }) {
    const [alice, bob] = await receivers("alice", "bob");
    // The white space at its end belongs to the body, too.
    const slow = written((mark) => `{"mark":"${mark}","text":"${"in parts ".repeat(20)}"}  `);

    judging("PUB-1d");
    const request = await openPost("publisher", slow.text);
    for (const bytes of [0, 60, Buffer.byteLength(slow.text) - 61]) {
      request.send(bytes);
      // It could answer by a clock of its own; and it may let nobody else in meanwhile, so no fence tells.
      await quietFor(200);
      notAcceptedYet(request);
    }

    judging("PUB-1a");
    request.send();
    accepted(await request.answered());

    judging("PUB-1b");
    await arrive([alice, bob], [slow]);
    await sentinel([alice, bob]);
    arrivedOnce([alice, bob], [slow]);
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
