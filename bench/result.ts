/** `tidings-bench/1`: what a benchmark found, as it is written to a file and read again. */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";

/** The kinds of load. */
export const loadNames = [
  "fanout",
  "publish",
  "connect-storm",
  "reconnect-storm",
  "idle",
  "slow-consumers",
  "churn",
] as const;

/** A kind of load. */
export type LoadName = (typeof loadNames)[number];

const Count = Type.Integer({ minimum: 0 });

const SpreadSchema = Type.Object(
  { median: Type.Number(), min: Type.Number(), max: Type.Number() },
  { description: "A figure over some rounds." },
);

const RoundSchema = Type.Object(
  {
    sent: Count,
    delivered: Count,
    lost: Type.Integer(),
    duplicated: Count,
    reordered: Count,
    disconnected: Count,
    overloaded: Type.Boolean(),
    guests: Type.Optional(Count),
    reason: Type.Optional(Type.String()),
    invalid: Type.Optional(Type.String()),
    generatorCpuPercent: Type.Optional(Type.Number()),
    serverCpuPercent: Type.Optional(Type.Number()),
    figures: Type.Optional(Type.Record(Type.String(), Type.Number())),
    curves: Type.Optional(
      Type.Object({
        latency: Type.Array(Type.Tuple([Type.Number(), Type.Number()])),
        throughput: Type.Array(Type.Number()),
      }),
    ),
  },
  { description: "How one round went. Its figures are there only if every delivery was right." },
);

/** One load in several rounds, and what they come to. */
export const MeasurementSchema = Type.Object({
  label: Type.Optional(
    Type.String({ description: "What is different from the other measurements, beside the pacing." }),
  ),
  pacing: Type.Union([Type.Object({ window: Count }), Type.Object({ rate: Type.Number() })], {
    description: "Closed loop with a window in messages, or open loop with a rate in messages a second.",
  }),
  rounds: Type.Array(RoundSchema),
  exact: Type.Boolean({
    description: "Whether every delivery of every round was right. If not, there are no figures.",
  }),
  figures: Type.Optional(
    Type.Record(Type.String(), SpreadSchema, { description: "Of all rounds but those that are invalid." }),
  ),
  ceiling: Type.Optional(
    Type.Object(
      { deliveriesPerSecond: Type.Number(), messagesPerRead: Type.Number() },
      { description: "What the load generator could count at most." },
    ),
  ),
  generatorBound: Type.Boolean({
    description: "Whether the generator was the bottleneck, as far as is known: the server can do more.",
  }),
});

/** The highest rate that meets an objective. */
export const CapacitySchema = Type.Object({
  percentile: Type.Number(),
  withinMs: Type.Number(),
  messagesPerSecond: Type.Number({ description: "0 if even the lowest rate that was tried was too much." }),
  deliveriesPerSecond: Type.Number(),
  latencyMs: Type.Optional(SpreadSchema),
  steps: Type.Array(
    Type.Object({
      rate: Type.Number(),
      met: Type.Boolean(),
      latencyMs: Type.Optional(Type.Number()),
      generatorCpuPercent: Type.Optional(Type.Number()),
      serverCpuPercent: Type.Optional(Type.Number()),
      faults: Type.Optional(Type.String({ description: "Deliveries that were wrong, in words." })),
      why: Type.String(),
    }),
  ),
});

/** What a benchmark found. */
export const ResultSchema = Type.Object({
  format: Type.Literal("tidings-bench/1"),
  name: Type.String({ description: "Of the server." }),
  load: Type.Enum([...loadNames]),
  plan: Type.Object({
    transport: Type.Enum(["ws", "sse"]),
    publishedBy: Type.Enum(["ws", "post"]),
    deflate: Type.Boolean(),
    subscribers: Count,
    messageBytes: Count,
    durationMs: Type.Number(),
    rounds: Count,
    generators: Count,
  }),
  environment: Type.Object({
    tidings: Type.String(),
    node: Type.String(),
    platform: Type.String(),
    kernel: Type.String(),
    cpu: Type.String(),
    cores: Count,
    loadAverage: Type.Number(),
    congestionControl: Type.Optional(Type.String()),
  }),
  exact: Type.Boolean({ description: "Whether every delivery was right, and nothing failed." }),
  measurements: Type.Array(MeasurementSchema),
  capacity: Type.Optional(CapacitySchema),
  figures: Type.Optional(
    Type.Record(Type.String(), SpreadSchema, { description: "Of loads other than fan-out, and of plain requests." }),
  ),
  failures: Type.Array(Type.String({ description: "What went wrong, in words." })),
  notes: Type.Optional(Type.Array(Type.String({ description: "What to know of the figures, or why one is missing." }))),
});

/** One load in several rounds, and what they come to. */
export type Measurement = Static<typeof MeasurementSchema>;
/** The highest rate that meets an objective. */
export type Capacity = Static<typeof CapacitySchema>;
/** What a benchmark found. */
export type BenchmarkResult = Static<typeof ResultSchema>;

const check = Compile(ResultSchema);

/**
 * Reads a result that was written as JSON.
 *
 * @throws TypeError that says what is wrong with it
 */
export function parseResult(text: string): BenchmarkResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`it is no JSON: ${(error as Error).message}`);
  }
  if (check.Check(value)) return value;
  const [error] = check.Errors(value);
  throw new TypeError(`it is no result of "tidings bench": ${error?.instancePath || "it"} ${error?.message}`);
}
