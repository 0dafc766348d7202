/** How one round went, and what its figures are worth. */
import type { Answered } from "../generator/protocol.ts";
import type { ServerUse } from "../target/server-use.ts";
import { faultsOf } from "./faults.ts";
import { type Curves, type Figures, figuresOf } from "./figures.ts";
import type { Look } from "./generators.ts";

/** How one round went. All counts are of the whole round, warm-up included. */
export interface Round {
  /** Messages sent since all subscribers were there. */
  sent: number;
  /** First arrivals of messages, at all subscribers together: `sent` × subscribers if nothing was lost. */
  delivered: number;
  /** Deliveries due that never came; or came without their number, or shorter. */
  lost: number;
  /** Arrivals of a message that the subscriber had already. */
  duplicated: number;
  /** Arrivals of a message after one that was sent later. */
  reordered: number;
  /** Connections that the server ended. */
  disconnected: number;
  /** Whether the server fell behind the schedule of an open loop so far that the round was given up. */
  overloaded: boolean;
  /** How often a subscriber came that went again, if any did. */
  guests?: number;
  /** Why connections ended, or what else went wrong. */
  reason?: string;
  /** Why the figures are no better than a bound: the load was not what was asked for. */
  invalid?: string;
  /** CPU that the load generator used until the round was given up, in % of one core; if it was overloaded. */
  generatorCpuPercent?: number;
  /** The same of the server, if its process is known. */
  serverCpuPercent?: number;
  /** What was measured after the warm-up. Only there if every delivery of the round was right. */
  figures?: Figures;
  /** The same over time and percentiles. */
  curves?: Curves;
}

/** Sends that are later than this part of the latency say more of the generator than of the server… */
const MOST_LATENESS = 0.2;
/** …unless they are no later than timers are. In milliseconds. */
const TIMER_LATENESS_MS = 2;

const STALLED =
  "the load generator stood still until it was 0.7 s behind: this machine was measured, rather than the server";
const UNTIMED = "messages came without the time when they were sent";
const NONE_SENT = "no message was sent while it was measured: take a higher rate, or a longer duration";

/** What a round is judged by. */
export interface Ending {
  subscribers: number;
  /** Messages since all subscribers were there. */
  sent: number;
  /** How far each generator is at the very end, and what it has counted. */
  looks: readonly Look[];
  parts: Answered<"collect">[];
  /** Whether the server fell behind the schedule, and CPU until then. */
  overloaded: boolean;
  untilGivenUp: Pick<Round, "generatorCpuPercent" | "serverCpuPercent">;
  /** Whether the generator could not keep to the schedule, for no fault of the server. */
  stalled: boolean;
  /** How long was measured; 0 if that came to nothing. */
  seconds: number;
  /** What the server used meanwhile. */
  server: ServerUse;
}

/** Judges what has come. There are figures only if every delivery was right. */
export function judge(ending: Ending): Round {
  const { subscribers, sent, looks, parts, overloaded, untilGivenUp, stalled, seconds, server } = ending;
  const total = (count: "received" | "duplicated" | "reordered" | "disconnected") =>
    parts.reduce((sum, part) => sum + part[count], 0);
  const delivered = total("received");
  const reason = looks.find((look) => look.reason)?.reason;
  const round: Round = {
    sent,
    delivered,
    lost: sent * subscribers - delivered,
    duplicated: total("duplicated"),
    reordered: total("reordered"),
    disconnected: total("disconnected") + (looks.some((look) => look.publisherLost) ? 1 : 0),
    overloaded,
    ...untilGivenUp,
    ...(stalled && { invalid: STALLED }),
    ...(reason !== undefined && { reason }),
  };
  if (faultsOf(round) !== undefined || overloaded || seconds === 0) return round;
  if (looks.some((look) => look.unanswered > 0)) return { ...round, reason: "not every POST was answered" };
  const { figures, curves } = figuresOf(parts, seconds, server);
  if (figures.latencyMaxMs === 0) {
    return { ...round, reason: parts.some(({ untimed }) => untimed) ? UNTIMED : NONE_SENT };
  }
  const invalid = whyTooLate(figures);
  return { ...round, figures, curves, ...(invalid !== undefined && { invalid }) };
}

function whyTooLate({ latenessP99Ms = 0, latencyP99Ms }: Figures): string | undefined {
  if (latenessP99Ms <= Math.max(TIMER_LATENESS_MS, MOST_LATENESS * latencyP99Ms)) return undefined;
  return (
    `messages were sent up to ${latenessP99Ms.toFixed(1)} ms late (p99), which is more than 20 % of the latency of ` +
    `${latencyP99Ms.toFixed(1)} ms: this machine was measured, rather than the server`
  );
}
