/** What a server refuses, and that nothing comes of it: PUB-1f to PUB-1k. A server may die of it, so these run last. */
import { CoreLimits } from "../../../spec/limits.ts";
import { serverCase } from "../../case.ts";
import { arrive, arrivedOnce, nothingCameOf } from "../../expect.ts";
import { accepted, acceptedOrTooLong, isRefusal, refused } from "../../expect-answers.ts";
import { findMarks, type Message } from "../../marks.ts";
import { badJson } from "../bad-json.ts";
import { nonObjects } from "./bad-input.ts";

/** Of the cases that look at the answer alone. */
const needs = ["publish/accepted"];

/** Bodies of reserved types, around a mark. */
const reserved = (mark: string) =>
  [
    { type: "ping" },
    { type: "pong" },
    { type: "ping", mark },
    { type: "pong", mark },
    { mark, type: "rt:hello" },
    { mark, type: "rt:" },
    { mark, type: "rt:pub", ch: "*", data: {} },
  ].map((value) => JSON.stringify(value));

/** JSON that is not an object, around a mark. */
const notObjects = (mark: string) => [
  ...Object.values(nonObjects).flat(),
  `"${mark}"`,
  `["${mark}"]`,
  `[{"mark":"${mark}"}]`,
];

/** Every body that has to be refused and that can carry a mark, each with one of its own. */
const bodiesToRefuse = (mark: () => string) =>
  [badJson, notObjects, reserved].flatMap((kind) =>
    kind("").flatMap((_, index) => {
      const own = mark();
      return kind(own)
        .slice(index, index + 1)
        .filter((text) => text.includes(own));
    }),
  );

export const notJson = serverCase({
  id: "publish-refused/not-json",
  title: "refuses a body that is not JSON, or that is empty",
  covers: ["PUB-1f"],
  lane: "last",
  needs,
  async run({ post, judging, mark }) {
    judging("PUB-1f");
    for (const text of badJson(mark())) {
      refused(400, text === "" ? "an empty body" : `the body ${text}`, await post("mallory", text));
    }
  },
});

export const notAnObject = serverCase({
  id: "publish-refused/not-an-object",
  title: "refuses JSON that is not an object",
  covers: ["PUB-1g"],
  lane: "last",
  needs,
  async run({ post, judging, mark }) {
    judging("PUB-1g");
    for (const text of notObjects(mark())) refused(400, `the body ${text}`, await post("mallory", text));
  },
});

export const reservedTypes = serverCase({
  id: "publish-refused/reserved",
  title: "refuses objects of a reserved type",
  covers: ["PUB-1h"],
  lane: "last",
  needs,
  async run({ post, judging, mark }) {
    judging("PUB-1h");
    for (const text of reserved(mark())) refused(400, `the body ${text}`, await post("mallory", text));
    for (const type of ["p\\u0069ng", "\\u0070ong", "\\u0072t:hello"]) {
      const text = `{ "\\u0074ype" : "${type}" }`;
      refused(400, `a reserved type in another spelling, ${text}`, await post("mallory", text));
    }
  },
});

export const nothingDelivered = serverCase({
  id: "publish-refused/nothing-delivered",
  title: "delivers nothing of what it refused",
  covers: ["PUB-1j"],
  lane: "last",
  streams: 2,
  async run({ receivers, post, sentinel, quietFor, judging, mark }) {
    const [alice, bob] = await receivers("alice", "bob");
    const refusedMarks: string[] = [];

    judging("PUB-1j");
    for (const text of bodiesToRefuse(mark)) {
      // What it accepts, though it must not, is another rule's business.
      if (isRefusal(await post("mallory", text))) refusedMarks.push(...findMarks(text));
    }
    await sentinel([alice, bob]);
    // It could come by a clock of the server's own.
    await quietFor(300);
    await sentinel([alice, bob]);
    nothingCameOf([alice, bob], refusedMarks, "something that was refused");
  },
});

export const tooLong = serverCase({
  id: "publish-refused/too-long",
  title: "answers 413 to a body that is too long for it, delivers what it accepts, and goes on",
  covers: ["PUB-1k", "PUB-1i", "PUB-1j"],
  lane: "last",
  streams: 2,
  async run({ receivers, openPost, publish, judging, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const long = [2 ** 20, 2 ** 23].map((length) => message({ text: "x".repeat(length) }));
    const after = message({ text: "after the long ones" });

    judging("PUB-1i");
    const taken = new Set<Message>();
    for (const one of long) {
      const request = await openPost("mallory", one.text);
      await request.sendUnlessAnswered();
      if (acceptedOrTooLong(await request.answered())) taken.add(one);
    }

    await arrive([alice, bob], [...taken]);

    judging("PUB-1k");
    await publish(after);
    await arrive([alice, bob], [after]);

    judging("PUB-1j");
    const refusedMarks = long.filter((one) => !taken.has(one)).map(({ mark }) => mark);
    nothingCameOf([alice, bob], refusedMarks, "a message that was refused for its length");
  },
});

export const longestOfCore = serverCase({
  id: "publish-refused/longest-of-core",
  title: "refuses nothing for its length that is within the limit of Core",
  covers: ["PUB-1a"],
  needs,
  async run({ post, judging, written }) {
    judging("PUB-1a");
    const frame = written((mark) => `{"mark":"${mark}","text":""}`).text.length;
    for (const filling of ["x", "é"]) {
      const text = filling.repeat(Math.floor((CoreLimits.maxMessageBytes - frame - 10) / Buffer.byteLength(filling)));
      accepted(await post("alice", written((mark) => `{"mark":"${mark}","text":"${text}"}`).text));
    }
  },
});

export const othersServed = serverCase({
  id: "publish-refused/others-served",
  title: "goes on serving everybody after requests that were refused, or that ended before their bodies did",
  covers: ["PUB-1k", "PUB-1j", "PUB-1b"],
  lane: "last",
  streams: 3,
  async run({ receivers, post, openPost, publish, sentinel, quietFor, judging, mark, message }) {
    const [alice, bob] = await receivers("alice", "bob");
    const mine = mark();
    const before = message({ text: "before" });
    const after = [message({ text: "after" }), message({ text: "and after that" })];

    judging("PUB-1k");
    await publish(before);
    for (const text of ["{", "", "null", "[1]", '"text"', `{"mark":"${mine}"`, '{"type":"ping"}']) {
      await post("mallory", text);
    }
    for (const bytes of [0, 10, 60]) {
      const unfinished = await openPost("mallory", `{"mark":"${mine}","text":"${"never sent to its end".repeat(5)}"}`);
      unfinished.send(bytes);
      // The server shall have read it: otherwise a reset takes it along.
      await quietFor(20);
      if (bytes === 10) unfinished.hangUp();
      else unfinished.reset();
    }
    for (const { text } of after) accepted(await post("publisher", text));
    await arrive([alice, bob], [before, ...after]);

    judging("PUB-1j");
    await sentinel([alice, bob]);
    nothingCameOf([alice, bob], [mine], "a message whose request was refused, or ended before its body did");

    judging("PUB-1b");
    arrivedOnce([alice, bob], [before, ...after]);
  },
});
