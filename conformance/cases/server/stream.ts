/** Opening a stream, and having it stay open: CORE-S9a, CORE-S9b, CORE-S9e. */
import { CoreLimits } from "../../../spec/limits.ts";
import { serverCase } from "../../case.ts";
import { arrive } from "../../expect.ts";
import { dataIsJson, dataIsWhole, noneMerged } from "../../expect-streams.ts";

export const opening = serverCase({
  id: "stream/opening",
  title: "answers a GET with a stream, and sends whole events on it",
  covers: ["CORE-S9a", "CORE-S9b", "CORE-S9d"],
  lane: "gate",
  needs: ["streams/one-leaves"],
  streams: 1,
  async run({ openStream, stir, judging }) {
    judging("CORE-S9a");
    const alice = await openStream("alice");
    await stir([alice], (stream) => stream.answered, "get an answer");
    alice.mustBeAStream();

    judging("CORE-S9b");
    await stir([alice], (stream) => stream.begun, "receive anything");

    judging("CORE-S9d");
    await stir([alice], (stream) => stream.shown > 0, "receive a whole event");
  },
});

export const atOnce = serverCase({
  id: "stream/at-once",
  title: "sends each event at once and to its end, though nothing follows",
  covers: ["CORE-S9b", "CORE-S9d", "CORE-S9e"],
  // What others publish would push out what the server holds back.
  lane: "gate",
  needs: ["stream/opening"],
  streams: 1,
  requires: "publishing",
  async run({ subscribe, showMore, publishAtOnce, publishAlone, quietFor, judging, message, messages, timeScale }) {
    const [alice] = await subscribe("alice");
    const some = messages(25, { text: "at once" });
    const short = message({ text: "nothing follows" });
    const long = message({ text: "long ".repeat(4_000) });

    // That a stream ends, or that an event comes with the next one, is no matter of how soon the end of an event comes.
    judging("CORE-S9b");
    await showMore([alice]);
    await publishAtOnce(...some);
    await showMore([alice]);

    judging("CORE-S9d");
    noneMerged([alice], some);

    judging("CORE-S9e");
    await quietFor(500);
    for (const one of [short, long]) await publishAlone(alice, one);
    alice.mustNotPause(CoreLimits.pauseWithinEventMs * timeScale);
  },
});

/** What Chromium sends for an EventSource. */
const BROWSER_HEADERS = [
  ["Connection", "keep-alive"],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"],
  ["Accept", "text/event-stream"],
  ["Cache-Control", "no-store"],
  ["Accept-Encoding", "gzip, deflate, br"],
  ["Accept-Language", "en-US,en;q=0.9"],
  ["Sec-Fetch-Dest", "empty"],
  ["Sec-Fetch-Mode", "cors"],
  ["Sec-Fetch-Site", "same-origin"],
] as const;

export const atOnceForBrowsers = serverCase({
  id: "stream/at-once-for-browsers",
  title: "sends each event at once and to its end, also to a client that takes compressed streams",
  covers: ["CORE-S9e"],
  // What others publish would push out what the server holds back.
  lane: "alone",
  streams: 1,
  requires: "publishing",
  async run({ openStream, stir, publishAlone, quietFor, judging, message, event, timeScale }) {
    const alice = await openStream("alice", { headers: BROWSER_HEADERS });
    await stir([alice], ({ shown }) => shown > 0, "show an event");
    const short = message({ text: "nothing follows" });
    const named = event("last", { text: "nothing follows" });

    judging("CORE-S9e");
    await quietFor(200);
    for (const one of [short, named]) await publishAlone(alice, one);
    alice.mustNotPause(CoreLimits.pauseWithinEventMs * timeScale);
  },
});

export const manyEvents = serverCase({
  id: "stream/many-events",
  title: "keeps a stream open however many events it has sent",
  covers: ["CORE-S9b"],
  streams: 1,
  requires: "publishing",
  async run({ subscribe, publishAtOnce, judging, messages }) {
    const [alice] = await subscribe("alice");
    const all = messages(60);

    judging("CORE-S9b");
    await publishAtOnce(...all);
    await arrive([alice], all);
    alice.mustBeOpen(`after ${all.length} events`);
  },
});

export const likeABrowser = serverCase({
  id: "stream/like-a-browser",
  title: "answers the request that browsers send, and sends each event at once, compressed or not",
  covers: ["CORE-S9a", "CORE-S9b"],
  streams: 1,
  async run({ openStream, stir, judging }) {
    judging("CORE-S9a");
    const alice = await openStream("alice", { headers: BROWSER_HEADERS });
    await stir([alice], (stream) => stream.answered, "get an answer");
    alice.mustBeAStream();

    judging("CORE-S9b");
    await stir([alice], ({ shown }) => shown > 0, "show an event");
  },
});

export const comingBack = serverCase({
  id: "stream/coming-back",
  title: "answers a client that comes back and says which event it saw last",
  covers: ["CORE-S9a", "CORE-S9b"],
  streams: 1,
  async run({ openStream, stir, judging }) {
    judging("CORE-S9a");
    const alice = await openStream("alice", {
      headers: [
        ["Accept", "text/event-stream"],
        ["Last-Event-ID", "7"],
        ["Cache-Control", "no-cache"],
      ],
    });
    await stir([alice], (stream) => stream.answered, "get an answer");
    alice.mustBeAStream();

    judging("CORE-S9b");
    await stir([alice], ({ shown }) => shown > 0, "show an event");
  },
});

export const plainRequest = serverCase({
  id: "stream/plain-request",
  title: "answers a client that does not say what it accepts",
  covers: ["CORE-S9a", "CORE-S9b"],
  streams: 1,
  async run({ openStream, stir, judging }) {
    judging("CORE-S9a");
    const alice = await openStream("alice", { headers: [["Accept", "*/*"]] });
    await stir([alice], (stream) => stream.answered, "get an answer");
    alice.mustBeAStream();

    judging("CORE-S9b");
    await stir([alice], ({ shown }) => shown > 0, "show an event");
  },
});

export const staysOpen = serverCase({
  id: "stream/stays-open",
  title: "keeps a stream open and goes on serving it, with whole events of JSON",
  covers: ["CORE-S9b", "CORE-S9c", "CORE-S9d", "CORE-S9e"],
  streams: 1,
  async run({ subscribe, showMore, quietFor, judging, timeScale }) {
    const [alice] = await subscribe("alice");

    judging("CORE-S9b");
    await quietFor(3_500);
    await showMore([alice]);
    alice.mustBeOpen("while nothing was wrong");

    judging("CORE-S9d");
    dataIsWhole([alice]);

    judging("CORE-S9c");
    dataIsJson([alice]);

    judging("CORE-S9e");
    alice.mustNotPause(CoreLimits.pauseWithinEventMs * timeScale);
  },
});
