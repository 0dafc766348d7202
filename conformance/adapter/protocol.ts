/** `tidings-adapter/1`: what the kit and the program that drives a client under test say to each other, one JSON object a line. */
import { type Static, Type } from "typebox";

/** The transports that a client may speak. */
export const transports = ["ws", "sse"] as const;

/** A transport that a client may speak. */
export type Transport = (typeof transports)[number];

/** The options of `open` that an adapter may offer. Times are in milliseconds. */
export const openOptionNames = [
  "heartbeatIntervalMs",
  "pongTimeoutMs",
  "baseDelayMs",
  "maxDelayMs",
  "maxAttempts",
  "stableAfterMs",
  "connectTimeoutMs",
  "queueMaxMessages",
  "queueMaxBytes",
  "queueOverflow",
  "events",
] as const;

/** The name of an option that an adapter may offer. */
export type OpenOptionName = (typeof openOptionNames)[number];

/** Options of a client. What is absent is left to the client's own default. */
export const OpenOptions = Type.Object(
  {
    heartbeatIntervalMs: Type.Optional(Type.Number({ description: "How often it sends a ping." })),
    pongTimeoutMs: Type.Optional(Type.Number({ description: "How long after a ping nothing may come." })),
    baseDelayMs: Type.Optional(Type.Number({ description: "The first delay, before any jitter." })),
    maxDelayMs: Type.Optional(Type.Number({ description: "The longest delay." })),
    maxAttempts: Type.Optional(
      Type.Number({ description: "The attempts in a row that may fail after the first one, or after a loss." }),
    ),
    stableAfterMs: Type.Optional(
      Type.Number({ description: "How long a connection is open before attempts are counted anew." }),
    ),
    connectTimeoutMs: Type.Optional(Type.Number({ description: "How long an attempt may take." })),
    queueMaxMessages: Type.Optional(Type.Number()),
    queueMaxBytes: Type.Optional(Type.Number()),
    queueOverflow: Type.Optional(Type.Enum(["reject", "drop-oldest", "drop-newest"])),
    events: Type.Optional(
      Type.Array(Type.String(), {
        description: "The names of events that it is to show, for clients that have to be told.",
      }),
    ),
  },
  { additionalProperties: false },
);
/** Options of a client. */
export type OpenOptions = Static<typeof OpenOptions>;

/** Options of one message. */
export interface SendOptions {
  /** How long it may wait in the queue, in milliseconds. */
  ttlMs?: number;
  /** It is not to be queued. */
  volatile?: boolean;
}

/** What the kit asks an adapter to do; the kit adds the `id` that the answer has to have. */
export type Command =
  | { cmd: "hello" }
  | { cmd: "open"; client: string; transport: Transport; url: string; options: OpenOptions }
  | { cmd: "open"; client: string; transport: Transport; urls: readonly string[]; options: OpenOptions }
  | { cmd: "send"; client: string; data: unknown; options?: SendOptions; sendId?: string }
  | { cmd: "connect"; client: string }
  | { cmd: "close"; client: string }
  | { cmd: "environment"; online?: boolean; visible?: boolean }
  | { cmd: "bye" };

/** The answer to `hello`. */
export const Hello = Type.Object({
  id: Type.Number(),
  ok: Type.Literal(true),
  name: Type.String({ minLength: 1, description: "The client, or the library, that the adapter drives." }),
  version: Type.Optional(Type.String({ description: "Its version." })),
  language: Type.Optional(Type.String({ description: "Where it runs: a language, or a browser." })),
  transports: Type.Array(Type.Enum([...transports]), { minItems: 1 }),
  profiles: Type.Optional(Type.Array(Type.String(), { description: "The profiles that it claims." })),
  options: Type.Optional(
    Type.Array(Type.String(), { description: "The options of `open` that it can set. Others are never sent." }),
  ),
  platform: Type.Optional(
    Type.Enum(["browser"], { description: "What keeps from a client what others see: the answer to its handshake." }),
  ),
});
/** The answer to `hello`. */
export type Hello = Static<typeof Hello>;

/** The answer to any command. */
export const Answer = Type.Object({
  id: Type.Number(),
  ok: Type.Boolean({ description: "It was carried out: `open` is answered before the connection is up." }),
  error: Type.Optional(
    Type.String({
      description: "What went wrong; `unsupported` for a command or an option that it has no way to carry out.",
    }),
  ),
  status: Type.Optional(
    Type.Enum(["sent", "queued", "rejected"], { description: "Of `send`, where the client says it." }),
  ),
});
/** The answer to any command. */
export type Answer = Static<typeof Answer>;

/** What an adapter may report of a client. */
export const eventNames = [
  "open",
  "message",
  "error",
  "close",
  "state",
  "waiting",
  "giveup",
  "overflow",
  "settled",
  "end",
] as const;

/**
 * What an adapter reports of a client, unasked, at once.
 * - `open`: a connection or a stream is open. `close`: one that was open is over.
 * - `message`: with `data`, and for a named event its `name`; `lastEventId` where the client shows it.
 * - `error`: `data` says what, in words.
 * - `state`: `data` is the state. `waiting`: a delay begins; `data` is `{attempt, delayMs, reason?}`.
 * - `giveup`: it makes no more attempts. `end`: the server said that a stream is over for good.
 * - `overflow`: a message was not kept; `sendId` says which.
 * - `settled`: of a message that was queued; `sendId` says which, `status` what became of it.
 */
export const Report = Type.Object({
  seq: Type.Number({ description: "Counts the reports of the process, from 1, without a gap." }),
  client: Type.String(),
  event: Type.Enum([...eventNames]),
  name: Type.Optional(Type.String()),
  data: Type.Optional(Type.Unknown()),
  lastEventId: Type.Optional(Type.String()),
  sendId: Type.Optional(Type.String()),
  status: Type.Optional(Type.Enum(["sent", "rejected", "expired", "dropped"])),
});
/** What an adapter reports of a client. */
export type Report = Static<typeof Report>;
