/**
 * The three kinds of message, as schemas: ping and pong, event, broadcast.
 * A schema and its type share one name; `$id` is the name of the kind and of its heading in chapter 2.
 */
import { type Static, Type } from "typebox";
import { RESERVED_EVENT_NAMES, RESERVED_TYPE_PREFIX } from "./reserved.ts";

/** A ping: the client asks whether the connection carries anything. Further members are allowed and ignored. */
export const Ping = Type.Object(
  { type: Type.Literal("ping") },
  { $id: "ping", description: "Asks whether the connection carries anything. Further members mean nothing." },
);
/** A ping: the client asks whether the connection carries anything. Further members are allowed and ignored. */
export type Ping = Static<typeof Ping>;

/** A pong: the server's answer to a ping, on the connection that asked. Further members are allowed and ignored. */
export const Pong = Type.Object(
  { type: Type.Literal("pong") },
  { $id: "pong", description: "Answers a ping, on the connection that asked. Further members mean nothing." },
);
/** A pong: the server's answer to a ping, on the connection that asked. Further members are allowed and ignored. */
export type Pong = Static<typeof Pong>;

/**
 * The name of an event: 1 to 128 code points, no control character, and not a name that clients use for their own
 * notices (`message`, `open`, `error`, `close`, `state`).
 */
export const EventName = Type.Unsafe<string>({
  type: "string",
  pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]{1,128}$",
  not: { enum: [...RESERVED_EVENT_NAMES] },
});

/** A named event. `data` is any JSON value; `id`, if present, is a string of the publisher's own. */
export const Event = Type.Object(
  {
    type: Type.Literal("event"),
    event: EventName,
    data: Type.Unknown(),
    id: Type.Optional(Type.String()),
  },
  { $id: "event", description: "A message with a name. An object that misses this is a broadcast." },
);
/** A named event. `data` is any JSON value; `id`, if present, is a string of the publisher's own. */
export type Event = Static<typeof Event>;

/** A broadcast: every JSON object that is neither a ping, nor an event, nor of a reserved type. */
export const Broadcast = Type.Unsafe<Record<string, unknown>>({
  $id: "broadcast",
  description: "Every JSON object that is neither a ping, nor an event, nor of a reserved type.",
  type: "object",
  not: {
    anyOf: [
      {
        type: "object",
        required: ["type"],
        properties: {
          type: {
            anyOf: [{ enum: ["ping", "pong"] }, { type: "string", pattern: `^${RESERVED_TYPE_PREFIX}` }],
          },
        },
      },
      {
        type: "object",
        required: ["type", "event", "data"],
        properties: { type: { const: "event" }, event: EventName, id: { type: "string" } },
      },
    ],
  },
});
/** A broadcast: every JSON object that is neither a ping, nor an event, nor of a reserved type. */
export type Broadcast = Static<typeof Broadcast>;

/** All kinds of message by name, in the order of chapter 2. */
export const messages = { ping: Ping, pong: Pong, event: Event, broadcast: Broadcast } as const;
