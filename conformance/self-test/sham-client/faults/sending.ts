/** Faults in sending the messages that a client is given. */
import { opcode } from "../../sham-server/frames.ts";
import { isObject, parse } from "../../sham-server/message-kinds.ts";
import type { Fault } from "../faults.ts";
import { counter, perKey } from "../per-key.ts";
import type { Client, Connection, Override } from "../steps.ts";
import { after } from "../timing.ts";

const isPing = (text: string) => /^\{"type":"ping"/.test(text);

/** Sends another text than that of the message; pings are left as they are. */
const sendsAs =
  (change: (text: string) => string): Override =>
  (plain) => ({
    sendText: (connection, text) => plain.sendText(connection, isPing(text) ? text : change(text)),
  });

const sendsOnly =
  (start: () => (text: string, connection: Connection) => boolean): Override =>
  (plain) => {
    const test = start();
    return {
      sendText(connection, text) {
        if (isPing(text) || test(text, connection)) plain.sendText(connection, text);
      },
    };
  };

/** Says `queued` in some states, and forgets. */
const forgetsWhile =
  (state: "connecting" | "waiting"): Override =>
  (plain) => ({
    enqueue: (client, ...message) => (client.state === state ? "queued" : plain.enqueue(client, ...message)),
  });

export const sendingFaults = {
  // C6a
  "send.every-third-lost": {
    breaks: "CORE-C6a",
    description: "Every third message is not sent.",
    steps: sendsOnly(() => {
      const messages = counter<Client>();
      return (_, { client }) => messages(client) % 3 !== 0;
    }),
  },
  "send.twice": {
    breaks: "CORE-C6a",
    description: "Each message is sent twice.",
    steps: (plain) => ({
      sendText(connection, text) {
        plain.sendText(connection, text);
        if (!isPing(text)) plain.sendText(connection, text);
      },
    }),
  },
  "send.encoded-twice": {
    breaks: "CORE-C6a",
    description: "A message is sent as a JSON string that has the JSON in it.",
    steps: sendsAs((text) => JSON.stringify(text)),
  },
  "send.object-object": {
    breaks: "CORE-C6a",
    description: "A message is sent as `[object Object]`.",
    steps: sendsAs((text) => String(parse(text))),
  },
  "send.wrapped": {
    breaks: "CORE-C6a",
    description: "A message is wrapped in another one.",
    steps: sendsAs((text) => `{"type":"message","data":${text}}`),
  },
  "send.as-binary": {
    breaks: "CORE-C6a",
    description: "Messages are sent as binary messages.",
    steps: (plain) => ({
      encode: (connection, message) =>
        isPing(message.payload.toString())
          ? plain.encode(connection, message)
          : plain.encode(connection, { ...message, opcode: opcode.binary }),
    }),
  },
  "send.as-latin1": {
    breaks: "CORE-C6a",
    description: "What is not ASCII is sent as question marks.",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are all that is kept.
    steps: sendsAs((text) => text.replaceAll(/[^\u0000-\u007f]/gu, "?")),
  },
  "send.null-members-lost": {
    breaks: "CORE-C6a",
    description: "Members that are null are left out.",
    steps: sendsAs((text) => JSON.stringify(parse(text), (_, value) => (value === null ? undefined : value))),
  },
  "send.throttled": {
    breaks: "CORE-C6a",
    description: "A message that is given less than 20 ms after another one is not sent.",
    steps: (plain) => {
      const last = perKey((_: Client) => ({ at: Number.NEGATIVE_INFINITY }));
      return {
        send(client, ...message) {
          const { at } = last(client);
          last(client).at = performance.now();
          if (client.state === "open" && performance.now() - at < 20) return "sent";
          return plain.send(client, ...message);
        },
      };
    },
  },
  "send.equal-to-the-last-lost": {
    breaks: "CORE-C6a",
    description: "A message that is equal to the one before is not sent.",
    steps: sendsOnly(() => {
      const last = perKey((_: Client) => ({ text: "" }));
      return (text, { client }) => {
        const same = text === last(client).text;
        last(client).text = text;
        return !same;
      };
    }),
  },
  "send.with-a-type-lost": {
    breaks: "CORE-C6a",
    description: "The type of a message is replaced by `message`.",
    steps: sendsAs((text) => {
      const value = parse(text);
      return isObject(value) ? JSON.stringify({ ...value, type: "message" }) : text;
    }),
  },

  // C6b
  "send.swapped": {
    breaks: "CORE-C6b",
    description: "Every second message of a connection goes out 50 ms late.",
    steps: (plain) => {
      const messages = counter<Connection>();
      return {
        sendText(connection, text) {
          if (isPing(text) || messages(connection) % 2 === 0) return plain.sendText(connection, text);
          after(50, () => plain.sendText(connection, text));
        },
      };
    },
  },
  "send.short-first": {
    breaks: "CORE-C6b",
    description: "A message of more than 1 KiB goes out 50 ms late.",
    steps: (plain) => ({
      sendText(connection, text) {
        if (text.length <= 1024) plain.sendText(connection, text);
        else after(50, () => plain.sendText(connection, text));
      },
    }),
  },
  "send.newest-first": {
    breaks: "CORE-C6b",
    description: "The messages of 50 ms are sent last one first.",
    steps: (plain) => {
      const line = perKey((_: Connection): { texts: string[] } => ({ texts: [] }));
      return {
        sendText(connection, text) {
          const { texts } = line(connection);
          texts.push(text);
          if (texts.length > 1) return;
          after(50, () => {
            for (const sent of texts.splice(0).reverse()) plain.sendText(connection, sent);
          });
        },
      };
    },
  },

  // C6c
  "send.forgotten-while-connecting": {
    breaks: "CORE-C6c",
    description: "What is given while the client connects is forgotten.",
    steps: forgetsWhile("connecting"),
  },
  "send.forgotten-while-waiting": {
    breaks: "CORE-C6c",
    description: "What is given while a delay passes is forgotten.",
    steps: forgetsWhile("waiting"),
  },
  "send.first-queued-dropped": {
    breaks: "CORE-C6c",
    description: "The first message of the queue is taken out, and not sent.",
    steps: (plain) => {
      const flushed = new WeakSet<Connection>();
      return {
        hand(connection, message) {
          if (flushed.has(connection)) return plain.hand(connection, message);
          flushed.add(connection);
          plain.settle(connection.client, message, "sent");
        },
      };
    },
  },
  "send.queue-sent-twice": {
    breaks: "CORE-C6c",
    description: "Each message of the queue is sent twice.",
    steps: (plain) => ({
      hand(connection, message) {
        plain.sendText(connection, message.text);
        plain.hand(connection, message);
      },
    }),
  },
  "send.queue-as-one-array": {
    breaks: "CORE-C6c",
    description: "What was queued is sent as one array.",
    steps: (plain, room) => ({
      flush(connection) {
        const { queue } = connection.client;
        if (queue.length < 2) return plain.flush(connection);
        const all = queue.splice(0);
        room.steps.sendText(connection, `[${all.map(({ text }) => text).join(",")}]`);
        for (const message of all) room.steps.settle(connection.client, message, "sent");
      },
    }),
  },
  "send.queue-sent-on-each-open": {
    breaks: "CORE-C6c",
    description: "The queue is not emptied when it is sent: it is sent again on each connection that opens.",
    steps: (plain) => {
      const sent = perKey((_: Client): { texts: string[] } => ({ texts: [] }));
      return {
        hand(connection, message) {
          plain.hand(connection, message);
          sent(connection.client).texts.push(message.text);
        },
        flush(connection) {
          for (const text of sent(connection.client).texts) plain.sendText(connection, text);
          plain.flush(connection);
        },
      };
    },
  },
  "send.queue-sent-late": {
    breaks: "CORE-C6c",
    description:
      "The queue is sent a fifth of a second after the connection is open, and what is given meanwhile at once.",
    steps: sendsQueueLate(),
  },
} satisfies { readonly [name: string]: Fault };

/** Sends the queue 200 ms late, and does not hold back what is given meanwhile. */
export function sendsQueueLate(): Override {
  return (plain) => ({
    flush: (connection) => void after(200, () => plain.flush(connection)),
    send(client, data, options, sendId) {
      const { connection } = client;
      if (connection?.state !== "open") return plain.send(client, data, options, sendId);
      plain.sendText(connection, JSON.stringify(data));
      return "sent";
    },
  });
}
