/** Faults in what the queue keeps, and in what the program is told of it. */
import type { Fault } from "../faults.ts";
import { hides, together } from "../overriding.ts";
import { idOf, take } from "../plain-steps/queue.ts";
import type { Override } from "../steps.ts";
import { after } from "../timing.ts";

const options = ["heartbeatIntervalMs", "pongTimeoutMs", "baseDelayMs", "maxDelayMs", "maxAttempts"] as const;

/** Other limits than those that were set. */
const limitedTo =
  (messages: (limit: number) => number, bytes: (limit: number) => number): Override =>
  () => ({
    fits: ({ queue, settings }, added) =>
      queue.length < messages(settings.queueMaxMessages) &&
      queue.reduce((sum, message) => sum + message.bytes, added) <= bytes(settings.queueMaxBytes),
  });

const asSet = (limit: number) => limit;
const unlimited = () => Number.POSITIVE_INFINITY;

export const queueFaults = {
  // QUEUE-1b
  "told.nothing": {
    breaks: "QUEUE-1b",
    description: "What became of a message is not told.",
    steps: together(hides("settled"), (plain) => ({
      answer: (id, answer) => plain.answer(id, "status" in answer ? { ...answer, status: undefined } : answer),
    })),
  },
  "told.always-sent": {
    breaks: "QUEUE-1b",
    description: "Each message is said to be sent, whether there is a connection or not.",
    steps: (plain) => ({
      send(client, ...message) {
        plain.send(client, ...message);
        return "sent";
      },
    }),
  },
  "told.rejected-of-queued": {
    breaks: "QUEUE-1b",
    description: "A message is said to be rejected, and is queued and sent.",
    steps: (plain) => ({
      send(client, ...message) {
        const status = plain.send(client, ...message);
        return status === "queued" ? "rejected" : status;
      },
    }),
  },

  // QUEUE-1c
  "told.queued-after-close": {
    breaks: "QUEUE-1c",
    description: "A message that is given after the program has closed it is said to be queued.",
    steps: (plain) => ({
      send: (client, ...message) => (client.state === "closed" ? "queued" : plain.send(client, ...message)),
    }),
  },
  "told.sent-after-close": {
    breaks: "QUEUE-1c",
    description: "A message that is given after the program has closed it is said to be sent.",
    steps: (plain) => ({
      send: (client, ...message) => (client.state === "closed" ? "sent" : plain.send(client, ...message)),
    }),
  },
  "queue.filled-after-close": {
    breaks: "QUEUE-1c",
    description: "A message that is given after the program has closed it is queued, and sent on a later connection.",
    steps: (plain) => ({
      send(client, data, messageOptions, sendId) {
        if (client.state !== "closed") return plain.send(client, data, messageOptions, sendId);
        return plain.enqueue(client, JSON.stringify(data), messageOptions, sendId);
      },
    }),
  },

  // QUEUE-2a
  "queue.any-number": {
    breaks: "QUEUE-2a",
    description: "The queue takes any number of messages.",
    steps: limitedTo(unlimited, asSet),
  },
  "queue.one-too-many": {
    breaks: "QUEUE-2a",
    description: "The queue takes one message more than its limit.",
    steps: limitedTo((limit) => limit + 1, asSet),
  },
  "queue.default-of-10000": {
    breaks: "QUEUE-2a",
    description: "The queue takes 10000 messages, and nobody can set its limit.",
    options,
    steps: limitedTo(() => 10_000, asSet),
  },

  // QUEUE-2b
  "queue.any-size": {
    breaks: "QUEUE-2b",
    description: "The queue takes messages of any number of bytes.",
    steps: limitedTo(asSet, unlimited),
  },
  "queue.size-in-characters": {
    breaks: "QUEUE-2b",
    description: "The size of a message is taken for the number of its UTF-16 code units.",
    steps: () => ({
      fits: ({ queue, settings }, bytes) =>
        queue.length < settings.queueMaxMessages &&
        queue.reduce((sum, { text }) => sum + text.length, 0) + bytes / 3 <= settings.queueMaxBytes,
    }),
  },
  "queue.size-of-each": {
    breaks: "QUEUE-2b",
    description: "Each message may have as many bytes as are set for all together.",
    steps: () => ({
      fits: ({ queue, settings }, bytes) => queue.length < settings.queueMaxMessages && bytes <= settings.queueMaxBytes,
    }),
  },
  "queue.size-without-the-last": {
    breaks: "QUEUE-2b",
    description: "The queue is full when its limit is reached: the message that goes beyond it is taken.",
    steps: () => ({
      fits: ({ queue, settings }) =>
        queue.length < settings.queueMaxMessages &&
        queue.reduce((sum, message) => sum + message.bytes, 0) < settings.queueMaxBytes,
    }),
  },
  "queue.one-dropped-for-one": {
    breaks: "QUEUE-2b",
    description: "With `drop-oldest` one message goes for each that is too many, however large that is.",
    steps: (plain, room) => ({
      onFull(client, bytes, sendId) {
        const [oldest] = client.queue;
        if (client.settings.queueOverflow !== "drop-oldest" || oldest === undefined)
          return plain.onFull(client, bytes, sendId);
        room.steps.report(client, "overflow", oldest.sendId === undefined ? {} : { sendId: oldest.sendId });
        room.steps.settle(client, oldest, "dropped");
        return true;
      },
    }),
  },

  // QUEUE-2c
  "overflow.reject-drops-the-oldest": {
    breaks: "QUEUE-2c",
    description: "With `reject` the oldest message goes, and the new one is kept.",
    steps: followsOther("reject", "drop-oldest"),
  },
  "overflow.drop-newest-drops-the-oldest": {
    breaks: "QUEUE-2c",
    description: "With `drop-newest` the oldest message goes, and the new one is kept.",
    steps: followsOther("drop-newest", "drop-oldest"),
  },
  "overflow.drop-oldest-rejects": {
    breaks: "QUEUE-2c",
    description: "With `drop-oldest` the new message is rejected.",
    steps: followsOther("drop-oldest", "reject"),
  },
  "overflow.replaces-the-last": {
    breaks: "QUEUE-2c",
    description: "With `drop-newest` the new message takes the place of the one before it.",
    steps: (plain, room) => ({
      onFull(client, bytes, sendId) {
        const last = client.queue.at(-1);
        if (client.settings.queueOverflow !== "drop-newest" || last === undefined)
          return plain.onFull(client, bytes, sendId);
        plain.report(client, "overflow", idOf(last));
        room.steps.settle(client, last, "dropped");
        return true;
      },
    }),
  },
  "overflow.empties-the-queue": {
    breaks: "QUEUE-2c",
    description: "With `drop-oldest` all of the queue goes.",
    steps: (plain, room) => ({
      onFull(client, bytes, sendId) {
        if (client.settings.queueOverflow === "drop-oldest")
          for (const message of [...client.queue]) {
            plain.report(client, "overflow", idOf(message));
            room.steps.settle(client, message, "dropped");
          }
        return client.queue.length === 0 || plain.onFull(client, bytes, sendId);
      },
    }),
  },

  // QUEUE-2d
  "overflow.silent": {
    breaks: "QUEUE-2d",
    description: "A new message that is not kept is said to be queued.",
    steps: together(hides("overflow"), (plain) => {
      let dropped = false;
      return {
        enqueue(client, ...message) {
          dropped = false;
          const status = plain.enqueue(client, ...message);
          return dropped ? "queued" : status;
        },
        onFull(client, bytes, sendId) {
          const kept = plain.onFull(client, bytes, sendId);
          dropped = !kept;
          return kept;
        },
      };
    }),
  },
  "overflow.of-the-oldest-silent": {
    breaks: "QUEUE-2d",
    description: "The oldest message is dropped, and nothing is shown of it.",
    steps: (plain) => ({
      onFull(client, bytes, sendId) {
        if (client.settings.queueOverflow !== "drop-oldest") return plain.onFull(client, bytes, sendId);
        const [oldest] = client.queue;
        if (oldest !== undefined) take(client, oldest);
        return plain.fits(client, bytes) || plain.onFull(client, bytes, sendId);
      },
    }),
  },
  "overflow.shown-once": {
    breaks: "QUEUE-2d",
    description: "Only the first message that is dropped for another is shown.",
    steps: (plain) => {
      const shown = new WeakSet<object>();
      return {
        report(client, event, told = {}) {
          const about = event === "overflow" || (event === "settled" && told.status === "dropped");
          if (about && shown.has(client)) return;
          if (event === "settled" && about) shown.add(client);
          plain.report(client, event, told);
        },
      };
    },
  },

  // QUEUE-4a
  "ttl.ignored": {
    breaks: "QUEUE-4a",
    description: "The time that a message may wait is ignored.",
    steps: (plain) => ({
      enqueue: (client, text, { ttlMs: _, ...rest }, sendId) => plain.enqueue(client, text, rest, sendId),
    }),
  },
  "ttl.in-seconds": {
    breaks: "QUEUE-4a",
    description: "The time that a message may wait is taken for seconds.",
    steps: (plain) => ({
      enqueue: (client, text, { ttlMs, ...rest }, sendId) =>
        plain.enqueue(client, text, ttlMs === undefined ? rest : { ...rest, ttlMs: ttlMs * 1000 }, sendId),
    }),
  },
  "ttl.begun-anew": {
    breaks: "QUEUE-4a",
    description: "The time that a message may wait is counted from the last attempt on.",
    steps: (plain, room) => {
      const times = new WeakMap<object, number>();
      return {
        enqueue(client, text, { ttlMs, ...rest }, sendId) {
          const status = plain.enqueue(client, text, rest, sendId);
          const message = client.queue.at(-1);
          if (status === "queued" && message !== undefined && ttlMs !== undefined) times.set(message, ttlMs);
          return status;
        },
        attempt(client) {
          const at = performance.now();
          for (const message of client.queue) {
            const ttlMs = times.get(message);
            if (ttlMs === undefined) continue;
            message.expiry?.cancel();
            message.expiry = after(ttlMs, () => room.steps.onExpired(client, message));
            Object.assign(message, { expiresAt: at + ttlMs });
          }
          plain.attempt(client);
        },
      };
    },
  },
  "ttl.shown-and-sent": {
    breaks: "QUEUE-4a",
    description: "It is shown that a message has expired, and it is sent.",
    steps: (plain) => ({
      onExpired(client, message) {
        plain.report(client, "settled", { ...idOf(message), status: "expired" });
        Object.assign(message, { expiresAt: Number.POSITIVE_INFINITY });
      },
    }),
  },

  // QUEUE-4b
  "ttl.expires-silently": {
    breaks: "QUEUE-4b",
    description: "That a message has expired is not shown.",
    steps: hides("settled", ({ status }) => status === "expired"),
  },
  "ttl.expired-shown-as-sent": {
    breaks: "QUEUE-4b",
    description: "A message that has expired is shown as sent.",
    steps: (plain) => ({ onExpired: (client, message) => plain.settle(client, message, "sent") }),
  },

  // QUEUE-4c
  "volatile.queued": {
    breaks: "QUEUE-4c",
    description: "A volatile message is queued.",
    steps: (plain) => ({
      enqueue: (client, text, { volatile: _, ...rest }, sendId) => plain.enqueue(client, text, rest, sendId),
    }),
  },
  "volatile.queued-while-connecting": {
    breaks: "QUEUE-4c",
    description: "A volatile message is queued while an attempt is under way: it can't take long.",
    steps: (plain) => ({
      enqueue: (client, text, { volatile, ...rest }, sendId) =>
        plain.enqueue(client, text, volatile && client.state !== "connecting" ? { volatile } : rest, sendId),
    }),
  },
  "volatile.said-to-be-rejected": {
    breaks: "QUEUE-4c",
    description: "A volatile message is said to be rejected, and is queued.",
    steps: (plain) => ({
      enqueue(client, text, { volatile, ...rest }, sendId) {
        const status = plain.enqueue(client, text, rest, sendId);
        return volatile ? "rejected" : status;
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };

/** With one policy it does what another says. */
function followsOther(set: string, other: "reject" | "drop-oldest"): Override {
  return (plain) => ({
    onFull(client, bytes, sendId) {
      if (client.settings.queueOverflow !== set) return plain.onFull(client, bytes, sendId);
      const settings = { ...client.settings, queueOverflow: other };
      return plain.onFull({ ...client, settings }, bytes, sendId);
    },
  });
}
