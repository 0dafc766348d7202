/** Faults in showing the messages that come on a connection. */
import { isEvent, isObject, parse } from "../../sham-server/message-kinds.ts";
import type { JsonObject } from "../../sham-server/steps.ts";
import type { Fault } from "../faults.ts";
import { counter, perKey } from "../per-key.ts";
import type { Client, Connection, Override } from "../steps.ts";
import { after } from "../timing.ts";

/** Shows only values for which the test holds; `start` makes the test for each process. */
const showsOnly =
  (start: () => (value: unknown, client: Client) => boolean): Override =>
  (plain) => {
    const test = start();
    return {
      show(client, value) {
        if (test(value, client)) plain.show(client, value);
      },
    };
  };

/** Shows another value than the one that came. */
const showsAs =
  (change: (value: unknown) => unknown): Override =>
  (plain) => ({ show: (client, value) => plain.show(client, change(value)) });

/** Changes each value within a value. */
function within(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => within(inner, change));
  if (!isObject(value)) return change(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, within(inner, change)]));
}

const withoutNulls = (value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null)
          .map(([name, inner]) => [name, withoutNulls(inner)]),
      )
    : value;

const isPong = (value: unknown): value is JsonObject => isObject(value) && value.type === "pong";

/** Shows the messages of a tenth of a second in another order. */
const showsInOrder =
  (sort: (values: unknown[]) => unknown[]): Override =>
  (plain) => {
    const line = perKey((_: Client): { values: unknown[] } => ({ values: [] }));
    return {
      show(client, value) {
        const { values } = line(client);
        values.push(value);
        if (values.length > 1) return;
        after(100, () => {
          for (const shown of sort(values.splice(0))) plain.show(client, shown);
        });
      },
    };
  };

export const messageFaults = {
  // C3
  "pong.shown": {
    breaks: "CORE-C3",
    description: "A pong is shown.",
    steps: (plain) => ({ onPong: ({ client }) => plain.report(client, "message", { data: { type: "pong" } }) }),
  },
  "pong.shown-with-further-members": {
    breaks: "CORE-C3",
    description: "A pong that has further members is shown.",
    steps: (plain) => ({
      onText(connection, text) {
        plain.onText(connection, text);
        const value = parse(text);
        if (isPong(value) && Object.keys(value).length > 1) plain.show(connection.client, value);
      },
    }),
  },
  "pong.shown-if-spelt-differently": {
    breaks: "CORE-C3",
    description: 'A pong that is not `{"type":"pong"}`, byte for byte, is shown.',
    steps: (plain) => ({
      onText(connection, text) {
        plain.onText(connection, text);
        const value = parse(text);
        if (isPong(value) && text !== '{"type":"pong"}') plain.show(connection.client, value);
      },
    }),
  },

  // C4a
  "message.every-third-lost": {
    breaks: "CORE-C4a",
    description: "Every third message of a client is not shown.",
    steps: showsOnly(() => {
      const messages = counter<Client>();
      return (_, client) => messages(client) % 3 !== 0;
    }),
  },
  "message.shown-twice": {
    breaks: "CORE-C4a",
    description: "Each message is shown twice.",
    steps: (plain) => ({
      show(client, value) {
        plain.show(client, value);
        plain.show(client, value);
      },
    }),
  },
  "message.after-a-pong-lost": {
    breaks: "CORE-C4a",
    description: "The message right behind a pong is not shown.",
    steps: (plain) => {
      const awaiting = new WeakSet<Client>();
      return {
        onPong: ({ client }) => void awaiting.add(client),
        show(client, value) {
          if (!awaiting.delete(client)) plain.show(client, value);
        },
      };
    },
  },
  "message.events-lost": {
    breaks: "CORE-C4a",
    description: "Events are not shown.",
    steps: showsOnly(() => (value) => !(isObject(value) && isEvent(value))),
  },
  "message.half-events-lost": {
    breaks: "CORE-C4a",
    description: "What has the type `event` and is none is not shown.",
    steps: showsOnly(() => (value) => !(isObject(value) && value.type === "event" && !isEvent(value))),
  },
  "message.without-a-type-lost": {
    breaks: "CORE-C4a",
    description: "A message without a type is not shown.",
    steps: showsOnly(() => (value) => isObject(value) && typeof value.type === "string"),
  },
  "message.equal-to-the-last-lost": {
    breaks: "CORE-C4a",
    description: "A message that is equal to the one before is not shown.",
    steps: showsOnly(() => {
      const last = perKey((_: Client) => ({ text: "" }));
      return (value, client) => {
        const text = JSON.stringify(value);
        const same = text === last(client).text;
        last(client).text = text;
        return !same;
      };
    }),
  },
  "message.same-id-lost": {
    breaks: "CORE-C4a",
    description: "A message with the same id as one before is not shown.",
    steps: showsOnly(() => {
      const seen = perKey((_: Client) => new Set<unknown>());
      return (value, client) => {
        if (!isObject(value) || value.id === undefined) return true;
        const known = seen(client).has(value.id);
        seen(client).add(value.id);
        return !known;
      };
    }),
  },
  "message.long-lost": {
    breaks: "CORE-C4a",
    description: "A message of more than 16 KiB is not shown.",
    steps: (plain) => ({
      onText(connection, text) {
        if (Buffer.byteLength(text) <= 16_384) plain.onText(connection, text);
      },
    }),
  },
  "message.on-later-connections-lost": {
    breaks: "CORE-C4a",
    description: "Messages are shown of the first connection only: the listener was put on that one.",
    steps: (plain) => ({
      onText(connection, text) {
        if (connection.client.attempts === 1) plain.onText(connection, text);
      },
    }),
  },

  // C4b
  "value.as-text": {
    breaks: "CORE-C4b",
    description: "A broadcast is shown as the text that came.",
    steps: showsAs((value) => (isObject(value) && isEvent(value) ? value : JSON.stringify(value))),
  },
  "value.numbers-truncated": {
    breaks: "CORE-C4b",
    description: "Numbers are shown as integers of 32 bits.",
    steps: showsAs((value) => within(value, (inner) => (typeof inner === "number" ? inner | 0 : inner))),
  },
  "value.null-members-lost": {
    breaks: "CORE-C4b",
    description: "Members that are null are left out.",
    steps: showsAs(withoutNulls),
  },
  "value.latin1": {
    breaks: "CORE-C4b",
    description: "UTF-8 is read as Latin-1.",
    steps: (plain) => ({
      onMessage(connection, { opcode, payload }) {
        if (opcode === 1) plain.onText(connection, payload.toString("latin1"));
      },
    }),
  },
  "value.strings-trimmed": {
    breaks: "CORE-C4b",
    description: "Strings are shown without the space around them.",
    steps: showsAs((value) => within(value, (inner) => (typeof inner === "string" ? inner.trim() : inner))),
  },
  "value.event-whole-under-its-name": {
    breaks: "CORE-C4b",
    description: "An event is shown under its name, but whole.",
    steps: (plain) => ({
      show(client, value) {
        if (isObject(value) && isEvent(value)) plain.report(client, "message", { name: value.event, data: value });
        else plain.show(client, value);
      },
    }),
  },
  "value.falsy-data-lost": {
    breaks: "CORE-C4b",
    description: "Data of an event that is null, false, 0 or empty is shown as an empty object.",
    steps: showsAs((value) => (isObject(value) && isEvent(value) ? { ...value, data: value.data || {} } : value)),
  },

  // C4c
  "order.newest-first": {
    breaks: "CORE-C4c",
    description: "Messages that come within a tenth of a second are shown last one first.",
    steps: showsInOrder((values) => values.reverse()),
  },
  "order.short-first": {
    breaks: "CORE-C4c",
    description: "Of the messages that come within a tenth of a second the short ones are shown first.",
    steps: showsInOrder((values) => values.sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)),
  },
  "order.events-first": {
    breaks: "CORE-C4c",
    description: "An event is shown at once, a broadcast 50 ms later.",
    steps: (plain) => ({
      show(client, value) {
        if (isObject(value) && isEvent(value)) plain.show(client, value);
        else after(50, () => plain.show(client, value));
      },
    }),
  },

  // C5a
  "bad-json.closes": {
    breaks: "CORE-C5a",
    description: "Text that is not JSON is answered with a Close frame, and the client connects again.",
    steps: (plain) => ({
      onBadJson(connection, text) {
        plain.onBadJson(connection, text);
        plain.onLost(connection, { how: "lost", reason: "not JSON" });
        plain.startClose(connection, 4000);
      },
    }),
  },
  "bad-json.cuts": {
    breaks: "CORE-C5a",
    description: "Text that is not JSON ends the TCP connection.",
    steps: (plain) => ({
      onBadJson(connection, text) {
        plain.onBadJson(connection, text);
        connection.socket.destroy();
      },
    }),
  },

  // C5b
  "bad-json.deaf": {
    breaks: "CORE-C5b",
    description: "After text that is not JSON nothing more is shown of the connection.",
    steps: (plain) => {
      const deaf = new WeakSet<Connection>();
      return {
        onText(connection, text) {
          if (!deaf.has(connection)) plain.onText(connection, text);
        },
        onBadJson(connection, text) {
          deaf.add(connection);
          plain.onBadJson(connection, text);
        },
      };
    },
  },
  "bad-json.next-lost": {
    breaks: "CORE-C5b",
    description: "The message behind a text that is not JSON is not shown.",
    steps: (plain) => {
      const upset = new WeakSet<Client>();
      return {
        onBadJson: ({ client }) => void upset.add(client),
        show(client, value) {
          if (!upset.delete(client)) plain.show(client, value);
        },
      };
    },
  },
  "bad-json.dies": {
    breaks: "CORE-C5b",
    description: "Text that is not JSON takes the process down.",
    steps: (_, room) => ({ onBadJson: () => room.exit(1) }),
  },
} satisfies { readonly [name: string]: Fault };
