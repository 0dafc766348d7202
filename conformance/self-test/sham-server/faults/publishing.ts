/** Faults in publishing by POST: what is accepted, and when it is answered. */
import { callsWithin } from "../calls.ts";
import type { Fault } from "../faults.ts";
import { isEvent } from "../message-kinds.ts";
import type { Message, Override, Post } from "../steps.ts";

/** Refuses messages for a reason that is none; `start` makes the test, with state of its own for each server. */
const refuses =
  (status: string, start: () => (message: Message) => boolean): Override =>
  (plain, room) => {
    const test = start();
    return {
      onPublished(post, message) {
        if (test(message)) room.steps.answerPost(post, status);
        else plain.onPublished(post, message);
      },
    };
  };

const refusesIf = (status: string, test: (message: Message) => boolean): Override => refuses(status, () => test);

const refusesBeyond = (bytes: number, status: string): Override =>
  refusesIf(status, ({ text }) => Buffer.byteLength(text) > bytes);

/** Answers with 202 as soon as the test is true of what has come of the body; what comes is handled all the same. */
const answersEarly =
  (test: (post: Post, body: Buffer) => boolean): Override =>
  (plain, room) => ({
    onBodyBytes(post) {
      if (test(post, post.connection.unread)) room.steps.answerPost(post, "202 Accepted");
      plain.onBodyBytes(post);
    },
  });

const depthOf = (value: unknown): number =>
  typeof value !== "object" || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));

/** Whether a test is true of a value, or of anything inside it. */
const somewhere = (value: unknown, test: (inner: unknown) => boolean): boolean =>
  test(value) ||
  (typeof value === "object" && value !== null && Object.values(value).some((inner) => somewhere(inner, test)));

export const publishingFaults = {
  // PUB-1a: every broadcast and every event is accepted
  "publish.redirects": {
    breaks: "PUB-1a",
    description: "Every POST is redirected to the same path with a slash behind it.",
    steps: refusesIf("308 Permanent Redirect", () => true),
  },
  "publish.nobody-listens": {
    breaks: "PUB-1a",
    description: "As long as no stream is open, a message is answered with 404.",
    steps: (plain, room) => ({
      onPublished(post, message) {
        if (room.streams.length === 0) room.steps.answerPost(post, "404 Not Found");
        else plain.onPublished(post, message);
      },
    }),
  },
  "publish.wants-a-type": {
    breaks: "PUB-1a",
    description: "An object without a member `type` is answered with 422.",
    steps: refusesIf("422 Unprocessable Content", ({ value }) => !("type" in value)),
  },
  "publish.wants-a-string-type": {
    breaks: "PUB-1a",
    description: "An object whose `type` is there and not a string is answered with 400.",
    steps: refusesIf("400 Bad Request", ({ value: { type } }) => type !== undefined && typeof type !== "string"),
  },
  "publish.unknown-types": {
    breaks: "PUB-1a",
    description: "An object with a type other than `chat`, `message` and `event` is answered with 422.",
    steps: refusesIf(
      "422 Unprocessable Content",
      ({ value: { type } }) => type !== undefined && !["chat", "message", "event"].includes(String(type)),
    ),
  },
  "publish.half-an-event": {
    breaks: "PUB-1a",
    description: "An object of type `event` that is no event is answered with 400, though it is a broadcast.",
    steps: refusesIf("400 Bad Request", ({ value }) => value.type === "event" && !isEvent(value)),
  },
  "publish.capital-types-reserved": {
    breaks: "PUB-1a",
    description: "The types `PING` and `Pong` are taken for reserved, and answered with 400.",
    steps: refusesIf("400 Bad Request", ({ value: { type } }) => ["ping", "pong"].includes(String(type).toLowerCase())),
  },
  "publish.unknown-room": {
    breaks: "PUB-1a",
    description: "An object with a member `room` or `channel` is answered with 404: there is none of that name.",
    steps: refusesIf("404 Not Found", ({ value }) => "room" in value || "channel" in value),
  },
  "publish.names-of-object-methods": {
    breaks: "PUB-1a",
    description: "`message.hasOwnProperty` is called, so an object with a member of that name is answered with 500.",
    steps: refusesIf("500 Internal Server Error", ({ value }) => Object.hasOwn(value, "hasOwnProperty")),
  },
  "publish.deep-nesting": {
    breaks: "PUB-1a",
    description: "What is nested deeper than 32 is answered with 400.",
    steps: refusesIf("400 Bad Request", ({ value }) => depthOf(value) > 32),
  },
  "publish.nulls": {
    breaks: "PUB-1a",
    description: "An object with a null anywhere in it is answered with 422.",
    steps: refusesIf("422 Unprocessable Content", ({ value }) => somewhere(value, (inner) => inner === null)),
  },
  "publish.only-ascii": {
    breaks: "PUB-1a",
    description: "A body with bytes beyond ASCII is answered with 400.",
    steps: refusesIf("400 Bad Request", ({ text }) => Buffer.byteLength(text) !== text.length),
  },
  "publish.firewall": {
    breaks: "PUB-1a",
    description: "A body with an HTML tag in it is answered with 403, as an application firewall has it.",
    steps: refusesIf("403 Forbidden", ({ text }) => /<\w+>/.test(text)),
  },
  "publish.limit-of-1-kib": {
    breaks: "PUB-1a",
    description: "A body of more than 1024 bytes is answered with 413.",
    steps: refusesBeyond(1024, "413 Content Too Large"),
  },
  "publish.limit-of-10-kb": {
    breaks: "PUB-1a",
    description: "A body of more than 10 000 bytes is answered with 500.",
    steps: refusesBeyond(10_000, "500 Internal Server Error"),
  },
  "publish.limit-of-50-000-bytes": {
    breaks: "PUB-1a",
    description: "A body of more than 50 000 bytes is answered with 413.",
    steps: refusesBeyond(50_000, "413 Content Too Large"),
  },
  "publish.counts-beyond-ascii-twice": {
    breaks: "PUB-1a",
    description: "A body counts twice for its characters beyond ASCII, so 60 000 bytes of them are answered with 413.",
    steps: refusesIf("413 Content Too Large", ({ text }) => {
      const bytes = Buffer.byteLength(text);
      return bytes !== text.length && 2 * bytes > 65_536;
    }),
  },
  "publish.beyond-20-in-a-second": {
    breaks: "PUB-1a",
    description: "What is published beyond 20 messages in a second is answered with 429.",
    steps: refuses("429 Too Many Requests", () => {
      const inASecond = callsWithin(1000);
      return () => inASecond() > 20;
    }),
  },
  "publish.reads-once": {
    breaks: "PUB-1a",
    description: "What has come with the first bytes of a body is taken for all of it, and half a message refused.",
    steps: (plain, room) => ({
      onBodyBytes(post) {
        const { unread } = post.connection;
        if (unread.length > 0 && unread.length < post.length) room.steps.answerPost(post, "400 Bad Request");
        plain.onBodyBytes(post);
      },
    }),
  },
  "publish.one-buffer-for-all": {
    breaks: "PUB-1a",
    description: "The bodies of requests that are under way at the same time are read into one buffer.",
    steps: (_, room) => {
      let buffer = Buffer.alloc(0);
      return {
        onBodyBytes(post) {
          buffer = Buffer.concat([buffer, post.connection.unread]);
          post.connection.unread = Buffer.alloc(0);
          if (post.complete || buffer.length < post.length) return;
          const body = buffer;
          buffer = Buffer.alloc(0);
          post.complete = true;
          room.steps.onBody(post, body);
        },
      };
    },
  },

  // PUB-1d: no promise before the body is there
  "publish.answers-the-head": {
    breaks: "PUB-1d",
    description: "A request is answered with 202 as soon as its head is there; its body is handled when it comes.",
    steps: answersEarly(() => true),
  },
  "publish.answers-the-head-of-what-is-short": {
    breaks: "PUB-1d",
    description: "A request whose head tells of less than 4096 bytes is answered with 202 before they have come.",
    steps: answersEarly(({ length }) => length < 4096),
  },
  "publish.answers-the-first-bytes": {
    breaks: "PUB-1d",
    description: "A request is answered with 202 when the first bytes of its body are there.",
    steps: answersEarly((_, body) => body.length > 0),
  },
  "publish.answers-the-first-member": {
    breaks: "PUB-1d",
    description: "A request is answered with 202 when the first member of its object is there.",
    steps: answersEarly((_, body) => body.includes(",")),
  },
} satisfies { readonly [name: string]: Fault };
