/** What the benchmark and the processes that generate its load say to each other. */
import { type Static, type TSchema, Type } from "typebox";
import { Compile, type Validator } from "typebox/compile";

const Texts = Type.Array(Type.String());
const Answers = Type.Record(Type.String(), Type.String());

/** How a subscriber connects: the `subscribe` of a dialect. */
export const SubscribeUse = Type.Object({
  transport: Type.Enum(["ws", "sse"]),
  url: Type.String(),
  greet: Type.Optional(Texts),
  greeted: Type.Optional(Type.String()),
  answer: Type.Optional(Answers),
  deflate: Type.Optional(Type.Boolean()),
});

/** How the publisher connects: the `publish` of a dialect. */
export const PublishUse = Type.Object({
  via: Type.Enum(["ws", "post"]),
  url: Type.String(),
  template: Type.Optional(Type.String()),
  contentType: Type.Optional(Type.String()),
  greet: Type.Optional(Texts),
  greeted: Type.Optional(Type.String()),
  answer: Type.Optional(Answers),
});

const Count = Type.Integer({ minimum: 0 });
const Instant = Type.Number();

/** All that a generator can be asked to do, by name: what has to be said with it, and what it answers. */
export const commands = {
  /** Before all else: what the messages look like, how many are on their way at most, and how far ahead of a missing one. */
  prepare: {
    asks: Type.Object({
      run: Type.String(),
      messageBytes: Count,
      mostInFlight: Count,
      mostAhead: Type.Optional(Count),
    }),
    answers: Type.Object({}),
  },
  /** Opens subscribers, so many at once. Tells how long that took, and how much of a core it took here. */
  subscribe: {
    asks: Type.Object({ use: SubscribeUse, count: Count, atOnce: Type.Integer({ minimum: 1 }) }),
    answers: Type.Object({ seconds: Type.Number(), cpuPercent: Type.Number() }),
  },
  /** Opens the publisher; one that was open before is closed. */
  openPublisher: { asks: Type.Object({ use: PublishUse }), answers: Type.Object({}) },
  /** Publishes one message, whatever the pace; if others have published meanwhile, with this number. Tells the next. */
  publish: { asks: Type.Object({ sequence: Type.Optional(Count) }), answers: Type.Object({ next: Count }) },
  /** From the message with this number on all are due at every subscriber. */
  count: { asks: Type.Object({ first: Count }), answers: Type.Object({}) },
  /** Publishes from now on: with a window, or at a rate. */
  pace: {
    asks: Type.Union([Type.Object({ window: Count }), Type.Object({ rate: Type.Number() })]),
    answers: Type.Object({}),
  },
  /** Stops publishing. Tells the number that the next message would have had. */
  rest: { asks: Type.Object({}), answers: Type.Object({ next: Count }) },
  /** Measures between two instants of the shared clock. Tells when it learned of that. */
  measure: { asks: Type.Object({ from: Instant, to: Instant }), answers: Type.Object({ at: Instant }) },
  /** How far it is. */
  look: {
    asks: Type.Object({}),
    answers: Type.Object({
      /** Subscribers that have had any message. */
      ready: Count,
      delivered: Count,
      /** All subscribers have all messages below this number. */
      complete: Count,
      /** All subscribers have come at least to before this number. */
      reached: Count,
      /** Subscribers whose connection is gone. */
      disconnected: Count,
      /** Why the first of them is, or why nothing can be published. */
      reason: Type.Optional(Type.String()),
      /** Whether nothing can be published any more. */
      publisherLost: Type.Boolean(),
      /** Whether deliveries fell behind the schedule, or the publisher itself did. */
      overloaded: Type.Boolean(),
      stalled: Type.Boolean(),
      /** CPU that it has used since the count began, in % of one core. */
      cpuPercent: Type.Number(),
      /** POSTs that are not answered yet. */
      unanswered: Count,
    }),
  },
  /** What the generators that do not publish have in common: all their subscribers have all below this number. */
  others: { asks: Type.Object({ complete: Count, at: Instant }), answers: Type.Object({}) },
  /** Opens some beside the subscribers: slow ones, which never read, and guests, which come and go until `guestsLeave`. */
  beside: { asks: Type.Object({ use: SubscribeUse, slow: Count, guests: Count }), answers: Type.Object({}) },
  /** No guest comes any more. Tells how often one came, and what one was done that should not be. */
  guestsLeave: { asks: Type.Object({}), answers: Type.Object({ came: Count, reason: Type.Optional(Type.String()) }) },
  /** Cuts all subscribers at once, without a word, and forgets them. */
  cut: { asks: Type.Object({}), answers: Type.Object({}) },
  /** All that was counted. */
  collect: {
    asks: Type.Object({}),
    answers: Type.Object({
      received: Count,
      duplicated: Count,
      reordered: Count,
      disconnected: Count,
      deliveries: Count,
      messages: Count,
      reads: Count,
      bytes: Count,
      buckets: Type.Array(Count),
      cpuPercent: Type.Number(),
      /** Whether a message came without the time when it was sent. */
      untimed: Type.Boolean(),
      /** Histograms, as hdr-histogram-js writes them. */
      latency: Type.String(),
      completion: Type.String(),
      lateness: Type.Optional(Type.String()),
    }),
  },
  /** Compares with what was due: all below a number, but for some. Tells how many deliveries did not come, in all. */
  compare: {
    asks: Type.Object({ upTo: Count, excused: Type.Array(Count) }),
    answers: Type.Object({ missing: Count }),
  },
  /** Ends all connections. */
  close: { asks: Type.Object({}), answers: Type.Object({}) },
} as const;

/** The name of a command. */
export type CommandName = keyof typeof commands;
/** What has to be said with a command. */
export type Asked<Name extends CommandName> = Static<(typeof commands)[Name]["asks"]>;
/** What a command answers. */
export type Answered<Name extends CommandName> = Static<(typeof commands)[Name]["answers"]>;

/** What a generator says. */
export const FromGenerator = Type.Union([
  Type.Object({ kind: Type.Literal("answer"), id: Count, answer: Type.Unknown() }),
  Type.Object({ kind: Type.Literal("failure"), id: Count, reason: Type.String() }),
  Type.Object({ kind: Type.Literal("progress"), complete: Count, at: Instant }),
]);
/** What a generator is told. */
export const ToGenerator = Type.Object({ id: Count, command: Type.String(), asked: Type.Unknown() });

const checks = new Map<object, Validator>();

/**
 * The value, if it is as the schema says.
 *
 * @throws TypeError if it is not: the two sides are not of one version, or one of them has a fault
 */
export function checked<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  const check = checks.get(schema) ?? Compile(schema as TSchema);
  checks.set(schema, check);
  if (check.Check(value)) return value as Static<Schema>;
  const [error] = check.Errors(value);
  throw new TypeError(`the generator's protocol is broken: ${error?.instancePath ?? ""} ${error?.message ?? ""}`);
}
