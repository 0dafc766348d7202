/** Oddities of when a client does what: delays, closing, the queue, the heartbeat. */
import { opcode } from "../../sham-server/frames.ts";
import { isEvent, isObject } from "../../sham-server/message-kinds.ts";
import type { Oddity } from "../oddities.ts";
import { hides, together } from "../overriding.ts";
import { after } from "../timing.ts";

const withoutQueue = ["core-ws", "core-sse", "reconnect", "liveness", "state", "sse"] as const;

export const behaviourOddities = {
  "jitter.full": {
    description: "A delay lies between 0 and 1 times the nominal one.",
    steps: () => ({ jitter: () => Math.random() }),
  },
  "jitter.from-0.7": {
    description: "A delay lies between 0.7 and 1 times the nominal one.",
    steps: () => ({ jitter: () => 0.7 + 0.3 * Math.random() }),
  },
  "hint.with-large-jitter": {
    description: "To what a hint asks for up to half of it is added.",
    steps: (plain) => ({
      delayFor: (client, plan) =>
        plan.notBeforeMs ? plan.notBeforeMs * (1 + Math.random() / 2) + 1 : plain.delayFor(client, plan),
    }),
  },
  "stop.with-an-error-as-closed": {
    description: "A close code that asks for no more leads to the state `closed`, with an error.",
    steps: (plain) => ({
      stop(client, state, ending) {
        if (ending.code === undefined || state === "closed") return plain.stop(client, state, ending);
        plain.report(client, "error", { data: `closed with ${ending.code}` });
        plain.stop(client, "closed", ending);
      },
    }),
  },
  "stop.without-an-error": {
    description: "When it stops because of a close code it shows that it has given up, and no error.",
    steps: (plain) => ({
      stop(client, state, ending) {
        if (ending.code === undefined || state === "closed") return plain.stop(client, state, ending);
        plain.stop(client, state, { how: ending.how, reason: ending.reason });
      },
    }),
  },
  "offline.pauses": {
    description: "As long as the network is away no attempt is made.",
    steps: (plain) => ({
      onEnvironment(client, change) {
        if (change.online === false) client.wait?.timer.cancel();
        plain.onEnvironment(client, change);
      },
    }),
  },
  "close.not-shown-if-asked-for": {
    description: "That a connection is over is not shown when the program closed it.",
    steps: (plain) => {
      const closing = new WeakSet<object>();
      return {
        close(client) {
          closing.add(client);
          plain.close(client);
          closing.delete(client);
        },
        report(client, event, told) {
          if (event !== "close" || !closing.has(client)) plain.report(client, event, told);
        },
      };
    },
  },
  "close.shown-late": {
    description: "That a connection is over is shown 200 ms late when the program closed it.",
    steps: (plain) => {
      const closing = new WeakSet<object>();
      return {
        close(client) {
          closing.add(client);
          plain.close(client);
          closing.delete(client);
        },
        report(client, event, told) {
          if (event !== "close" || !closing.has(client)) return plain.report(client, event, told);
          after(200, () => plain.report(client, event, told));
        },
      };
    },
  },
  "error.with-each-loss": {
    description: "An error is shown with each loss.",
    steps: (plain) => ({
      onLost(connection, ending) {
        plain.report(connection.client, "error", { data: ending.reason });
        plain.onLost(connection, ending);
      },
    }),
  },
  "bad-json.not-shown": {
    description: "Nothing is shown of what is not JSON.",
    steps: () => ({ onBadJson() {}, onBadData() {} }),
  },
  "values.objects-only": {
    description: "Of what comes on WebSocket only objects are shown.",
    steps: (plain) => ({
      show(client, value) {
        if (isObject(value)) plain.show(client, value);
      },
    }),
  },
  "events.whole": {
    description: "An event that comes on WebSocket is shown whole, as a broadcast is.",
    steps: (plain) => ({
      show(client, value) {
        if (isObject(value) && isEvent(value)) plain.report(client, "message", { data: value });
        else plain.show(client, value);
      },
    }),
  },
  "events.not-on-streams": {
    description: "Named events of streams are not shown.",
    leavesAside: "CORE-C10d",
    claims: ["core-ws", "core-sse"],
    steps: (plain) => ({
      showEvent(client, event, value) {
        if (event.type === "message") plain.showEvent(client, event, value);
      },
    }),
  },
  "id.not-shown": {
    description: "Ids of events are not shown.",
    steps: (plain) => ({
      showEvent: (client, event, value) => plain.showEvent(client, { ...event, lastEventId: "" }, value),
    }),
  },
  "state.none": {
    description: "There are no states.",
    claims: ["core-ws", "core-sse", "reconnect", "queue", "liveness", "sse"],
    steps: hides("state"),
  },
  "state.idle-at-first": {
    description: "The state `idle` is shown when the client is made.",
    steps: (plain) => ({
      connect(client) {
        if (client.state === "idle") plain.report(client, "state", { data: "idle" });
        plain.connect(client);
      },
    }),
  },
  "status.none": {
    description: "What becomes of a message is not told.",
    claims: withoutQueue,
    steps: together(hides("settled"), hides("overflow"), (plain) => ({
      answer: (id, answer) => plain.answer(id, "status" in answer ? { ...answer, status: undefined } : answer),
    })),
  },
  "status.queued-at-first": {
    description: "Each message goes through the queue, which is sent at once where a connection is open.",
    steps: (plain, room) => ({
      send(client, data, options, sendId) {
        const { connection } = client;
        if (connection?.state !== "open" || options.volatile) return plain.send(client, data, options, sendId);
        const idle = client.queue.length === 0;
        const status = plain.enqueue(client, JSON.stringify(data), {}, sendId);
        if (idle) setImmediate(() => room.steps.flush(connection));
        return status;
      },
    }),
  },
  "overflow.shown-as-settled-only": {
    description: "That a message was not kept is shown once, by what became of it.",
    steps: hides("overflow"),
  },
  "overflow.shown-as-overflow-only": {
    description: "That a message was dropped for another is shown once, as an overflow.",
    steps: hides("settled", ({ status }) => status === "dropped"),
  },
  "probe.of-control-frames": {
    description: "When the process has stood still a Ping frame finds out whether the connection is alive.",
    steps: (plain, room) => ({
      probe(connection) {
        if (connection.heartbeat === undefined) return;
        plain.write(connection, plain.frame(opcode.ping, Buffer.alloc(0)));
        room.steps.expectLife(connection, connection.client.settings.pongTimeoutMs);
      },
    }),
  },
  "silence.from-the-ping-on": {
    description: "The pong timeout begins with each ping, and ends with whatever comes.",
    steps: (plain) => ({
      beat(connection) {
        plain.ping(connection);
        if (connection.heartbeat !== undefined && connection.heartbeat.deadline === undefined)
          plain.expectLife(connection, connection.client.settings.pongTimeoutMs);
      },
    }),
  },
  "connect.a-little-later": {
    description: "The first attempt begins 100 ms after it was asked for.",
    steps: (plain) => ({
      dial(client, url) {
        if (client.attempts > 1) return plain.dial(client, url);
        after(100, () => {
          if (client.state === "connecting" && client.connection === undefined) plain.dial(client, url);
        });
      },
    }),
  },
} satisfies { readonly [name: string]: Oddity };
