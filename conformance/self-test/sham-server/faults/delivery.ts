/** Faults in who gets a message, how often, in what kind of frame, and in what is taken for a broadcast. */
import { count } from "../calls.ts";
import type { Fault } from "../faults.ts";
import { opcode } from "../frames.ts";
import { counter, perConnection, rate } from "../per-connection.ts";
import type { Connection, JsonObject, Message, Override } from "../steps.ts";
import { later } from "../timing.ts";

/** Handles only the broadcasts for which the test is true; `start` makes the test, with state of its own for each server. */
const relaysOnly =
  (start: () => (message: Message) => boolean): Override =>
  (plain) => {
    const test = start();
    return {
      onBroadcast(message) {
        if (test(message)) plain.onBroadcast(message);
      },
    };
  };

/** As `relaysOnly`, for a test that looks at the message alone. */
const relaysOnlyIf = (test: (value: JsonObject) => boolean): Override =>
  relaysOnly(() => (message) => test(message.value));

/** Picks from the receivers. */
const deliversTo =
  (pick: (receivers: readonly Connection[], message: Message) => readonly Connection[]): Override =>
  (plain) => ({ receivers: (message) => pick(plain.receivers(message), message) });

/** Delivers as a binary message where the test is true. */
const deliversBinary =
  (test: (text: string, message: Message, receiver: Connection) => boolean): Override =>
  (plain, room) => ({
    deliver(receiver, message) {
      const text = room.steps.deliveredText(message, receiver);
      if (!test(text, message, receiver)) return plain.deliver(receiver, message);
      room.steps.send(receiver, { opcode: opcode.binary, payload: Buffer.from(text) });
    },
  });

/** Takes broadcasts for pings where the test is true. */
const takesForPing =
  (test: (message: Message) => boolean): Override =>
  (plain, room) => ({
    onBroadcast: (message) => (test(message) ? room.steps.onPing(message) : plain.onBroadcast(message)),
  });

export const deliveryFaults = {
  // S3a: each message once to each, the sender included
  "delivery.skips-sender": {
    breaks: "CORE-S3a",
    description: "A message goes to everybody but its sender.",
    steps: deliversTo((receivers, { sender }) => receivers.filter((receiver) => receiver !== sender)),
  },
  "delivery.only-to-sender": {
    breaks: "CORE-S3a",
    description: "A message goes back to its sender alone.",
    steps: deliversTo((_, { sender }) => [sender]),
  },
  "delivery.skips-last-joined": {
    breaks: "CORE-S3a",
    description: "The connection that joined last gets nothing.",
    steps: deliversTo((receivers) => receivers.slice(0, -1)),
  },
  "delivery.skips-first-joined": {
    breaks: "CORE-S3a",
    description: "The connection that joined first gets nothing.",
    steps: deliversTo((receivers) => receivers.slice(1)),
  },
  "delivery.skips-every-other-connection": {
    breaks: "CORE-S3a",
    description: "Connections with an even number get nothing.",
    steps: deliversTo((receivers) => receivers.filter(({ number }) => number % 2 === 1)),
  },
  "delivery.only-first-100-connections": {
    breaks: "CORE-S3a",
    description: "Only the 100 connections that have been there longest get anything.",
    steps: deliversTo((receivers) => receivers.slice(0, 100)),
  },
  "delivery.skips-newcomers": {
    breaks: "CORE-S3a",
    description: "A connection gets nothing in its first 50 ms.",
    steps: (plain) => {
      const opened = perConnection(() => ({ at: performance.now() }));
      return {
        onOpen(connection) {
          opened(connection);
          plain.onOpen(connection);
        },
        receivers: (message) =>
          plain.receivers(message).filter((receiver) => performance.now() - opened(receiver).at >= 50),
      };
    },
  },
  "delivery.skips-who-just-sent": {
    breaks: "CORE-S3a",
    description: "A connection that has sent something in the last 20 ms does not get the messages of others.",
    steps: (plain) => {
      const sent = perConnection(() => ({ at: Number.NEGATIVE_INFINITY }));
      return {
        onBroadcast(message) {
          sent(message.sender).at = performance.now();
          plain.onBroadcast(message);
        },
        receivers: (message) =>
          plain
            .receivers(message)
            .filter((receiver) => receiver === message.sender || performance.now() - sent(receiver).at > 20),
      };
    },
  },
  "delivery.skips-events": {
    breaks: "CORE-S3a",
    description: "Objects of type `event` are not relayed.",
    steps: relaysOnlyIf(({ type }) => type !== "event"),
  },
  "delivery.skips-events-with-null-data": {
    breaks: "CORE-S3a",
    description: "Events whose `data` is null, false, 0 or an empty string are not relayed.",
    steps: relaysOnlyIf(({ type, event, data }) => type !== "event" || event === undefined || Boolean(data)),
  },
  "delivery.drops-every-10th": {
    breaks: "CORE-S3a",
    description: "Every 10th message is dropped.",
    steps: relaysOnly(() => {
      const messages = count();
      return () => messages() % 10 !== 0;
    }),
  },
  "delivery.drops-every-100th": {
    breaks: "CORE-S3a",
    description: "Every 100th message is dropped.",
    steps: relaysOnly(() => {
      const messages = count();
      return () => messages() % 100 !== 0;
    }),
  },
  "delivery.drops-every-100th-delivery": {
    breaks: "CORE-S3a",
    description: "Of all deliveries, to whomever, every 100th is dropped.",
    steps: (plain) => {
      const deliveries = count();
      return {
        deliver(receiver, message) {
          if (deliveries() % 100 !== 0) plain.deliver(receiver, message);
        },
      };
    },
  },
  "delivery.drops-first-of-connection": {
    breaks: "CORE-S3a",
    description: "The first message that a connection publishes is dropped.",
    steps: relaysOnly(() => {
      const messages = counter();
      return ({ sender }) => messages(sender) > 1;
    }),
  },
  "delivery.drops-beyond-20-in-a-second": {
    breaks: "CORE-S3a",
    description: "What a connection publishes beyond 20 messages in a second is dropped.",
    steps: relaysOnly(() => {
      const inASecond = rate(1000);
      return ({ sender }) => inASecond(sender) <= 20;
    }),
  },
  "delivery.drops-beyond-20-in-a-read": {
    breaks: "CORE-S3a",
    description: "Of the messages that arrive in one read, those after the 20th are dropped.",
    steps: (plain) => {
      let inThisRead = 0;
      return {
        onBytes(connection, chunk) {
          inThisRead = 0;
          plain.onBytes(connection, chunk);
        },
        onBroadcast(message) {
          inThisRead += 1;
          if (inThisRead <= 20) plain.onBroadcast(message);
        },
      };
    },
  },
  "delivery.keeps-latest-of-10-ms": {
    breaks: "CORE-S3a",
    description: "Of the messages that a connection publishes within 10 ms only the latest is delivered.",
    steps: (plain) => {
      const latest = perConnection((): { message?: Message } => ({}));
      return {
        onBroadcast(message) {
          latest(message.sender).message = message;
          later(10, () => {
            if (latest(message.sender).message === message) plain.onBroadcast(message);
          });
        },
      };
    },
  },
  "delivery.drops-repeated-text": {
    breaks: "CORE-S3a",
    description: "A message with the same text as the one before it on its connection is dropped.",
    steps: relaysOnly(() => {
      const before = perConnection(() => ({ text: "" }));
      return ({ sender, text }) => {
        const repeated = before(sender).text === text;
        before(sender).text = text;
        return !repeated;
      };
    }),
  },
  "delivery.drops-repeated-id": {
    breaks: "CORE-S3a",
    description: "A message whose member `id` was seen before is dropped, though `id` is the publisher's own.",
    steps: relaysOnly(() => {
      const seen = new Set<unknown>();
      return ({ value: { id } }) => {
        const repeated = id !== undefined && seen.has(id);
        seen.add(id);
        return !repeated;
      };
    }),
  },
  "delivery.drops-long": {
    breaks: "CORE-S3a",
    description: "A message of more than 32 767 bytes is dropped without a word.",
    steps: relaysOnly(
      () =>
        ({ text }) =>
          Buffer.byteLength(text) <= 32_767,
    ),
  },
  "delivery.drops-if-sender-leaves": {
    breaks: "CORE-S3a",
    description: "Messages are delivered 5 ms after they came, and not at all if their sender has left by then.",
    steps: (plain) => ({
      onBroadcast: (message) =>
        later(5, () => {
          if (message.sender.state === "open") plain.onBroadcast(message);
        }),
    }),
  },
  "delivery.drops-while-fragments-are-out": {
    breaks: "CORE-S3a",
    description:
      "A connection that has sent the first part of a fragmented message gets nothing until it has sent the rest.",
    steps: deliversTo((receivers) => receivers.filter(({ fragments }) => fragments.length === 0)),
  },
  "delivery.doubles-every-7th": {
    breaks: "CORE-S3a",
    description: "Every 7th message is delivered twice.",
    steps: (plain) => {
      const messages = count();
      return {
        onBroadcast(message) {
          plain.onBroadcast(message);
          if (messages() % 7 === 0) plain.onBroadcast(message);
        },
      };
    },
  },
  "delivery.doubles-for-sender": {
    breaks: "CORE-S3a",
    description: "The sender gets its own messages twice.",
    steps: deliversTo((receivers, { sender }) => [...receivers, sender]),
  },
  "delivery.doubles-for-last-joined": {
    breaks: "CORE-S3a",
    description: "The connection that joined last gets each message twice.",
    steps: deliversTo((receivers) => [...receivers, ...receivers.slice(-1)]),
  },
  "delivery.doubles-100-ms-later": {
    breaks: "CORE-S3a",
    description: "Each message is delivered again 100 ms later.",
    steps: (plain) => ({
      onBroadcast(message) {
        plain.onBroadcast(message);
        later(100, () => plain.onBroadcast(message));
      },
    }),
  },

  // S3b: as a text message
  "delivery.always-binary": {
    breaks: "CORE-S3b",
    description: "Messages are delivered as binary messages.",
    steps: deliversBinary(() => true),
  },
  "delivery.binary-if-long": {
    breaks: "CORE-S3b",
    description: "Messages of more than 1000 bytes are delivered as binary messages.",
    steps: deliversBinary((text) => Buffer.byteLength(text) > 1000),
  },
  "delivery.binary-if-not-ascii": {
    breaks: "CORE-S3b",
    description: "Messages with characters beyond ASCII are delivered as binary messages.",
    steps: deliversBinary((text) => Buffer.byteLength(text) !== text.length),
  },
  "delivery.binary-to-others": {
    breaks: "CORE-S3b",
    description: "The sender gets a text message, everybody else a binary one.",
    steps: deliversBinary((_, { sender }, receiver) => receiver !== sender),
  },
  "delivery.binary-events": {
    breaks: "CORE-S3b",
    description: "Objects of type `event` are delivered as binary messages.",
    steps: deliversBinary((_, { value }) => value.type === "event"),
  },

  // S3d: every object that is nothing else is a broadcast
  "delivery.only-with-type": {
    breaks: "CORE-S3d",
    description: "An object without a member `type` is ignored.",
    steps: relaysOnlyIf((value) => "type" in value),
  },
  "delivery.only-with-string-type": {
    breaks: "CORE-S3d",
    description: "An object whose `type` is there and not a string is ignored.",
    steps: relaysOnlyIf(({ type }) => type === undefined || typeof type === "string"),
  },
  "delivery.only-known-types": {
    breaks: "CORE-S3d",
    description: "An object with a type other than `chat`, `message` and `event` is ignored.",
    steps: relaysOnlyIf(({ type }) => type === undefined || ["chat", "message", "event"].includes(String(type))),
  },
  "delivery.not-the-empty-object": {
    breaks: "CORE-S3d",
    description: "The empty object is ignored.",
    steps: relaysOnlyIf((value) => Object.keys(value).length > 0),
  },
  "delivery.not-the-empty-type": {
    breaks: "CORE-S3d",
    description: "An object whose type is the empty string is ignored.",
    steps: relaysOnlyIf(({ type }) => type !== ""),
  },
  "delivery.not-half-an-event": {
    breaks: "CORE-S3d",
    description: "An object of type `event` without `event` or without `data` is ignored.",
    steps: relaysOnlyIf((value) => value.type !== "event" || ("event" in value && "data" in value)),
  },
  "delivery.not-an-event-with-a-bad-name": {
    breaks: "CORE-S3d",
    description: "An object of type `event` whose name clients keep for themselves, or is no string, is ignored.",
    steps: relaysOnlyIf(
      ({ type, event }) =>
        type !== "event" ||
        (typeof event === "string" && !["message", "open", "error", "close", "state"].includes(event)),
    ),
  },
  "delivery.reserves-more-than-rt": {
    breaks: "CORE-S3d",
    description: "Every type that begins with `rt`, with a colon or without, is taken for reserved and ignored.",
    steps: relaysOnlyIf(({ type }) => !String(type).startsWith("rt")),
  },
  "delivery.swallows-commands": {
    breaks: "CORE-S3d",
    description: "Objects of type `join`, `subscribe`, `auth` and the like are taken for commands and not relayed.",
    steps: relaysOnlyIf(
      ({ type }) => !["join", "leave", "subscribe", "unsubscribe", "auth", "hello"].includes(String(type)),
    ),
  },
  "delivery.takes-to-for-an-address": {
    breaks: "CORE-S3d",
    description: "An object with a member `to` goes to nobody, as nobody has that name.",
    steps: relaysOnlyIf((value) => !("to" in value)),
  },
  "delivery.trips-over-names-of-object-methods": {
    breaks: "CORE-S3d",
    description: "`message.hasOwnProperty` is called, so an object with a member of that name, or `toString`, is lost.",
    steps: relaysOnlyIf((value) => !Object.hasOwn(value, "hasOwnProperty") && !Object.hasOwn(value, "toString")),
  },
  "delivery.finds-types-in-object-prototype": {
    breaks: "CORE-S3d",
    description: "`handlers[message.type]` finds what every object has, so the type `constructor` is never relayed.",
    steps: relaysOnlyIf(({ type }) => typeof type !== "string" || !(type in {})),
  },
  "delivery.takes-capital-ping-for-ping": {
    breaks: "CORE-S3d",
    description: "An object of type `PING` is taken for a ping.",
    steps: takesForPing(({ value }) => String(value.type).toLowerCase() === "ping"),
  },
  "delivery.takes-array-for-ping": {
    breaks: "CORE-S3d",
    description: "`type == 'ping'` is asked with two signs, so the type `[\"ping\"]` is taken for a ping.",
    steps: takesForPing(({ value: { type } }) => Array.isArray(type) && String(type) === "ping"),
  },
  "delivery.takes-trimmed-type-for-ping": {
    breaks: "CORE-S3d",
    description: "A type that is `ping` between spaces is taken for a ping.",
    steps: takesForPing(({ value }) => String(value.type).trim() === "ping"),
  },
  "delivery.takes-beginning-for-ping": {
    breaks: "CORE-S3d",
    description: "Every type that begins with `ping` is taken for a ping.",
    steps: takesForPing(({ value }) => String(value.type).startsWith("ping")),
  },
  "delivery.takes-nested-type-for-ping": {
    breaks: "CORE-S3d",
    description: 'An object in which `"type":"ping"` stands anywhere, at whatever depth, is taken for a ping.',
    steps: takesForPing(({ value }) => JSON.stringify(value).includes('"type":"ping"')),
  },
  "delivery.takes-the-word-for-ping": {
    breaks: "CORE-S3d",
    description: "A message that contains the word `ping` anywhere is taken for a ping.",
    steps: takesForPing(({ text }) => text.includes("ping")),
  },
} satisfies { readonly [name: string]: Fault };
