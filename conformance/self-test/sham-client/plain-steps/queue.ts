/** The queue: what becomes of messages while no connection is open. */
import type { Client, Queued, QueueSteps, Room } from "../steps.ts";
import { after } from "../timing.ts";

/** What may be buffered before the rest of the queue waits, in bytes. */
const mark = 262_144;

export function queueSteps(room: Room): QueueSteps {
  return {
    enqueue(client, text, { ttlMs, volatile }, sendId) {
      if (volatile) return "rejected";
      const bytes = Buffer.byteLength(text);
      if (!room.steps.fits(client, bytes) && !room.steps.onFull(client, bytes, sendId)) return "rejected";
      const expiresAt = performance.now() + (ttlMs ?? Number.POSITIVE_INFINITY);
      const message: Queued = { text, bytes, sendId, expiresAt };
      if (ttlMs !== undefined) message.expiry = after(ttlMs, () => room.steps.onExpired(client, message));
      client.queue.push(message);
      return "queued";
    },

    fits: ({ queue, settings }, bytes) =>
      queue.length < settings.queueMaxMessages && bytesOf(queue) + bytes <= settings.queueMaxBytes,

    onFull(client, bytes, sendId) {
      const { queue, settings } = client;
      if (settings.queueOverflow === "drop-oldest" && bytes <= settings.queueMaxBytes) {
        while (queue.length > 0 && !room.steps.fits(client, bytes)) {
          const [oldest] = queue;
          if (oldest === undefined) break;
          room.steps.report(client, "overflow", idOf(oldest));
          room.steps.settle(client, oldest, "dropped");
        }
        if (room.steps.fits(client, bytes)) return true;
      }
      room.steps.report(client, "overflow", idOf({ sendId }));
      return false;
    },

    flush(connection) {
      const { client } = connection;
      while (client.queue.length > 0 && connection.state === "open") {
        if (!room.steps.takesMore(connection)) {
          connection.socket.once("drain", () => room.steps.flush(connection));
          return;
        }
        const [next] = client.queue;
        if (next === undefined) return;
        if (performance.now() >= next.expiresAt) room.steps.onExpired(client, next);
        else room.steps.hand(connection, next);
      }
    },

    takesMore: ({ socket }) => socket.writableLength < mark,

    hand(connection, message) {
      room.steps.sendText(connection, message.text);
      room.steps.settle(connection.client, message, "sent");
    },

    onExpired(client, message) {
      room.steps.settle(client, message, "expired");
    },

    settle(client, message, outcome) {
      take(client, message);
      room.steps.report(client, "settled", { ...idOf(message), status: outcome });
    },

    rejectQueue(client) {
      for (const message of [...client.queue]) room.steps.settle(client, message, "rejected");
    },
  };
}

/** Takes the message out of the queue. */
export function take({ queue }: Client, message: Queued): void {
  message.expiry?.cancel();
  const at = queue.indexOf(message);
  if (at !== -1) queue.splice(at, 1);
}

export function idOf({ sendId }: { readonly sendId: string | undefined }): { sendId?: string } {
  return sendId === undefined ? {} : { sendId };
}

function bytesOf(queue: readonly Queued[]): number {
  return queue.reduce((sum, { bytes }) => sum + bytes, 0);
}
