/** What a message is when it arrives: CORE-S3b to CORE-S3d. */
import { serverCase } from "../../case.ts";
import { arrive, arrivedAsText, arrivedUnchanged, arrivesUnmarked } from "../../expect.ts";
import { anyBroadcasts, anyLengths, anyNumbers, anyStrings, anyStructures } from "../messages-of-core.ts";

export const asText = serverCase({
  id: "values/as-text",
  title: "delivers messages as text, short and long, ASCII and not",
  covers: ["CORE-S3a", "CORE-S3b"],
  async run({ connect, judging, message, event }) {
    const [alice, bob] = await connect("alice", "bob");
    const short = message({ text: "hello" });
    const long = message({ text: "long ".repeat(2_000) });
    const anyScript = message({ text: "Grüße, 世界 🎉" });
    const news = event("news");

    judging("CORE-S3a");
    await alice.sendAll([short, long, anyScript, news]);
    await arrive([alice, bob], [short, long, anyScript, news]);

    judging("CORE-S3b");
    arrivedAsText([alice, bob], [short, long, anyScript, news]);
  },
});

export const strings = serverCase({
  id: "values/strings",
  title: "changes no string: any script, escapes, quotes, control characters",
  covers: ["CORE-S3a", "CORE-S3c"],
  async run(context) {
    const { connect, judging } = context;
    const [alice, bob] = await connect("alice", "bob");
    const all = anyStrings(context);

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob], all);

    judging("CORE-S3c");
    arrivedUnchanged([alice, bob], all);
  },
});

export const numbers = serverCase({
  id: "values/numbers",
  title: "changes no number that a double can hold",
  covers: ["CORE-S3a", "CORE-S3c"],
  async run(context) {
    const { connect, judging } = context;
    const [alice, bob] = await connect("alice", "bob");
    const all = anyNumbers(context);

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob], all);

    judging("CORE-S3c");
    arrivedUnchanged([alice, bob], all);
  },
});

export const structure = serverCase({
  id: "values/structure",
  title: "changes no structure: null, empty, nested, 64 levels deep",
  covers: ["CORE-S3a", "CORE-S3c"],
  async run(context) {
    const { connect, judging } = context;
    const [alice, bob] = await connect("alice", "bob");
    const all = anyStructures(context);

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob], all);

    judging("CORE-S3c");
    arrivedUnchanged([alice, bob], all);
  },
});

export const long = serverCase({
  id: "values/long",
  title: "cuts nothing off: texts of every length up to 60 000 bytes",
  covers: ["CORE-S3a", "CORE-S3c"],
  async run(context) {
    const { connect, judging } = context;
    const [alice, bob] = await connect("alice", "bob");
    const all = anyLengths(context);

    judging("CORE-S3a");
    await alice.sendAll(all);
    await arrive([alice, bob], all);

    judging("CORE-S3c");
    arrivedUnchanged([alice, bob], all);
  },
});

export const anyObject = serverCase({
  id: "values/any-object",
  title: "relays every object, whatever type it has or lacks",
  covers: ["CORE-S3d"],
  async run(context) {
    const { connect, judging } = context;
    const [alice, bob] = await connect("alice", "bob");
    const all = anyBroadcasts(context);

    judging("CORE-S3d");
    await alice.sendAll(all);
    await arrive([alice, bob], all);
  },
});

export const emptyObject = serverCase({
  id: "values/empty-object",
  title: "relays an empty object",
  covers: ["CORE-S3d"],
  // An empty object carries no mark: nobody else must send one.
  lane: "alone",
  async run({ connect, judging }) {
    const [alice, bob] = await connect("alice", "bob");

    judging("CORE-S3d");
    alice.sendText("{}");
    await arrivesUnmarked([alice, bob], {});
  },
});
