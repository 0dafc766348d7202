/** What an event of a stream is when it arrives: CORE-S9c, CORE-S9d. */
import { type ServerContext, serverCase } from "../../case.ts";
import { arrive } from "../../expect.ts";
import { dataIsJson, eachInItsOwnEvent } from "../../expect-streams.ts";
import type { Message } from "../../marks.ts";
import { anyLengths, anyStrings } from "../messages-of-core.ts";

export const json = serverCase({
  id: "stream-events/json",
  title: "sends JSON as the data of events, and nothing else",
  covers: ["CORE-S9c"],
  streams: 2,
  requires: "publishing",
  async run({ subscribe, publish, judging, message, event }) {
    const [alice, bob] = await subscribe("alice", "bob");
    const all = [
      message({ text: "hello" }),
      message({ text: 'quotes " and \\ backslashes' }),
      event("price", { value: 1 }),
    ];

    judging("CORE-S9c");
    await publish(...all);
    await arrive([alice, bob], all);
    dataIsJson([alice, bob]);
  },
});

export const ownEvents = serverCase({
  id: "stream-events/one-each",
  title: "sends each message of a burst as an event of its own",
  covers: ["CORE-S9d"],
  streams: 2,
  requires: "publishing",
  async run({ subscribe, publish, publishAtOnce, judging, messages, event }) {
    const [alice, bob] = await subscribe("alice", "bob");
    const oneByOne = [...messages(10, { text: "one by one" }), event("tick"), event("tock")];
    const atOnce = [...messages(10, { text: "at once" }), event("tick"), event("tock")];

    judging("CORE-S9d");
    await publish(...oneByOne);
    await publishAtOnce(...atOnce);
    await arrive([alice, bob], [...oneByOne, ...atOnce]);
    eachInItsOwnEvent([alice, bob], [...oneByOne, ...atOnce]);
  },
});

/** JSON that has a line break wherever white space may be. */
const indented = (mark: string) => JSON.stringify({ mark, text: "indented", list: [1, { a: null }] }, null, 2);

export const lineBreaks = serverCase({
  id: "stream-events/line-breaks",
  title: "lets no line break in a message break its event",
  covers: ["CORE-S9d"],
  streams: 2,
  requires: "publishing",
  run: (context) =>
    allWhole(context, [
      context.written(indented),
      context.written((mark) => indented(mark).replaceAll("\n", "\r\n")),
      context.written((mark) => indented(mark).replaceAll("\n", "\r")),
      context.written((mark) => `\n\n${indented(mark).replaceAll("\n", "\n\n")}\n\n`),
      context.message({
        text: "a line\nanother\r\na third\rand\n\ndata: injected\n\nevent: injected\nid: injected\n\n",
      }),
      context.message({ type: "event", event: "price\nevent: injected", data: 1 }),
      context.message({ type: "event", event: "price\r\ndata: injected\r\n\r\n", data: 1 }),
      context.message({ type: "event", event: "price\rdata: injected", data: 1 }),
      context.message({ text: "next line \u0085, separated \u2028 and \u2029, vertical \u000b, form \u000c" }),
      context.event("next\u2028line", { text: "a name is one line, whatever else it has" }),
      context.event(": not a comment", { text: "nor is its data: x" }),
    ]),
});

export const strings = serverCase({
  id: "stream-events/any-script",
  title: "sends strings of any script whole, with escapes, quotes and control characters",
  covers: ["CORE-S9d"],
  streams: 2,
  requires: "publishing",
  run: (context) => allWhole(context, anyStrings(context)),
});

export const long = serverCase({
  id: "stream-events/long",
  title: "sends events of every length whole, up to 60 000 bytes of data",
  covers: ["CORE-S9d"],
  streams: 2,
  requires: "publishing",
  run: (context) => allWhole(context, anyLengths(context)),
});

async function allWhole({ subscribe, publish, judging }: ServerContext, all: Message[]): Promise<void> {
  const [alice, bob] = await subscribe("alice", "bob");

  judging("CORE-S9d");
  await publish(...all);
  await arrive([alice, bob], all);
  eachInItsOwnEvent([alice, bob], all);
}
