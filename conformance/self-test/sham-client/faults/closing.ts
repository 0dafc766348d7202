/** Faults in closing, and in what the program may ask for when. */
import type { Fault } from "../faults.ts";
import { counter } from "../per-key.ts";
import type { Client, Override, State } from "../steps.ts";
import { after } from "../timing.ts";

/** After the program has closed it in this state, the client goes on as after a loss. */
const comesBackFrom =
  (state: State): Override =>
  (plain) => ({
    close(client) {
      const before = client.state;
      plain.close(client);
      if (before === state)
        after(client.settings.baseDelayMs, () => {
          if (client.state === "closed") plain.attempt(client);
        });
    },
  });

/** Sending in this state throws, as on a socket that is not there. */
const throwsIn =
  (...states: readonly State[]): Override =>
  (plain) => ({
    send(client, ...message) {
      if (states.includes(client.state)) throw new TypeError("Cannot read properties of null (reading 'send')");
      return plain.send(client, ...message);
    },
  });

export const closingFaults = {
  // RECON-1a
  "closing.back-with-the-network": {
    breaks: "RECON-1a",
    description: "A client that was closed connects again when the network comes back.",
    steps: (plain) => ({
      onEnvironment(client, change) {
        if (change.online && client.state === "closed") plain.attempt(client);
        else plain.onEnvironment(client, change);
      },
    }),
  },

  // CORE-C9a
  "closing.does-nothing": {
    breaks: "CORE-C9a",
    description: "The connection stays when the program closes it.",
    steps: (plain) => ({
      close(client) {
        plain.setState(client, "closed");
      },
    }),
  },
  "closing.only-stops-listening": {
    breaks: "CORE-C9a",
    description: "When the program closes it, nothing more is shown or sent, and the connection stays.",
    steps: () => ({
      startClose(connection) {
        connection.state = "over";
      },
    }),
  },
  "closing.waits-for-a-message": {
    breaks: "CORE-C9a",
    description: "When the program closes it, the connection is ended when the next message comes.",
    steps: (plain) => {
      const leaving = new WeakSet<object>();
      return {
        close(client) {
          if (client.connection?.state !== "open") return plain.close(client);
          leaving.add(client.connection);
          plain.setState(client, "closed");
        },
        onText(connection, text) {
          if (!leaving.delete(connection)) return plain.onText(connection, text);
          plain.leave(connection);
          plain.startClose(connection, 1000);
        },
      };
    },
  },

  // RECON-1a
  "closing.while-connecting-undone": {
    breaks: "RECON-1a",
    description: "After it was closed while connecting, the client makes another attempt.",
    steps: comesBackFrom("connecting"),
  },
  "closing.while-open-undone": {
    breaks: "RECON-1a",
    description: "After it was closed while open, the client connects again: the listener does not know who ended it.",
    steps: comesBackFrom("open"),
  },
  "closing.while-waiting-undone": {
    breaks: "RECON-1a",
    description: "When it is closed while a delay passes, the timer stays.",
    steps: (plain) => ({
      close(client) {
        client.wait = undefined;
        plain.close(client);
      },
    }),
  },

  // RECON-1b
  "closing.handshake-goes-on": {
    breaks: "RECON-1b",
    description: "An attempt goes on when the program closes it, and the connection opens.",
    steps: (plain) => ({
      close(client) {
        if (client.state !== "connecting") return plain.close(client);
        client.connection = undefined;
        plain.rejectQueue(client);
        plain.setState(client, "closed");
        return undefined;
      },
      setState(client, state) {
        if (client.state !== "closed" || state === "connecting") plain.setState(client, state);
      },
    }),
  },
  "closing.handshake-left-alone": {
    breaks: "RECON-1b",
    description: "When the program closes it during an attempt, the TCP connection stays, and its answer is not read.",
    steps: (plain) => ({
      close(client) {
        const { connection } = client;
        if (connection?.state !== "connecting") return plain.close(client);
        client.connectTimer?.cancel();
        plain.leave(connection);
        plain.close(client);
        return undefined;
      },
    }),
  },

  // RECON-1c
  "closing.for-ever": {
    breaks: "RECON-1c",
    description: "After it was closed the client does not connect any more.",
    steps: (plain) => ({
      connect(client) {
        if (client.state !== "closed") plain.connect(client);
      },
    }),
  },
  "closing.for-ever-while-waiting": {
    breaks: "RECON-1c",
    description: "After it was closed while a delay passed the client takes itself for waiting: it does not connect.",
    steps: (plain) => {
      const stuck = new WeakSet<Client>();
      return {
        close(client) {
          if (client.state === "waiting") stuck.add(client);
          plain.close(client);
        },
        connect(client) {
          if (!stuck.has(client)) plain.connect(client);
        },
      };
    },
  },
  "closing.for-ever-the-second-time": {
    breaks: "RECON-1c",
    description: "The client connects again once only.",
    steps: (plain) => {
      const calls = counter<Client>();
      return {
        connect(client) {
          if (calls(client) <= 2) plain.connect(client);
        },
      };
    },
  },

  // RECON-2a
  "calls.close-twice-throws": {
    breaks: "RECON-2a",
    description: "To close what is closed throws.",
    steps: (plain) => ({
      close(client) {
        if (client.state === "closed") throw new Error("It is closed already.");
        plain.close(client);
      },
    }),
  },
  "calls.close-while-waiting-throws": {
    breaks: "RECON-2a",
    description: "To close while a delay passes throws: there is no socket.",
    steps: (plain) => ({
      close(client) {
        const { state } = client;
        plain.close(client);
        if (state === "waiting") throw new TypeError("Cannot read properties of null (reading 'close')");
      },
    }),
  },
  "calls.connect-while-open-throws": {
    breaks: "RECON-2a",
    description: "To connect what is connected throws.",
    steps: (plain) => ({
      connect(client) {
        if (client.state === "open") throw new Error("It is connected already.");
        plain.connect(client);
      },
    }),
  },
  "calls.close-while-connecting-dies": {
    breaks: "RECON-2a",
    description: "To close while an attempt is under way takes the process down.",
    steps: (plain, room) => ({
      close(client) {
        if (client.state === "connecting") room.exit(1);
        else plain.close(client);
      },
    }),
  },

  // QUEUE-1a
  "calls.send-while-waiting-throws": {
    breaks: "QUEUE-1a",
    description: "To send while a delay passes throws: there is no socket.",
    steps: throwsIn("waiting"),
  },
  "calls.send-while-connecting-throws": {
    breaks: "QUEUE-1a",
    description: "To send while an attempt is under way throws, as a browser's WebSocket does.",
    steps: throwsIn("connecting"),
  },
  "calls.send-when-closed-throws": {
    breaks: "QUEUE-1a",
    description: "To send what is closed or has given up throws.",
    steps: throwsIn("closed", "failed"),
  },
  "calls.send-while-waiting-dies": {
    breaks: "QUEUE-1a",
    description: "To send while a delay passes takes the process down.",
    steps: (plain, room) => ({
      send(client, ...message) {
        if (client.state === "waiting") room.exit(1);
        return plain.send(client, ...message);
      },
    }),
  },
  "calls.send-to-a-full-queue-throws": {
    breaks: "QUEUE-1a",
    description: "To send when the queue is full throws.",
    steps: (plain) => ({
      onFull(client, bytes, sendId) {
        if (plain.onFull(client, bytes, sendId)) return true;
        throw new Error("The queue is full.");
      },
    }),
  },
} satisfies { readonly [name: string]: Fault };
