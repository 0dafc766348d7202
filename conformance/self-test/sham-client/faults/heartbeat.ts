/** Faults in sending pings. */
import { opcode } from "../../sham-server/frames.ts";
import type { Fault } from "../faults.ts";
import { counter } from "../per-key.ts";
import type { Connection, Override } from "../steps.ts";
import { every } from "../timing.ts";

/** A ping each `share` of the interval that was set. */
const beatsEvery =
  (share: number): Override =>
  (plain) => ({
    startHeartbeat(connection) {
      plain.startHeartbeat(connection);
      if (connection.heartbeat === undefined) return;
      connection.heartbeat.beats.cancel();
      const ms = connection.client.settings.heartbeatIntervalMs * share;
      connection.heartbeat.beats = every(ms, () => plain.beat(connection));
    },
  });

/** Writes a ping whatever the state of the connection. */
const pingFrame = (frame: (code: number, payload: Buffer) => Buffer) =>
  frame(opcode.text, Buffer.from('{"type":"ping"}'));

export const heartbeatFaults = {
  // C2a
  "heartbeat.none": {
    breaks: "CORE-C2a",
    description: "No ping is ever sent.",
    steps: () => ({ startHeartbeat() {} }),
  },
  "heartbeat.one-ping-only": {
    breaks: "CORE-C2a",
    description: "One ping is sent on each connection: a timeout where an interval was meant.",
    steps: (plain) => {
      const pings = counter<Connection>();
      return {
        beat(connection) {
          if (pings(connection) === 1) plain.beat(connection);
        },
      };
    },
  },
  "heartbeat.interval-doubled": {
    breaks: "CORE-C2a",
    description: "Every second ping is left out.",
    steps: (plain) => {
      const beats = counter<Connection>();
      return {
        beat(connection) {
          if (beats(connection) % 2 === 0) plain.beat(connection);
        },
      };
    },
  },
  "heartbeat.on-the-first-connection-only": {
    breaks: "CORE-C2a",
    description: "Pings are sent on the first connection only.",
    steps: (plain) => ({
      startHeartbeat(connection) {
        if (connection.client.attempts === 1) plain.startHeartbeat(connection);
      },
    }),
  },
  "heartbeat.put-off-by-messages": {
    breaks: "CORE-C2a",
    description: "Each message that is sent or that comes puts the next ping off by an interval.",
    steps: (plain) => ({
      onText(connection, text) {
        plain.onText(connection, text);
        if (connection.state === "open") plain.startHeartbeat(connection);
      },
      send(client, ...message) {
        const { connection } = client;
        if (connection?.state === "open") plain.startHeartbeat(connection);
        return plain.send(client, ...message);
      },
    }),
  },
  "heartbeat.of-control-frames": {
    breaks: "CORE-C2a",
    description: "A Ping frame is sent instead of the message.",
    steps: (plain) => ({
      ping(connection) {
        plain.write(connection, plain.frame(opcode.ping, Buffer.alloc(0)));
      },
    }),
  },
  "heartbeat.of-another-type": {
    breaks: "CORE-C2a",
    description: "The ping has the type `heartbeat`.",
    steps: () => ({ pingText: () => '{"type":"heartbeat"}' }),
  },
  "heartbeat.not-json": {
    breaks: "CORE-C2a",
    description: "The ping is the text `ping`.",
    steps: () => ({ pingText: () => "ping" }),
  },
  "heartbeat.default-of-a-minute": {
    breaks: "CORE-C2a",
    description: "A ping is sent once a minute, and nobody can set it.",
    options: ["baseDelayMs", "maxDelayMs", "maxAttempts", "connectTimeoutMs", "stableAfterMs"],
    steps: beatsEvery(2),
  },

  // C2b
  "heartbeat.two-at-once": {
    breaks: "CORE-C2b",
    description: "Each ping is sent twice.",
    steps: (plain) => ({
      beat(connection) {
        plain.beat(connection);
        plain.ping(connection);
      },
    }),
  },
  "heartbeat.interval-halved": {
    breaks: "CORE-C2b",
    description: "A ping is sent twice in each interval.",
    steps: beatsEvery(0.5),
  },
  "heartbeat.outlives-its-connection": {
    breaks: "CORE-C2b",
    description: "The timer of a connection that was lost beats on the next one, too.",
    steps: (plain) => ({
      startHeartbeat(connection) {
        plain.startHeartbeat(connection);
        const { client } = connection;
        every(client.settings.heartbeatIntervalMs, () => {
          if (connection.state !== "open" && client.connection?.state === "open") plain.ping(client.connection);
        });
      },
    }),
  },
  "heartbeat.answers-pongs": {
    breaks: "CORE-C2b",
    description: "The first five pongs of a connection are each followed by a ping at once.",
    steps: (plain) => {
      const pongs = counter<Connection>();
      return {
        onPong(connection) {
          if (pongs(connection) <= 5) plain.ping(connection);
        },
      };
    },
  },
  "heartbeat.with-each-message": {
    breaks: "CORE-C2b",
    description: "A ping is sent behind each message, too.",
    steps: (plain) => ({
      send(client, ...message) {
        const status = plain.send(client, ...message);
        if (client.connection?.state === "open") plain.ping(client.connection);
        return status;
      },
    }),
  },

  // C2c
  "heartbeat.after-close": {
    breaks: "CORE-C2c",
    description: "When the program closes it, pings go on until the TCP connection is gone.",
    steps: (plain) => ({
      startClose(connection, code) {
        plain.startClose(connection, code);
        const timer = every(connection.client.settings.heartbeatIntervalMs, () => {
          if (connection.socket.writable) plain.write(connection, pingFrame(plain.frame));
          else timer.cancel();
        });
      },
    }),
  },
  "heartbeat.one-more-after-close": {
    breaks: "CORE-C2c",
    description: "When the program closes it, a last ping goes out right behind the Close frame.",
    steps: (plain) => ({
      startClose(connection, code) {
        plain.startClose(connection, code);
        plain.write(connection, pingFrame(plain.frame));
      },
    }),
  },
  "heartbeat.after-close-reply": {
    breaks: "CORE-C2c",
    description: "After the answer to a Close frame pings go on until the server ends the TCP connection.",
    steps: (plain) => ({
      hangUp(connection) {
        const timer = every(connection.client.settings.heartbeatIntervalMs, () => {
          if (connection.socket.writable) plain.write(connection, pingFrame(plain.frame));
          else timer.cancel();
        });
      },
    }),
  },

  // LIVE-4
  "heartbeat.piles-up": {
    breaks: "LIVE-4",
    description: "Each connection adds a timer, and none is ever taken away: after n losses there are n + 1.",
    steps: (plain) => ({
      startHeartbeat(connection) {
        plain.startHeartbeat(connection);
        const { client } = connection;
        every(client.settings.heartbeatIntervalMs, () => {
          if (client.connection !== connection && client.connection?.state === "open") plain.beat(client.connection);
        });
      },
    }),
  },
  "heartbeat.piles-up-after-resets": {
    breaks: "LIVE-4",
    description: "A timer is taken away after a Close frame, and stays where there was none.",
    steps: (plain) => ({
      onLost(connection, ending) {
        plain.onLost(connection, ending);
        const { client } = connection;
        if (ending.code === undefined)
          every(client.settings.heartbeatIntervalMs, () => {
            if (client.connection?.state === "open") plain.beat(client.connection);
          });
      },
    }),
  },
  "heartbeat.piles-up-with-attempts": {
    breaks: "LIVE-4",
    description: "Each attempt that fails leaves a timer behind, which beats on the connection that opens at last.",
    steps: (plain) => ({
      fail(connection, ending) {
        plain.fail(connection, ending);
        const { client } = connection;
        every(client.settings.heartbeatIntervalMs, () => {
          if (client.connection?.state === "open") plain.beat(client.connection);
        });
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };
