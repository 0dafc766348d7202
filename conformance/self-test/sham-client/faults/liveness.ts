/** Faults in noticing that a connection is dead, and in taking a live one for dead. */
import { isObject, parse } from "../../sham-server/message-kinds.ts";
import type { Fault } from "../faults.ts";
import { counter } from "../per-key.ts";
import type { Connection, Override } from "../steps.ts";
import { after, every } from "../timing.ts";

/** Does other things than the plain client when it takes a connection for dead. */
const givesUp =
  (how: (connection: Connection, lose: () => void) => void): Override =>
  (plain) => ({
    giveUpOn: (connection) =>
      how(connection, () => plain.onLost(connection, { how: "lost", reason: "nothing came any more" })),
  });

/** Only what passes the test is taken for a sign of life, of the texts that come. */
const livesOn =
  (test: (text: string) => boolean): Override =>
  (plain) => ({
    onLife() {},
    onText(connection, text) {
      if (test(text)) plain.onLife(connection);
      plain.onText(connection, text);
    },
  });

const isPong = (text: string) => {
  const value = parse(text);
  return isObject(value) && value.type === "pong";
};

export const livenessFaults = {
  // LIVE-1a
  "silence.never-noticed": {
    breaks: "LIVE-1a",
    description: "There is no pong timeout.",
    steps: () => ({ expectLife() {} }),
  },
  "silence.noticed-on-the-first-connection-only": {
    breaks: "LIVE-1a",
    description: "There is a pong timeout on the first connection only.",
    steps: (plain) => ({
      expectLife(connection, withinMs) {
        if (connection.client.attempts === 1) plain.expectLife(connection, withinMs);
      },
    }),
  },
  "silence.noticed-after-a-pong-only": {
    breaks: "LIVE-1a",
    description: "The pong timeout begins to hold when the first pong has come.",
    steps: (plain) => {
      const answered = new WeakSet<Connection>();
      return {
        onPong: (connection) => void answered.add(connection),
        expectLife(connection, withinMs) {
          if (answered.has(connection)) plain.expectLife(connection, withinMs);
        },
      };
    },
  },
  "silence.put-off-by-sending": {
    breaks: "LIVE-1a",
    description: "What the client sends is taken for a sign of life, pings too.",
    steps: (plain) => ({
      write(connection, bytes) {
        plain.write(connection, bytes);
        if (connection.state === "open") plain.onLife(connection);
      },
    }),
  },
  "silence.noticed-four-times-as-late": {
    breaks: "LIVE-1a",
    description: "The pong timeout is four times as long.",
    steps: (plain) => ({ expectLife: (connection, withinMs) => plain.expectLife(connection, 4 * withinMs) }),
  },
  "silence.only-shown": {
    breaks: "LIVE-1a",
    description: "When nothing comes an error is shown, and nothing else is done.",
    steps: (plain) => ({
      giveUpOn: ({ client }) => plain.report(client, "error", { data: "nothing comes any more" }),
    }),
  },

  // LIVE-1b
  "dead.left-open": {
    breaks: "LIVE-1b",
    description: "The dead connection is neither closed nor cut.",
    steps: givesUp((_, lose) => lose()),
  },
  "dead.left-open-for-a-minute": {
    breaks: "LIVE-1b",
    description: "The dead connection is cut a minute later.",
    steps: givesUp((connection, lose) => {
      lose();
      after(60_000, () => connection.socket.destroy());
    }),
  },

  // LIVE-1c
  "alive.cut-after-a-while": {
    breaks: "LIVE-1c",
    description: "A pong does not stop the timer of its ping.",
    steps: (plain) => ({
      onLife() {},
      beat(connection) {
        plain.ping(connection);
        if (connection.heartbeat?.deadline === undefined)
          plain.expectLife(connection, connection.client.settings.pongTimeoutMs);
      },
    }),
  },
  "alive.half-the-timeout": {
    breaks: "LIVE-1c",
    description: "A pong has to come within half of the pong timeout.",
    steps: (plain) => ({
      beat(connection) {
        plain.ping(connection);
        if (connection.heartbeat?.deadline === undefined)
          plain.expectLife(connection, connection.client.settings.pongTimeoutMs / 2);
      },
    }),
  },
  "alive.pong-before-the-next-ping": {
    breaks: "LIVE-1c",
    description: "A connection is given up when a pong has not come at the time of the next ping.",
    steps: (plain, room) => ({
      expectLife() {},
      beat(connection) {
        const { heartbeat, client } = connection;
        const { heartbeatIntervalMs } = client.settings;
        const silent = heartbeat && performance.now() - heartbeat.heardAt > heartbeatIntervalMs * 1.5;
        if (silent) room.steps.giveUpOn(connection);
        else plain.beat(connection);
      },
    }),
  },
  "alive.pong-without-members-only": {
    breaks: "LIVE-1c",
    description: "A pong that has further members is not taken for one.",
    steps: livesOn((text) => !isPong(text) || Object.keys(parse(text) as object).length === 1),
  },

  // LIVE-1d
  "dead.waits-for-the-close-handshake": {
    breaks: "LIVE-1d",
    description: "A Close frame is sent to the dead peer, and a new attempt is made when the TCP connection is gone.",
    steps: (plain) => ({
      giveUpOn(connection) {
        plain.stopHeartbeat(connection);
        plain.startClose(connection, 4000);
        connection.socket.once("close", () => {
          if (connection.client.state === "open")
            plain.onLost(connection, { how: "lost", reason: "nothing came any more" });
        });
      },
    }),
  },
  "dead.waits-for-its-answer": {
    breaks: "LIVE-1d",
    description: "The dead peer has 10 seconds to answer a Close frame.",
    steps: (plain) => ({
      giveUpOn(connection) {
        plain.stopHeartbeat(connection);
        plain.write(connection, plain.frame(8, Buffer.from([0x0f, 0xa0])));
        connection.state = "closing";
        after(10_000, () => {
          connection.socket.destroy();
          if (connection.client.state === "open")
            plain.onLost(connection, { how: "lost", reason: "nothing came any more" });
        });
      },
    }),
  },

  // LIVE-2
  "life.pongs-only": {
    breaks: "LIVE-2",
    description: "Only pongs are taken for a sign of life.",
    steps: livesOn(isPong),
  },
  "life.first-messages-only": {
    breaks: "LIVE-2",
    description: "Pongs, and the first three other messages, are taken for a sign of life.",
    steps: (plain, room) => {
      const texts = counter<Connection>();
      return livesOn(isPong)(
        {
          ...plain,
          onText(connection, text) {
            if (texts(connection) <= 3) plain.onLife(connection);
            plain.onText(connection, text);
          },
        },
        room,
      );
    },
  },
  "life.control-frames-only": {
    breaks: "LIVE-2",
    description: "Only pongs and control frames are taken for a sign of life.",
    steps: (plain) => ({
      onLife() {},
      onText(connection, text) {
        if (isPong(text)) plain.onLife(connection);
        plain.onText(connection, text);
      },
      onControlPing(connection, payload) {
        plain.onLife(connection);
        plain.onControlPing(connection, payload);
      },
    }),
  },

  // LIVE-3a
  "late.beats-missed": {
    breaks: "LIVE-3a",
    description: "A beat that comes an interval and a timeout behind the one before gives the connection up.",
    steps: (plain, room) => ({
      onWake() {},
      startHeartbeat(connection) {
        plain.startHeartbeat(connection);
        const { heartbeatIntervalMs, pongTimeoutMs } = connection.client.settings;
        const timer = every(heartbeatIntervalMs, (sinceMs) => {
          if (connection.heartbeat === undefined) timer.cancel();
          else if (sinceMs > heartbeatIntervalMs + pongTimeoutMs) room.steps.giveUpOn(connection);
        });
      },
    }),
  },
  "late.compared-by-the-clock": {
    breaks: "LIVE-3a",
    description: "At each beat the connection is given up if nothing has come for an interval and a timeout.",
    steps: (plain, room) => ({
      expectLife() {},
      onWake() {},
      startHeartbeat(connection) {
        plain.startHeartbeat(connection);
        const { heartbeatIntervalMs, pongTimeoutMs } = connection.client.settings;
        const timer = every(Math.min(heartbeatIntervalMs, pongTimeoutMs) / 2, () => {
          const { heartbeat } = connection;
          if (heartbeat === undefined) timer.cancel();
          else if (performance.now() - heartbeat.heardAt > heartbeatIntervalMs + pongTimeoutMs)
            room.steps.giveUpOn(connection);
        });
      },
    }),
  },
  "late.connects-anew": {
    breaks: "LIVE-3a",
    description: "After the process stood still each connection is given up, to be on the safe side.",
    steps: (_, room) => ({
      onWake() {
        for (const { connection } of [...room.clients.values()])
          if (connection?.state === "open") room.steps.giveUpOn(connection);
      },
    }),
  },

  // LIVE-3b
  "late.never-noticed": {
    breaks: "LIVE-3b",
    description: "A timer that fires late says nothing, and none is set again.",
    steps: (plain) => ({
      onWake() {},
      onSilence(connection, lateMs) {
        if (lateMs < 250) plain.onSilence(connection, lateMs);
      },
      beat(connection) {
        const { heartbeat, client } = connection;
        const silentMs = performance.now() - (heartbeat?.heardAt ?? 0);
        if (silentMs < client.settings.heartbeatIntervalMs + client.settings.pongTimeoutMs) plain.beat(connection);
      },
    }),
  },
  "late.noticed-late": {
    breaks: "LIVE-3b",
    description: "After the process stood still a connection has a minute to show that it is alive.",
    steps: (plain) => {
      const woken = new WeakSet<Connection>();
      const wake = (connection: Connection) => {
        if (!woken.has(connection)) plain.expectLife(connection, 60_000);
        woken.add(connection);
      };
      return {
        onSilence: (connection, lateMs) => (lateMs < 250 ? plain.onSilence(connection, lateMs) : wake(connection)),
        probe: wake,
        expectLife: (connection, withinMs) => plain.expectLife(connection, woken.has(connection) ? 60_000 : withinMs),
      };
    },
  },
  "late.heartbeat-stops": {
    breaks: "LIVE-3b",
    description: "When the process has stood still the heartbeat stops: it is meant for a tab that is visible.",
    steps: (plain, room) => ({
      onWake() {
        for (const { connection } of room.clients.values())
          if (connection?.state === "open") plain.stopHeartbeat(connection);
      },
      onSilence(connection, lateMs) {
        if (lateMs < 250) plain.onSilence(connection, lateMs);
        else plain.stopHeartbeat(connection);
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };
