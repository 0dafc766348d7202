/** Cases on the events of a stream, and on asking for a stream again, as Core has it: CORE-C10a, CORE-C10c and CORE-C11. */

import { clientCase } from "../../client-case.ts";
import { SHORT_DELAYS } from "./delays.ts";

export const showsEvent = clientCase({
  id: "client-stream/event",
  title: "shows an event of type message of a stream",
  covers: ["CORE-C10a"],
  transport: "sse",
  lane: "gate",
  async run({ open, judging, message }) {
    const hello = message({ text: "hello" });

    judging("CORE-C10a");
    const client = await open();
    const stream = await client.stream();
    stream.send(hello);
    await client.showsAll([hello]);
  },
});

export const again = clientCase({
  id: "client-stream/again",
  title: "makes a new request after the stream was cut",
  covers: ["CORE-C11a"],
  transport: "sse",
  lane: "gate",
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const stream = await client.stream();
    const hello = message({ text: "hello" });
    stream.send(hello);
    await client.showsAll([hello]);

    judging("CORE-C11a");
    stream.cut();
    await client.stream();
  },
});
