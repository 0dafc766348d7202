/** Many streams, and streams that come and go: CORE-S10. */
import { serverCase } from "../../case.ts";
import { arrive } from "../../expect.ts";
import { accepted } from "../../expect-answers.ts";

export const sideBySide = serverCase({
  id: "streams/side-by-side",
  title: "serves six streams side by side, also from one address",
  covers: ["CORE-S10a"],
  // On a server that serves fewer, all that follows would go wrong for this one reason.
  lane: "gate",
  needs: ["stream/opening"],
  streams: 6,
  async run({ openStream, showMore, judging }) {
    const alice = await openStream("alice");
    await alice.settle();

    judging("CORE-S10a");
    const others = [];
    for (const name of ["bob", "carol", "dave", "erin", "frank"]) others.push(await openStream(name));
    await showMore([alice, ...others]);
  },
});

export const oneLeaves = serverCase({
  id: "streams/one-leaves",
  title: "goes on accepting messages, and serving other streams, after one has ended",
  covers: ["CORE-S10b"],
  // The usual slip is to write to a stream whose client has gone. It shows in every case that follows, so this one is the
  // first that opens streams.
  lane: "gate",
  needs: ["publish/accepted"],
  mayKill: true,
  streams: 2,
  requires: "post",
  async run({ openStream, stir, post, judging, messages }) {
    const bob = await openStream("bob");
    await bob.settle();
    const alice = await openStream("alice");
    await stir([bob, alice], ({ begun }) => begun, "receive anything");
    const after = messages(3, { text: "after another stream has ended" });

    judging("CORE-S10b");
    bob.leave();
    for (const { text } of after) accepted(await post("publisher", text));
    // A stream that ends by itself is a matter of its own.
    const before = alice.shown;
    await stir([alice], (one) => one.shown > before || one.lost("") !== undefined, "receive anything more");
  },
});

export const six = serverCase({
  id: "streams/six",
  title: "sends each message on all of six streams",
  covers: ["CORE-S10a"],
  lane: "alone",
  streams: 6,
  requires: "publishing",
  async run({ subscribe, publish, judging, messages }) {
    const streams = await subscribe("alice", "bob", "carol", "dave", "erin", "frank");
    const all = messages(10);

    judging("CORE-S10a");
    await publish(...all);
    await arrive(streams, all);
  },
});

export const leaving = serverCase({
  id: "streams/leaving",
  title: "serves the other streams when one ends, whichever it is and however it ends",
  covers: ["CORE-S10b"],
  lane: "last",
  streams: 6,
  requires: "publishing",
  async run({ subscribe, publish, judging, message }) {
    const [first, alice, middle, bob, carol, last] = await subscribe(
      "first",
      "alice",
      "middle",
      "bob",
      "carol",
      "last",
    );
    const stayers = [alice, bob, carol];
    const leavers = [() => first.leave(), () => middle.reset(), () => last.leave()];
    const all = leavers.flatMap((_, index) => [
      message({ text: "right after one left", number: index }),
      message({ text: "a little later", number: index }),
    ]);

    judging("CORE-S10b");
    for (const [index, leave] of leavers.entries()) {
      leave();
      await publish(...all.slice(2 * index, 2 * index + 2));
      await arrive(stayers, all.slice(2 * index, 2 * index + 2));
    }
  },
});

export const comeAndGo = serverCase({
  id: "streams/come-and-go",
  title: "goes on serving the other streams, and opening new ones, after 200 have come and gone",
  covers: ["CORE-S10b", "CORE-S10c"],
  lane: "last",
  streams: 6,
  async run({ subscribe, openStream, openOnceFree, showMore, stir, judging }) {
    // Many have come and gone by now.
    judging("CORE-S10c");
    const [alice, bob] = await subscribe("alice", "bob");
    const openFour = (round: number) =>
      Promise.all(["a", "b", "c", "d"].map((letter) => openStream(`passer-by ${round}${letter}`)));

    for (let round = 1; round <= 49; round++) {
      for (const stream of await openFour(round)) {
        if (round % 2 === 0) stream.reset();
        else stream.leave();
      }
    }
    // The last four are answered before they leave, in one way or the other.
    const last = await openFour(50);
    await Promise.all(last.map((stream) => stream.settle()));
    for (const [index, stream] of last.entries()) {
      if (index % 2 === 0) stream.reset();
      else stream.leave();
    }

    const carol = await openOnceFree("carol");

    judging("CORE-S10b");
    await showMore([alice, bob]);

    judging("CORE-S10c");
    await stir([carol], ({ shown }) => shown > 0, "show an event");
  },
});
