/** Faults in opening streams again, and in where they go on. */
import { parse } from "../../sham-server/message-kinds.ts";
import type { Fault } from "../faults.ts";
import { hides } from "../overriding.ts";
import { counter, perKey } from "../per-key.ts";
import type { Client, Connection, Override, Stream } from "../steps.ts";

const stops = { goesOn: false, state: "failed" } as const;

/** Gives up after a stream that ended, where the test holds. */
const stopsAfterStream =
  (test: (client: Client) => boolean): Override =>
  (plain) => ({
    planAfter(client, ending) {
      const plan = plain.planAfter(client, ending);
      return client.transport === "sse" && ending.how === "lost" && test(client) ? stops : plan;
    },
  });

/** Sends another last event id. */
const sendsId =
  (idOf: (connection: Connection) => string): Override =>
  (plain) => ({
    requestHeaders(connection) {
      const others = plain.requestHeaders(connection).filter(([name]) => name !== "Last-Event-ID");
      const id = connection.client.transport === "sse" ? idOf(connection) : "";
      return id === "" ? others : [...others, ["Last-Event-ID", id]];
    },
  });

/** `retry` is taken for another number of milliseconds. */
const retryOf =
  (change: (retryMs: number, client: Client) => number): Override =>
  (plain) => ({
    onField(stream, name, value) {
      const { client } = stream.connection;
      const { retryMs } = client;
      plain.onField(stream, name, value);
      if (name === "retry" && client.retryMs === Number(value))
        client.retryMs = change(Number(value), { ...client, retryMs });
    },
  });

export const resumingFaults = {
  // CORE-C11a
  "again.never": {
    breaks: "CORE-C11a",
    description: "No request is made after a stream has ended.",
    steps: stopsAfterStream(() => true),
  },
  "again.once-only": {
    breaks: "CORE-C11a",
    description: "One request is made after a stream has ended, and no more.",
    steps: stopsAfterStream(({ attempts }) => attempts > 1),
  },
  "again.not-after-an-orderly-end": {
    breaks: "CORE-C11a",
    description: "A stream that the server ends in order is over for good.",
    steps: (plain) => {
      const ended = new WeakSet<Client>();
      return {
        onBodyBytes(stream, chunk) {
          const { client } = stream.connection;
          ended.add(client);
          plain.onBodyBytes(stream, chunk);
          ended.delete(client);
        },
        planAfter(client, ending) {
          const plan = plain.planAfter(client, ending);
          return client.transport === "sse" && ended.has(client) && ending.how === "lost" ? stops : plan;
        },
      };
    },
  },
  "again.not-after-a-cut": {
    breaks: "CORE-C11a",
    description: "A request is made after the server ended a stream in order, and not after it was cut.",
    steps: (plain) => {
      const ended = new WeakSet<Client>();
      return {
        onBodyBytes(stream, chunk) {
          const { client } = stream.connection;
          ended.add(client);
          plain.onBodyBytes(stream, chunk);
          ended.delete(client);
        },
        planAfter(client, ending) {
          const plan = plain.planAfter(client, ending);
          return client.transport === "sse" && !ended.has(client) && ending.how === "lost" ? stops : plan;
        },
      };
    },
  },

  // CORE-C11b
  "again.nothing-shown": {
    breaks: "CORE-C11b",
    description: "Events are shown of the first stream only: the listener was put on that one.",
    steps: (plain) => ({
      onEvent(stream, event) {
        if (stream.connection.client.attempts === 1) plain.onEvent(stream, event);
      },
    }),
  },
  "again.first-shown-only": {
    breaks: "CORE-C11b",
    description: "Of a later stream only the first event is shown.",
    steps: (plain) => {
      const events = counter<Stream>();
      return {
        onEvent(stream, event) {
          const count = events(stream);
          if (stream.connection.client.attempts === 1 || count === 1) plain.onEvent(stream, event);
        },
      };
    },
  },

  // SSE-C1a
  "204.ignored": {
    breaks: "SSE-C1a",
    description: "Requests are made after an answer with status 204.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        return client.transport === "sse" && ending.response?.status === 204 ? { goesOn: true } : plan;
      },
    }),
  },
  "204.asked-once-more": {
    breaks: "SSE-C1a",
    description: "One more request is made after an answer with status 204.",
    steps: (plain) => {
      const answers = counter<Client>();
      return {
        planAfter(client, ending) {
          const plan = plain.planAfter(client, ending);
          const first = client.transport === "sse" && ending.response?.status === 204 && answers(client) === 1;
          return first ? { goesOn: true } : plan;
        },
      };
    },
  },

  // SSE-C1b
  "204.not-shown": {
    breaks: "SSE-C1b",
    description: "That a stream is over for good is not shown.",
    steps: hides("end"),
  },
  "204.shown-as-an-error": {
    breaks: "SSE-C1b",
    description: "An answer with status 204 is shown as an error.",
    steps: (plain) => ({
      report: (client, event, told) =>
        event === "end" ? plain.report(client, "error", { data: "status 204" }) : plain.report(client, event, told),
    }),
  },

  // SSE-C2a
  "id.never-sent": {
    breaks: "SSE-C2a",
    description: "The last event id is not sent.",
    steps: sendsId(() => ""),
  },
  "id.sent-once": {
    breaks: "SSE-C2a",
    description: "The last event id is sent with the first request that has one, and not with those after it.",
    steps: (plain, room) => {
      const sent = counter<Client>();
      const once = ({ client }: Connection) =>
        client.lastEventId !== "" && sent(client) === 1 ? client.lastEventId : "";
      return sendsId(once)(plain, room);
    },
  },
  "id.of-an-incomplete-event": {
    breaks: "SSE-C2a",
    description: "The id of an event whose empty line never came is sent.",
    steps: (plain) => ({
      onField(stream, name, value) {
        plain.onField(stream, name, value);
        if (name === "id") stream.connection.client.lastEventId = value;
      },
    }),
  },
  "id.kept-over-an-empty-one": {
    breaks: "SSE-C2a",
    description: "An empty id does not empty the last event id.",
    steps: (plain) => ({
      onField(stream, name, value) {
        if (name !== "id" || value !== "") plain.onField(stream, name, value);
      },
    }),
  },
  "id.forgotten-with-the-next-event": {
    breaks: "SSE-C2a",
    description: "An event without an id empties the last event id.",
    steps: (plain) => ({
      dispatch(stream) {
        plain.dispatch(stream);
        stream.id = "";
      },
    }),
  },
  "id.with-data-only": {
    breaks: "SSE-C2a",
    description: "An id counts only where there is data with it.",
    steps: (plain) => ({
      dispatch(stream) {
        const { client } = stream.connection;
        const { lastEventId } = client;
        const empty = stream.data.length === 0;
        plain.dispatch(stream);
        if (empty) client.lastEventId = lastEventId;
      },
    }),
  },
  "id.in-another-header": {
    breaks: "SSE-C2a",
    description: "The last event id is sent as `X-Last-Event-ID`.",
    steps: (plain) => ({
      requestHeaders: (connection) =>
        plain
          .requestHeaders(connection)
          .map((header) => (header[0] === "Last-Event-ID" ? ["X-Last-Event-ID", header[1]] : header)),
    }),
  },
  "id.as-a-number": {
    breaks: "SSE-C2a",
    description: "An id that is no number is not sent.",
    steps: sendsId(({ client }) => (/^\d+$/.test(client.lastEventId) ? client.lastEventId : "")),
  },
  "id.with-nul-taken": {
    breaks: "SSE-C2a",
    description: "An id with NUL in it is taken as far as the NUL goes.",
    steps: (plain) => ({
      onField: (stream, name, value) =>
        plain.onField(stream, name, name === "id" ? (value.split("\0")[0] ?? "") : value),
    }),
  },
  "id.ascii-only": {
    breaks: "SSE-C2a",
    description: "An id that is not ASCII is not sent.",
    steps: sendsId(({ client }) => (/^[ -~]*$/.test(client.lastEventId) ? client.lastEventId : "")),
  },
  "id.lost-with-a-failure": {
    breaks: "SSE-C2a",
    description: "A request that fails makes the client forget the last event id.",
    steps: (plain) => ({
      fail(connection, ending) {
        connection.client.lastEventId = "";
        plain.fail(connection, ending);
      },
    }),
  },

  // SSE-C2b
  "resumed.last-shown-again": {
    breaks: "SSE-C2b",
    description: "When a stream is opened again the last event is shown again.",
    steps: (plain) => {
      const last = perKey((_: Client): { show?: () => void } => ({}));
      return {
        showEvent(client, event, value) {
          last(client).show = () => plain.showEvent(client, event, value);
          plain.showEvent(client, event, value);
        },
        onOpen(connection) {
          plain.onOpen(connection);
          if (connection.client.transport === "sse") last(connection.client).show?.();
        },
      };
    },
  },
  "resumed.first-left-out": {
    breaks: "SSE-C2b",
    description:
      "The first event of a stream that was resumed is left out: it is taken for the last of the one before.",
    steps: (plain) => {
      const events = counter<Stream>();
      return {
        onEvent(stream, event) {
          const first = events(stream) === 1;
          if (!first || stream.connection.client.attempts === 1) plain.onEvent(stream, event);
        },
      };
    },
  },
  "resumed.smaller-ids-left-out": {
    breaks: "SSE-C2b",
    description: "An event is left out whose id comes before the last one in the order of their characters.",
    steps: (plain) => {
      const last = perKey((_: Client) => ({ id: "" }));
      return {
        onEvent(stream, event) {
          const seen = last(stream.connection.client);
          if (event.lastEventId !== "" && event.lastEventId < seen.id) return;
          seen.id = event.lastEventId;
          plain.onEvent(stream, event);
        },
      };
    },
  },
  "resumed.incomplete-shown": {
    breaks: "SSE-C2b",
    description: "An event that was cut is shown as far as it goes, and again when it comes.",
    steps: (plain) => ({
      onStreamEnd(stream) {
        const { client } = stream.connection;
        const value = parse(stream.data.join("\n"));
        if (value !== undefined) plain.showEvent(client, { type: "message", data: "", lastEventId: stream.id }, value);
        plain.onStreamEnd(stream);
      },
    }),
  },

  // SSE-C3a
  "retry.ignored": {
    breaks: "SSE-C3a",
    description: "`retry` is ignored.",
    steps: retryOf(() => 0),
  },
  "retry.a-thousandth": {
    breaks: "SSE-C3a",
    description: "`retry` is a thousand times too short.",
    steps: retryOf((ms) => ms / 1000),
  },
  "retry.first-only": {
    breaks: "SSE-C3a",
    description: "Of several `retry` the first counts.",
    steps: retryOf((ms, client) => (client.retryMs === 0 ? ms : client.retryMs)),
  },
  "retry.with-jitter-taken-off": {
    breaks: "SSE-C3a",
    description: "The delay lies between 0.5 and 0.9 times what `retry` says.",
    steps: retryOf((ms) => ms * (0.5 + 0.4 * Math.random())),
  },
  "retry.capped": {
    breaks: "SSE-C3a",
    description: "`retry` is cut down to the longest delay.",
    steps: retryOf((ms, { settings }) => Math.min(ms, settings.maxDelayMs / 2)),
  },
  "retry.with-an-event-only": {
    breaks: "SSE-C3a",
    description: "`retry` counts only in a block that has data.",
    steps: (plain) => {
      const said = perKey((_: Stream): { ms?: number } => ({}));
      return {
        onField(stream, name, value) {
          if (name === "retry") said(stream).ms = Number(value);
          else plain.onField(stream, name, value);
        },
        dispatch(stream) {
          const { ms } = said(stream);
          if (ms !== undefined && stream.data.length > 0) stream.connection.client.retryMs = ms;
          delete said(stream).ms;
          plain.dispatch(stream);
        },
      };
    },
  },
} satisfies { readonly [name: string]: Fault };
