/** Faults in sending the queue: order, losses, what is in flight, what is left over. */
import type { Fault } from "../faults.ts";
import { perKey } from "../per-key.ts";
import { take } from "../plain-steps/queue.ts";
import type { Client, Connection, Override, Queued } from "../steps.ts";
import { every } from "../timing.ts";
import { sendsQueueLate } from "./sending.ts";

/** Brings the queue into another order before it is sent. */
const sorts =
  (sort: (queue: Queued[]) => void): Override =>
  (plain) => {
    const sorted = new WeakSet<Connection>();
    return {
      flush(connection) {
        if (!sorted.has(connection)) sort(connection.client.queue);
        sorted.add(connection);
        plain.flush(connection);
      },
    };
  };

/** Says of all of the queue that it is sent when the sending begins; `left` gets what was not when the connection ends. */
const letsGo =
  (left: (client: Client, rest: Queued[]) => void): Override =>
  (plain) => {
    const flights = perKey((_: Connection): { rest: Queued[] } => ({ rest: [] }));
    return {
      flush(connection) {
        const { client } = connection;
        const flight = flights(connection);
        flight.rest.push(...client.queue);
        for (const message of flight.rest) plain.settle(client, message, "sent");
        const send = () => {
          while (connection.state === "open" && flight.rest.length > 0) {
            if (!plain.takesMore(connection)) return void connection.socket.once("drain", send);
            plain.sendText(connection, flight.rest.shift()?.text ?? "");
          }
        };
        send();
      },
      leave(connection) {
        plain.leave(connection);
        left(connection.client, flights(connection).rest.splice(0));
      },
    };
  };

/** Hands messages again that went to an earlier connection which was lost. */
const handsAgain =
  (which: (handed: Queued[]) => Queued[]): Override =>
  (plain) => {
    const handed = perKey((_: Client): { messages: Queued[]; again: Queued[] } => ({ messages: [], again: [] }));
    return {
      hand(connection, message) {
        handed(connection.client).messages.push(message);
        plain.hand(connection, message);
      },
      onLost(connection, ending) {
        const kept = handed(connection.client);
        kept.again = which(kept.messages.splice(0));
        plain.onLost(connection, ending);
      },
      flush(connection) {
        const { again } = handed(connection.client);
        for (const { text } of again.splice(0)) plain.sendText(connection, text);
        plain.flush(connection);
      },
    };
  };

export const flushFaults = {
  // QUEUE-3a
  "flush.reversed": {
    breaks: "QUEUE-3a",
    description: "The queue is sent last one first.",
    steps: sorts((queue) => void queue.reverse()),
  },
  "flush.short-first": {
    breaks: "QUEUE-3a",
    description: "The short messages of the queue are sent first.",
    steps: sorts((queue) => void queue.sort((a, b) => a.bytes - b.bytes)),
  },
  "flush.first-lost-with-each-failure": {
    breaks: "QUEUE-3a",
    description: "Each attempt that fails takes a message out of the queue.",
    steps: (plain) => ({
      fail(connection, ending) {
        connection.client.queue.shift();
        plain.fail(connection, ending);
      },
    }),
  },
  "flush.turned-with-each-failure": {
    breaks: "QUEUE-3a",
    description: "Each attempt that fails puts the first message of the queue at its end.",
    steps: (plain) => ({
      fail(connection, ending) {
        const { queue } = connection.client;
        queue.push(...queue.splice(0, 1));
        plain.fail(connection, ending);
      },
    }),
  },
  "flush.once-for-each-attempt": {
    breaks: "QUEUE-3a",
    description:
      "Each attempt leaves a listener behind that sends the queue: it is sent as often as attempts were made.",
    steps: (plain) => {
      const made = perKey((_: Client) => ({ attempts: 0 }));
      return {
        attempt(client) {
          made(client).attempts += 1;
          plain.attempt(client);
        },
        hand(connection, message) {
          const { attempts } = made(connection.client);
          for (let time = 1; time < attempts; time += 1) plain.sendText(connection, message.text);
          plain.hand(connection, message);
        },
        onLost(connection, ending) {
          made(connection.client).attempts = 0;
          plain.onLost(connection, ending);
        },
      };
    },
  },

  // QUEUE-3b
  "flush.behind-new-messages": {
    breaks: "QUEUE-3b",
    description: "The queue is sent 200 ms after the connection is open, and what is given meanwhile at once.",
    steps: sendsQueueLate(),
  },
  "flush.overtaken": {
    breaks: "QUEUE-3b",
    description: "One message of the queue is sent every 20 ms, and what is given meanwhile at once.",
    steps: (plain) => ({
      flush(connection) {
        const timer = every(20, () => {
          const [next] = connection.client.queue;
          if (connection.state === "open" && next !== undefined) plain.hand(connection, next);
          else timer.cancel();
        });
      },
      send(client, data, options, sendId) {
        const { connection } = client;
        if (connection?.state !== "open") return plain.send(client, data, options, sendId);
        plain.sendText(connection, JSON.stringify(data));
        return "sent";
      },
    }),
  },

  // QUEUE-3c
  "flush.tail-lost": {
    breaks: "QUEUE-3c",
    description: "All of the queue is taken out when its sending begins: what was not handed over at a loss is lost.",
    steps: letsGo(() => {}),
  },
  "flush.tail-behind": {
    breaks: "QUEUE-3c",
    description: "What was not handed over at a loss is turned around, and sent behind what is given meanwhile.",
    steps: letsGo((client, rest) => {
      client.queue.push(...rest.reverse());
    }),
  },
  "flush.first-of-the-tail-lost": {
    breaks: "QUEUE-3c",
    description: "The message that was next when the connection was lost is lost.",
    steps: letsGo((client, rest) => {
      client.queue.unshift(...rest.slice(1));
    }),
  },

  // QUEUE-3d
  "flush.all-again": {
    breaks: "QUEUE-3d",
    description: "All that was handed to a connection which is lost is sent again.",
    steps: handsAgain((handed) => handed),
  },
  "flush.last-again": {
    breaks: "QUEUE-3d",
    description: "The last message of the queue that was handed to a connection which is lost is sent again.",
    steps: handsAgain((handed) => handed.slice(-1)),
  },
  "flush.emptied-at-the-end": {
    breaks: "QUEUE-3d",
    description: "The queue is emptied when all of it is sent: after a loss meanwhile it begins with the first again.",
    steps: (plain) => ({
      flush(connection) {
        const { client } = connection;
        const all = [...client.queue];
        let next = 0;
        const end = () => {
          for (const message of all) plain.settle(client, message, "sent");
          plain.flush(connection);
        };
        const send = () => {
          while (connection.state === "open") {
            const message = all[next];
            if (message === undefined) return end();
            if (!plain.takesMore(connection)) return void connection.socket.once("drain", send);
            plain.sendText(connection, message.text);
            next += 1;
          }
          return undefined;
        };
        send();
      },
    }),
  },

  // QUEUE-5
  "pings.queued": {
    breaks: "QUEUE-5",
    description: "The heartbeat goes on without a connection, and its pings are queued.",
    steps: (plain) => ({
      onLost(connection, ending) {
        plain.onLost(connection, ending);
        const { client } = connection;
        const timer = every(client.settings.heartbeatIntervalMs, () => {
          if (client.state === "open" || client.state === "closed") timer.cancel();
          else plain.enqueue(client, plain.pingText(), {});
        });
      },
    }),
  },
  "pings.queued-at-a-loss": {
    breaks: "QUEUE-5",
    description: "After a loss five pings are queued.",
    steps: (plain) => ({
      wait(client, ...rest) {
        if (client.state === "open") for (let n = 0; n < 5; n += 1) plain.enqueue(client, plain.pingText(), {});
        plain.wait(client, ...rest);
      },
    }),
  },

  // QUEUE-6
  "left.not-settled": {
    breaks: "QUEUE-6",
    description: "When the program closes it, or it gives up, nothing is told of what is queued.",
    steps: () => ({
      rejectQueue(client) {
        for (const message of [...client.queue]) take(client, message);
      },
    }),
  },
  "left.sent-later": {
    breaks: "QUEUE-6",
    description: "What is queued stays when the program closes it, and is sent when it connects again.",
    steps: () => ({ rejectQueue() {} }),
  },
  "left.rejected-and-sent-later": {
    breaks: "QUEUE-6",
    description: "What is queued is rejected when the program closes it, and sent when it connects again.",
    steps: (plain) => ({
      rejectQueue(client) {
        const kept = [...client.queue];
        plain.rejectQueue(client);
        client.queue.push(...kept);
      },
    }),
  },
  "left.at-the-limit": {
    breaks: "QUEUE-6",
    description: "Nothing is told of what is queued when the client gives up.",
    steps: (plain) => ({
      rejectQueue(client) {
        if (client.failures <= 0) return plain.rejectQueue(client);
        for (const message of [...client.queue]) take(client, message);
      },
    }),
  },

  // QUEUE-7a
  "flush.all-at-once": {
    breaks: "QUEUE-7a",
    description: "All of the queue is handed over at once, whatever is buffered.",
    steps: () => ({ takesMore: () => true }),
  },
  "flush.without-a-low-mark": {
    breaks: "QUEUE-7a",
    description: "The queue waits when 64 MiB are buffered.",
    steps: () => ({ takesMore: ({ socket }) => socket.writableLength < 67_108_864 }),
  },

  // QUEUE-7b
  "flush.without-pings": {
    breaks: "QUEUE-7b",
    description: "No ping is sent before all of the queue is.",
    steps: (plain) => ({
      beat(connection) {
        if (connection.client.queue.length === 0) plain.beat(connection);
      },
    }),
  },
  "flush.before-the-heartbeat": {
    breaks: "QUEUE-7b",
    description: "The heartbeat begins when all of the queue is sent.",
    steps: (plain) => ({
      startHeartbeat(connection) {
        const timer = every(20, () => {
          if (connection.client.queue.length > 0 && connection.state === "open") return;
          timer.cancel();
          if (connection.state === "open") plain.startHeartbeat(connection);
        });
      },
    }),
  },
  "flush.ahead-of-pings": {
    breaks: "QUEUE-7b",
    description: "A ping goes behind all that is queued.",
    steps: (plain) => ({
      ping(connection) {
        const { client } = connection;
        if (client.queue.length === 0) return plain.ping(connection);
        const last = client.queue.at(-1);
        const timer = every(20, () => {
          if (last !== undefined && client.queue.includes(last) && connection.state === "open") return;
          timer.cancel();
          if (connection.state === "open") plain.ping(connection);
        });
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };
