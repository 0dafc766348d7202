/** How an attempt or a connection ended, and what a client does then (chapter 9). */

/**
 * What a client does after an end:
 * - `again`: it makes another attempt, after a delay that grows;
 * - `soon`: the same within two seconds;
 * - `refresh`: the same, once: what it connects with is not good any more;
 * - `stop`: nothing; something is wrong that another attempt does not mend;
 * - `over`: nothing; all has been said.
 */
export type Sequel = "again" | "soon" | "refresh" | "stop" | "over";

/** An end, and what follows from it. */
export interface Ending {
  /** What a client does now. */
  sequel: Sequel;
  /** For people to read: why it ended. */
  reason: string;
  /** The close code; 1006 where a connection was lost without one, absent where there are no close codes. */
  code?: number;
  /** The status of the HTTP answer, where that was the end and the platform shows it. */
  status?: number;
  /** How many milliseconds have to pass before the next attempt, as the server asks. */
  floorMs?: number;
}

const HOUR_MS = 3_600_000;
/** What a code of 1008 asks for (RECON-7d). */
const POLICY_FLOOR_MS = 30_000;

/** Codes that are registered for what has a code of its own here. */
const aliases: Readonly<Record<number, number>> = { 3000: 4301, 3003: 4403, 3008: 4408 };

/**
 * What follows from a Close frame, by the table of chapter 9. Codes that nobody knows have a client connect again.
 *
 * @param code - 1005 for a frame without one, 1006 for no frame at all
 * @param text - the reason of the frame, which may hold a hint
 */
export function endingOfClose(code: number, text: string): Ending {
  const hintMs = retryHint(text);
  const floorMs = code === 1008 ? Math.max(POLICY_FLOOR_MS, hintMs) : hintMs;
  const reason = text === "" ? `the connection was closed with code ${code}` : `closed with code ${code}: ${text}`;
  return { sequel: sequelOf(aliases[code] ?? code), code, reason, floorMs };
}

function sequelOf(code: number): Sequel {
  if (code === 1000) return "over";
  if ([1002, 1003, 1007, 1010].includes(code)) return "stop";
  const range = Math.floor(code / 100);
  if (range === 41) return "soon";
  if (range === 43) return "refresh";
  return range === 44 ? "stop" : "again";
}

/** The hint `retry=` in a reason, alone or between semicolons (RECON-8a). @returns milliseconds, an hour at most */
function retryHint(reason: string): number {
  const hint = /(?:^|;)\s*retry=(\d+)\s*(?:;|$)/.exec(reason)?.[1];
  return believable(Number(hint ?? 0));
}

/**
 * The hint of a header `Retry-After` (RECON-8b): seconds, or a date.
 *
 * @param now - milliseconds since 1970
 * @returns milliseconds, an hour at most; 0 where there is no hint
 */
export function retryAfter(header: string | null | undefined, now: number): number {
  if (!header) return 0;
  return believable(/^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now);
}

/** An hour is the most that a client has to believe: a typing error must not keep it out for a year. */
export function believable(ms: number): number {
  return ms > 0 ? Math.min(ms, HOUR_MS) : 0;
}

/**
 * What follows from an answer that is no stream (SSE-C1 to SSE-C4). What another attempt may mend is tried again: a portal
 * that answers everything with a page goes away, too.
 */
export function endingOfAnswer(answer: {
  status: number;
  mediaType: string;
  retryAfter: string | null;
  now: number;
}): Ending {
  const { status, mediaType, now } = answer;
  if (status === 204) return { sequel: "over", status, reason: "the server has no more to say" };
  const floorMs = status === 429 || status === 503 ? retryAfter(answer.retryAfter, now) : 0;
  const isRefusal = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  const reason = status === 200 ? `answered with ${mediaType || "no media type"}` : `answered with status ${status}`;
  return { sequel: isRefusal ? "stop" : "again", status, reason, floorMs };
}
