/** The schema of a result, `tidings-result/1`: the one source of all reports, and of what others script against. */
import { type Static, Type } from "typebox";
import { caseStatuses } from "./verdict.ts";

const Level = Type.Enum(["MUST", "SHOULD", "MAY"]);
const Status = Type.Enum([...caseStatuses]);

const TranscriptEntry = Type.Object({
  atMs: Type.Number({ description: "Milliseconds since the case began." }),
  connection: Type.String({ description: "The peer's name in the case." }),
  direction: Type.Enum(["sent", "received"]),
  kind: Type.String({
    description: "tcp, http, text, binary, ping, pong, close or bytes; left where entries are left out.",
  }),
  text: Type.Optional(Type.String()),
  hex: Type.Optional(Type.String()),
});

const Attempt = Type.Object({
  status: Status,
  durationMs: Type.Number(),
  message: Type.Optional(Type.String()),
});

/** What became of one case. */
export const CaseResult = Type.Object({
  id: Type.String(),
  title: Type.String(),
  covers: Type.Array(Type.String(), { description: "The ids of the rules that the case judges." }),
  profile: Type.String(),
  level: Level,
  status: Status,
  durationMs: Type.Number(),
  judged: Type.Optional(Type.String({ description: "The rule that was being judged when the case ended badly." })),
  message: Type.Optional(Type.String()),
  expected: Type.Optional(Type.String()),
  actual: Type.Optional(Type.String()),
  about: Type.Optional(Type.String({ description: "What the lines of the transcript that matter most contain." })),
  transcript: Type.Optional(Type.Array(TranscriptEntry)),
  attempts: Type.Optional(Type.Array(Attempt, { description: "All tries, where there was more than one." })),
});
/** What became of one case. */
export type CaseResult = Static<typeof CaseResult>;

const RuleResult = Type.Object({
  id: Type.String(),
  level: Level,
  profile: Type.String(),
  status: Type.Enum([...caseStatuses, "untested"], { description: "The worst status of its cases." }),
  cases: Type.Array(Type.String()),
});

/** A run of the kit: the JSON report. */
export const Result = Type.Object(
  {
    format: Type.Literal("tidings-result/1"),
    kit: Type.String({ description: "The version of the kit." }),
    spec: Type.String({ description: "The version of the specification." }),
    subject: Type.Object({
      role: Type.Enum(["server", "client"]),
      name: Type.String(),
      version: Type.Optional(Type.String()),
      urls: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    environment: Type.Object({
      node: Type.String(),
      platform: Type.String(),
      cpus: Type.Number(),
      worstLagMs: Type.Number({ description: "The worst lag that the kit's own event loop had." }),
      timeScale: Type.Number(),
    }),
    startedAt: Type.String({ description: "ISO 8601, UTC." }),
    durationMs: Type.Number(),
    verdict: Type.Enum(["conforms", "fails", "incomplete"]),
    message: Type.Optional(
      Type.String({ description: "Why the run is incomplete, or what else there is to say of it." }),
    ),
    counts: Type.Record(Type.String(), Type.Number(), { description: "How many cases have each status." }),
    cases: Type.Array(CaseResult),
    rules: Type.Array(RuleResult),
  },
  { $id: "tidings-result/1", description: "What a run of the Tidings conformance kit found." },
);
/** A run of the kit: the JSON report. */
export type Result = Static<typeof Result>;
