/** Faults in showing the events of a stream. */
import type { Fault } from "../faults.ts";
import { counter, perKey } from "../per-key.ts";
import type { Client, Override, Stream, StreamEvent } from "../steps.ts";
import { after } from "../timing.ts";

/** Shows only events for which the test holds; `start` makes the test for each process. */
const showsOnly =
  (start: () => (event: StreamEvent, value: unknown, client: Client) => boolean): Override =>
  (plain) => {
    const test = start();
    return {
      showEvent(client, event, value) {
        if (test(event, value, client)) plain.showEvent(client, event, value);
      },
    };
  };

/** Shows another value than the data. */
const showsAs =
  (change: (value: unknown, event: StreamEvent) => unknown): Override =>
  (plain) => ({ showEvent: (client, event, value) => plain.showEvent(client, event, change(value, event)) });

const isNamed = ({ type }: StreamEvent) => type !== "message";

export const streamEventFaults = {
  // C10a
  "event.every-third-lost": {
    breaks: "CORE-C10a",
    description: "Every third event of a client is not shown.",
    steps: showsOnly(() => {
      const events = counter<Client>();
      return (_, __, client) => events(client) % 3 !== 0;
    }),
  },
  "event.first-lost": {
    breaks: "CORE-C10a",
    description: "The first event of a stream is not shown.",
    steps: (plain) => {
      const events = counter<Stream>();
      return {
        onEvent(stream, event) {
          if (events(stream) > 1) plain.onEvent(stream, event);
        },
      };
    },
  },
  "event.shown-twice": {
    breaks: "CORE-C10a",
    description: "Each event is shown twice.",
    steps: (plain) => ({
      showEvent(client, event, value) {
        plain.showEvent(client, event, value);
        plain.showEvent(client, event, value);
      },
    }),
  },
  "event.as-text": {
    breaks: "CORE-C10a",
    description: "The data of an event is shown as the text that came.",
    steps: showsAs((_, { data }) => data),
  },
  "event.only-objects-shown": {
    breaks: "CORE-C10a",
    description: "Events are shown only if their data is an object.",
    steps: showsOnly(() => (_, value) => typeof value === "object" && value !== null),
  },
  "event.named-message-lost": {
    breaks: "CORE-C10a",
    description: "An event that has the name `message` is not shown.",
    steps: (plain) => ({
      onField(stream, name, value) {
        plain.onField(stream, name, name === "event" && value === "message" ? "\0lost" : value);
      },
      showEvent(client, event, value) {
        if (event.type !== "\0lost") plain.showEvent(client, event, value);
      },
    }),
  },
  "event.newest-first": {
    breaks: "CORE-C10a",
    description: "The events of a tenth of a second are shown last one first.",
    steps: (plain) => {
      const line = perKey((_: Client): { shown: (() => void)[] } => ({ shown: [] }));
      return {
        showEvent(client, event, value) {
          const { shown } = line(client);
          shown.push(() => plain.showEvent(client, event, value));
          if (shown.length > 1) return;
          after(100, () => {
            for (const show of shown.splice(0).reverse()) show();
          });
        },
      };
    },
  },

  // C10c
  "bad-data.deaf": {
    breaks: "CORE-C10c",
    description: "After data that is not JSON nothing more is shown of the stream.",
    steps: (plain) => {
      const deaf = new WeakSet<Stream>();
      return {
        onBadData: (stream) => void deaf.add(stream),
        onEvent(stream, event) {
          if (!deaf.has(stream)) plain.onEvent(stream, event);
        },
      };
    },
  },
  "bad-data.dies": {
    breaks: "CORE-C10c",
    description: "Data that is not JSON takes the process down.",
    steps: (_, room) => ({ onBadData: () => room.exit(1) }),
  },
  "bad-data.next-lost": {
    breaks: "CORE-C10c",
    description: "The event behind one whose data is not JSON is not shown.",
    steps: (plain) => {
      const upset = new WeakSet<Client>();
      return {
        onBadData: ({ connection }) => void upset.add(connection.client),
        showEvent(client, event, value) {
          if (!upset.delete(client)) plain.showEvent(client, event, value);
        },
      };
    },
  },
  "bad-data.gives-up": {
    breaks: "CORE-C10c",
    description: "Data that is not JSON ends the stream for good.",
    steps: (plain) => ({
      onBadData({ connection }) {
        plain.leave(connection);
        connection.socket.destroy();
        plain.stop(connection.client, "failed", { how: "lost", reason: "not JSON" });
      },
    }),
  },

  // C10d, where the profile sse is not claimed
  "named.not-shown": {
    breaks: "CORE-C10d",
    description: "Named events are not shown: there is only `onmessage`.",
    claims: ["core-ws", "core-sse"],
    steps: showsOnly(() => (event) => !isNamed(event)),
  },
  "named.shown-without-their-name": {
    breaks: "CORE-C10d",
    description: "Named events are shown as messages.",
    claims: ["core-ws", "core-sse"],
    steps: (plain) => ({
      showEvent: (client, event, value) => plain.showEvent(client, { ...event, type: "message" }, value),
    }),
  },

  // SSE-C6
  "named.lost": {
    breaks: "SSE-C6",
    description: "Named events are not shown.",
    steps: showsOnly(() => (event) => !isNamed(event)),
  },
  "named.shown-as-message": {
    breaks: "SSE-C6",
    description: "Named events are shown as messages.",
    steps: (plain) => ({
      showEvent: (client, event, value) => plain.showEvent(client, { ...event, type: "message" }, value),
    }),
  },
  "named.shown-as-text": {
    breaks: "SSE-C6",
    description: "The data of named events is shown as the text that came.",
    steps: showsAs((value, event) => (isNamed(event) ? event.data : value)),
  },
  "named.first-name-only": {
    breaks: "SSE-C6",
    description: "Of named events only those are shown that have the first name that came.",
    steps: showsOnly(() => {
      const first = perKey((_: Client): { name?: string } => ({}));
      return (event, _, client) => {
        if (!isNamed(event)) return true;
        first(client).name ??= event.type;
        return first(client).name === event.type;
      };
    }),
  },
  "named.name-in-lower-case": {
    breaks: "SSE-C6",
    description: "The name of an event is shown in lower case.",
    steps: (plain) => ({
      showEvent: (client, event, value) => plain.showEvent(client, { ...event, type: event.type.toLowerCase() }, value),
    }),
  },

  // C12
  "stream.left-open": {
    breaks: "CORE-C12",
    description: "The request goes on when the program closes it.",
    steps: leavesOpen(false),
  },
  "stream.left-open-and-shown": {
    breaks: "CORE-C12",
    description: "When the program closes it, the request goes on, and its events are shown.",
    steps: leavesOpen(true),
  },
} satisfies { readonly [name: string]: Fault };

function leavesOpen(shown: boolean): Override {
  return (plain) => ({
    close(client) {
      const { connection } = client;
      if (connection?.stream === undefined || connection.state !== "open") return plain.close(client);
      if (!shown) plain.leave(connection);
      plain.setState(client, "closed");
      return undefined;
    },
    onStreamEnd(stream) {
      if (stream.connection.client.state !== "closed") plain.onStreamEnd(stream);
    },
  });
}
