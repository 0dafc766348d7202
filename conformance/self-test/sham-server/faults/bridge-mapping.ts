/** Faults in the bridge: what becomes of a message on the other transport. */
import { count } from "../calls.ts";
import type { Fault } from "../faults.ts";
import { type EventObject, isEvent } from "../message-kinds.ts";
import type { JsonObject, Message, Override, StreamEvent } from "../steps.ts";
import { everyNumber, everyString } from "../value-changes.ts";

const wasPosted = ({ post }: Message) => post !== undefined;

const isText = (data: unknown): data is string => typeof data === "string";

/** Makes something else of a message on streams. */
const maps =
  (change: (event: StreamEvent, message: Message) => StreamEvent): Override =>
  (plain) => ({ eventFor: (message, stream) => change(plain.eventFor(message, stream), message) });

const mapsBroadcasts = (change: (event: StreamEvent, message: Message) => StreamEvent): Override =>
  maps((event, message) => (isEvent(message.value) ? event : change(event, message)));

const mapsEvents = (change: (event: StreamEvent, value: EventObject) => StreamEvent): Override =>
  maps((event, { value }) => (isEvent(value) ? change(event, value) : event));

const renamesEvents = (rename: (name: string) => string): Override =>
  mapsEvents((event, value) => ({ ...event, name: rename(value.event) }));

const changesData = (change: (data: unknown) => string): Override =>
  mapsEvents((event, { data }) => ({ ...event, data: change(data) }));

/** Uses a publisher's `id` on streams, where the test is true of the message. */
const usesId = (test: (message: Message) => boolean): Override =>
  maps((event, message) => {
    const { id } = message.value;
    return typeof id === "string" && test(message) ? { ...event, id } : event;
  });

/** Delivers another value on connections than was posted. */
const deliversOnConnections =
  (change: (value: JsonObject, text: string) => string): Override =>
  (plain) => ({
    deliveredText: (message, receiver) =>
      wasPosted(message) ? change(message.value, message.text) : plain.deliveredText(message, receiver),
  });

const changesEventsOnConnections = (change: (value: EventObject) => unknown): Override =>
  deliversOnConnections((value, text) => (isEvent(value) ? JSON.stringify(change(value)) : text));

export const mappingFaults = {
  // 1b: broadcasts as events of the type message
  "bridge.broadcasts-by-type": {
    breaks: "BRIDGE-1b",
    description: "A broadcast whose `type` is a string is sent on streams as an event of that name.",
    steps: mapsBroadcasts((event, { value: { type } }) =>
      isText(type) && type !== "" ? { ...event, name: type } : event,
    ),
  },
  "bridge.broadcasts-named": {
    breaks: "BRIDGE-1b",
    description: "A broadcast is sent on streams as an event `broadcast`.",
    steps: mapsBroadcasts((event) => ({ ...event, name: "broadcast" })),
  },
  "bridge.broadcasts-by-event": {
    breaks: "BRIDGE-1b",
    description: "An object with a member `event` is sent on streams under that name, whatever its type.",
    steps: mapsBroadcasts((event, { value }) =>
      isText(value.event) && /^\w+$/.test(value.event) ? { ...event, name: value.event } : event,
    ),
  },
  "bridge.broadcasts-wrapped": {
    breaks: "BRIDGE-1b",
    description: 'A broadcast is sent on streams as `{"type":"message","data":…}`.',
    steps: mapsBroadcasts((event, { value }) => ({ ...event, data: JSON.stringify({ type: "message", data: value }) })),
  },
  "bridge.broadcasts-encoded-twice": {
    breaks: "BRIDGE-1b",
    description: "A broadcast is sent on streams as a JSON string that contains it.",
    steps: mapsBroadcasts((event, { text }) => ({ ...event, data: JSON.stringify(text) })),
  },
  "bridge.broadcasts-without-type": {
    breaks: "BRIDGE-1b",
    description: "A broadcast is sent on streams without its member `type`.",
    steps: mapsBroadcasts((event, { value: { type: _, ...rest } }) => ({ ...event, data: JSON.stringify(rest) })),
  },
  "bridge.broadcasts-without-id": {
    breaks: "BRIDGE-1b",
    description: "A broadcast is sent on streams without its member `id`.",
    steps: mapsBroadcasts((event, { value: { id: _, ...rest } }) => ({ ...event, data: JSON.stringify(rest) })),
  },
  "bridge.broadcasts-first-line": {
    breaks: "BRIDGE-1b",
    description: "Of a broadcast with line breaks between its members the lines are joined, and the last one is lost.",
    steps: mapsBroadcasts((event, { text }) => {
      const lines = text.split(/[\r\n]+/);
      return lines.length === 1 ? event : { ...event, data: lines.slice(0, -1).join("") };
    }),
  },
  "bridge.broadcasts-in-ascii": {
    breaks: "BRIDGE-1b",
    description: "In a broadcast on streams, characters beyond ASCII become question marks.",
    steps: mapsBroadcasts((event) => ({ ...event, data: event.data.replace(/[^\0-\u007f]/g, "?") })),
  },
  "bridge.names-of-clients-mapped": {
    breaks: "BRIDGE-1b",
    description: "An object of type `event` with a name that clients keep for themselves is sent as an event of it.",
    steps: mapsBroadcasts((event, { value }) =>
      value.type === "event" && ["open", "error", "close", "state", "message"].includes(String(value.event))
        ? { name: String(value.event), data: JSON.stringify(value.data) ?? "null" }
        : event,
    ),
  },
  "bridge.data-made-up": {
    breaks: "BRIDGE-1b",
    description: "An object of type `event` without `data` is sent under its name, with itself as data.",
    steps: mapsBroadcasts((event, { value }) =>
      value.type === "event" && isText(value.event) && value.data === undefined
        ? { ...event, name: value.event }
        : event,
    ),
  },
  "bridge.numeric-ids-mapped": {
    breaks: "BRIDGE-1b",
    description: "An object of type `event` whose `id` is a number is sent under its name, though it is no event.",
    steps: mapsBroadcasts((event, { value }) =>
      value.type === "event" && typeof value.id === "number" ? { ...event, name: String(value.event) } : event,
    ),
  },
  "bridge.long-names-mapped": {
    breaks: "BRIDGE-1b",
    description: "An object of type `event` with a name that is too long is sent under it, though it is no event.",
    steps: mapsBroadcasts((event, { value }) =>
      value.type === "event" && isText(value.event) && value.event.length > 128
        ? { ...event, name: value.event }
        : event,
    ),
  },
  "bridge.names-with-line-breaks-mapped": {
    breaks: "BRIDGE-1b",
    description: "An object of type `event` with a line break in its name is sent as an event with a space in it.",
    steps: mapsBroadcasts((event, { value }) =>
      value.type === "event" && isText(value.event) && /[\r\n]/.test(value.event)
        ? { ...event, name: value.event.replace(/[\r\n]+/g, " ") }
        : event,
    ),
  },
  "bridge.names-with-line-breaks-raw": {
    breaks: "BRIDGE-1b",
    description: "An object of type `event` with a line break in its name is sent under it, and the break as it is.",
    steps: mapsBroadcasts((event, { value }) =>
      value.type === "event" && isText(value.event) && /[\r\n]/.test(value.event)
        ? { ...event, name: value.event }
        : event,
    ),
  },
  "bridge.posted-broadcasts-named": {
    breaks: "BRIDGE-1b",
    description: "A broadcast is sent on streams as it should be if it came on a connection, and as `posted` if not.",
    steps: mapsBroadcasts((event, message) => (wasPosted(message) ? { ...event, name: "posted" } : event)),
  },

  // 1c: events by their names, with their data alone
  "bridge.events-unnamed": {
    breaks: "BRIDGE-1c",
    description: "An event is sent on streams as a broadcast is: the whole object, without a name.",
    steps: maps((_, { text }) => ({ data: text })),
  },
  "bridge.events-named-event": {
    breaks: "BRIDGE-1c",
    description: "An event is sent on streams as an event `event`: its type is taken for its name.",
    steps: renamesEvents(() => "event"),
  },
  "bridge.events-whole": {
    breaks: "BRIDGE-1c",
    description: "An event is sent on streams under its name, with the whole object as data.",
    steps: mapsEvents((event, value) => ({ ...event, data: JSON.stringify(value) })),
  },
  "bridge.events-with-further-members": {
    breaks: "BRIDGE-1c",
    description: "Of an event that has further members these are sent on streams too, beside its data.",
    steps: mapsEvents((event, { type: _, event: __, id: ___, ...rest }) =>
      Object.keys(rest).length > 1 ? { ...event, data: JSON.stringify(rest) } : event,
    ),
  },
  "bridge.events-data-in-object": {
    breaks: "BRIDGE-1c",
    description: 'The data of an event is sent on streams as `{"data":…}`.',
    steps: changesData((data) => JSON.stringify({ data })),
  },
  "bridge.events-encoded-twice": {
    breaks: "BRIDGE-1c",
    description: "The data of an event is sent on streams as a JSON string that contains it.",
    steps: changesData((data) => JSON.stringify(JSON.stringify(data))),
  },
  "bridge.strings-without-quotes": {
    breaks: "BRIDGE-1c",
    description: "Where the data of an event is a string, it is sent on streams without its quotes.",
    steps: changesData((data) => (isText(data) ? data : JSON.stringify(data))),
  },
  "bridge.arrays-as-text": {
    breaks: "BRIDGE-1c",
    description: "Where the data of an event is an array, it is sent on streams as `1,2`, as a template has it.",
    steps: changesData((data) => (Array.isArray(data) ? `${data}` : JSON.stringify(data))),
  },
  "bridge.false-data-becomes-null": {
    breaks: "BRIDGE-1c",
    description: "Data that is false, 0 or an empty string is sent on streams as null.",
    steps: changesData((data) => JSON.stringify(data || null)),
  },
  "bridge.null-data-becomes-empty-object": {
    breaks: "BRIDGE-1c",
    description: "Data that is null is sent on streams as `{}`.",
    steps: changesData((data) => JSON.stringify(data ?? {})),
  },
  "bridge.names-in-lower-case": {
    breaks: "BRIDGE-1c",
    description: "The name of an event is sent on streams in lower case.",
    steps: renamesEvents((name) => name.toLowerCase()),
  },
  "bridge.names-trimmed": {
    breaks: "BRIDGE-1c",
    description: "Spaces around the name of an event are removed.",
    steps: renamesEvents((name) => name.trim()),
  },
  "bridge.names-without-space-in-front": {
    breaks: "BRIDGE-1c",
    description: "`event:` is written without a space behind it, so a name that begins with one loses it.",
    steps: renamesEvents((name) => name.replace(/^ /, "")),
  },
  "bridge.names-cut": {
    breaks: "BRIDGE-1c",
    description: "The name of an event is cut to 64 characters.",
    steps: renamesEvents((name) => [...name].slice(0, 64).join("")),
  },
  "bridge.names-url-encoded": {
    breaks: "BRIDGE-1c",
    description: "The name of an event is sent on streams URL-encoded.",
    steps: renamesEvents(encodeURIComponent),
  },
  "bridge.names-in-ascii": {
    breaks: "BRIDGE-1c",
    description: "In the name of an event, characters beyond ASCII become question marks.",
    steps: renamesEvents((name) => name.replace(/[^\0-\u007f]/g, "?")),
  },
  "bridge.names-up-to-a-colon": {
    breaks: "BRIDGE-1c",
    description: "The name of an event ends at a colon.",
    steps: renamesEvents((name) => name.split(":")[0] ?? ""),
  },
  "bridge.names-of-words-alone": {
    breaks: "BRIDGE-1c",
    description: "An event whose name is more than letters and digits is sent as a broadcast is.",
    steps: maps((event, { text }) => (/^\w*$/.test(event.name ?? "") ? event : { data: text })),
  },
  "bridge.names-counted-in-utf-16": {
    breaks: "BRIDGE-1c",
    description: "An event whose name has more than 128 UTF-16 code units is sent as a broadcast is.",
    steps: maps((event, { text }) => ((event.name ?? "").length > 128 ? { data: text } : event)),
  },
  "bridge.posted-events-unnamed": {
    breaks: "BRIDGE-1c",
    description: "An event that was posted is sent on streams as a broadcast is, one that came on a connection is not.",
    steps: maps((event, message) => (wasPosted(message) ? { data: message.text } : event)),
  },

  // 1d: no id of a publisher
  "bridge.publisher-id": {
    breaks: "BRIDGE-1d",
    description: "A message that has an `id` is sent on streams with that `id`.",
    steps: usesId(() => true),
  },
  "bridge.publisher-id-of-events": {
    breaks: "BRIDGE-1d",
    description: "An event that has an `id` is sent on streams with that `id`.",
    steps: usesId(({ value }) => isEvent(value)),
  },
  "bridge.publisher-id-of-broadcasts": {
    breaks: "BRIDGE-1d",
    description: "A broadcast that has an `id` is sent on streams with that `id`.",
    steps: usesId(({ value }) => !isEvent(value)),
  },
  "bridge.publisher-id-of-posted-events": {
    breaks: "BRIDGE-1d",
    description: "An event that was posted with an `id` is sent on streams with that `id`.",
    steps: usesId((message) => wasPosted(message) && isEvent(message.value)),
  },
  "bridge.publisher-id-of-posted-broadcasts": {
    breaks: "BRIDGE-1d",
    description: "A broadcast that was posted with an `id` is sent on streams with that `id`.",
    steps: usesId((message) => wasPosted(message) && !isEvent(message.value)),
  },
  "bridge.publisher-id-of-sent-ones": {
    breaks: "BRIDGE-1d",
    description: "A message that came on a connection with an `id` is sent on streams with that `id`.",
    steps: usesId((message) => !wasPosted(message)),
  },

  // 2b: the value that was posted
  "bridge.posted-events-lose-id": {
    breaks: "BRIDGE-2b",
    description: "An event that was posted is delivered on connections without its `id`.",
    steps: changesEventsOnConnections(({ id: _, ...rest }) => rest),
  },
  "bridge.posted-events-lose-further-members": {
    breaks: "BRIDGE-2b",
    description: "Of an event that was posted only `type`, `event`, `data` and `id` are delivered on connections.",
    steps: changesEventsOnConnections(({ type, event, data, id }) => ({ type, event, data, id })),
  },
  "bridge.posted-events-as-data-alone": {
    breaks: "BRIDGE-2b",
    description: "An event whose data is an object is delivered on connections as that object, without its name.",
    steps: changesEventsOnConnections((value) =>
      typeof value.data === "object" && value.data !== null ? value.data : value,
    ),
  },
  "bridge.posted-events-lose-type": {
    breaks: "BRIDGE-2b",
    description: "An event that was posted is delivered on connections without its `type`.",
    steps: changesEventsOnConnections(({ type: _, ...rest }) => rest),
  },
  "bridge.posted-events-by-name": {
    breaks: "BRIDGE-2b",
    description: "An event that was posted is delivered on connections with its name as `type`.",
    steps: changesEventsOnConnections(({ event, data }) => ({ type: event, data })),
  },
  "bridge.posted-events-get-an-id": {
    breaks: "BRIDGE-2b",
    description: "An event that was posted is delivered on connections with an `id` of the server's own.",
    steps: (plain, room) => {
      const events = count();
      return changesEventsOnConnections((value) => ({ ...value, id: String(events()) }))(plain, room);
    },
  },
  "bridge.posted-data-as-text": {
    breaks: "BRIDGE-2b",
    description: "The data of an event that was posted is delivered on connections as a string of JSON.",
    steps: changesEventsOnConnections((value) => ({ ...value, data: JSON.stringify(value.data) })),
  },
  "bridge.posts-wrapped": {
    breaks: "BRIDGE-2b",
    description: 'What was posted is delivered on connections as `{"type":"message","data":…}`.',
    steps: deliversOnConnections((data) => JSON.stringify({ type: "message", data })),
  },
  "bridge.posts-as-sse": {
    breaks: "BRIDGE-2b",
    description: "What was posted is delivered on connections as streams have it: `data: …`.",
    steps: deliversOnConnections((_, text) => `data: ${text}\n\n`),
  },
  "bridge.posts-cut": {
    breaks: "BRIDGE-2b",
    description: "Strings of what was posted are cut to 16 384 characters on connections.",
    steps: deliversOnConnections((value) => JSON.stringify(everyString((text) => text.slice(0, 16_384))(value))),
  },
  "bridge.posts-in-latin1": {
    breaks: "BRIDGE-2b",
    description: "On connections, what was posted is read as Latin-1, so that characters beyond ASCII are mangled.",
    steps: deliversOnConnections((_, text) => Buffer.from(text).toString("latin1")),
  },
  "bridge.posted-numbers-to-strings": {
    breaks: "BRIDGE-2b",
    description: "Numbers of what was posted are strings on connections.",
    steps: deliversOnConnections((value) => JSON.stringify(everyNumber(String)(value))),
  },
} satisfies { readonly [name: string]: Fault };
