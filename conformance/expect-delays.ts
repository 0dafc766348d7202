/** What cases expect of the delays of many clients, and of their attempts. Statistics leave room for every legal range. */
import type { DrivenClient } from "./driven-client.ts";
import { notLater, notSooner } from "./expect-client.ts";
import { Finding } from "./finding.ts";
import type { SeenReport } from "./watched-client.ts";
import type { Attempt } from "./wire/attempt.ts";

/** How long two things of one client may seem to stand side by side, since their ends are seen on two sockets. */
const SEEN_LATE_MS = 250;
/** The least spread of 40 delays: of a range from 0.7 to 1 they have less with a probability of 3e-7. */
const LEAST_SPREAD = 0.19;
/** So many ratios at either end do not count: clients that were held up must not make their delays look chosen anew. */
const HELD_UP = 3;
/**
 * The least spread of the other ratios of 40 clients' second delays to their first: of ranges from 0.7 to 1, the second
 * twice the first, they are closer together than this with a probability below 1e-6.
 */
const LEAST_SPREAD_OF_RATIOS = 0.3;
/** By this factor the longest of 64 full-jitter delays differs from that of 64 others of the same range, at most (8e-6). */
const SAME_RANGE = 1.2;
/** What of a doubling has to be seen, by its delays at their longest: of 24 of full jitter they show less in 5e-6 of all runs. */
const SEEN_OF_DOUBLING = 0.6;
/** @returns the first delays of all clients, their second ones, and so on. */
export function roundsOf(delays: readonly (readonly number[])[]): number[][] {
  return (delays[0] ?? []).map((_, round) => delays.map((own) => own[round] ?? 0));
}

/**
 * Checks that the delays of 40 clients after the same end are spread, as they are from a range of 0.7 to 1 or a wider one.
 *
 * @param upperEndMs - that of the range, where it is known: what is longer is late, and says nothing of the range.
 */
export function spread(delays: readonly number[], what: string, upperEndMs = Number.POSITIVE_INFINITY): void {
  const [least, most] = [Math.min(...delays), Math.max(...delays)];
  const missingMs = LEAST_SPREAD * Math.min(most, upperEndMs) - (most - least);
  if (missingMs <= 0) return;
  throw new Finding(`${what} of ${delays.length} clients are almost the same`, {
    expected: `delays from a range whose lower end is 0.7 of its upper end at most`,
    actual: `all between ${Math.round(least)} and ${Math.round(most)} ms`,
    // A machine that stood still lets all that was due meanwhile happen at once.
    lateByMs: missingMs,
  });
}

/** Checks that each delay of a client is chosen anew: that it does not follow from the one before. */
export function eachAnew(earlier: readonly number[], later: readonly number[]): void {
  const ratios = later.map((delay, index) => delay / (earlier[index] ?? 0)).sort((a, b) => a - b);
  const [least = 0, most = 0] = [ratios[HELD_UP], ratios.at(-1 - HELD_UP)];
  if (most - least >= LEAST_SPREAD_OF_RATIOS) return;
  throw new Finding(`each of ${ratios.length} clients has chosen at random once, for all of its delays`, {
    expected: "a delay that does not follow from the one before",
    actual: `the one after it is ${least.toFixed(2)} to ${most.toFixed(2)} times as long, but for ${HELD_UP} at either end`,
  });
}

/**
 * Checks that the upper ends of the ranges are doubled with each attempt in a row that fails, as far as is seen.
 *
 * @param rounds - the delays of all clients after attempts that failed, one list for each attempt.
 * @param maxDelayMs - where it is known: the longest delay. Otherwise it is reached where delays do not grow any more.
 */
export function doubled(rounds: readonly (readonly number[])[], maxDelayMs?: number): void {
  const longest = rounds.map((delays) => Math.max(...delays));
  const grows = longest.map((ms, index) => (longest[index + 1] ?? 0) > SAME_RANGE * ms);
  const last = maxDelayMs === undefined ? grows.lastIndexOf(true) : longest.length - 1;
  // A machine that stood still for a moment makes the delays of a round look long, and the short ones long beyond measure:
  // it is enough that they double from the second round on.
  const fromFirst = notDoubled(rounds, longest, 0, last);
  const fromSecond = last < 3 ? fromFirst : notDoubled(rounds, longest, 1, last);
  if (fromFirst && fromSecond) throw fromFirst;
}

function notDoubled(
  rounds: readonly (readonly number[])[],
  longest: readonly number[],
  first: number,
  last: number,
): Finding | undefined {
  // A client or two that were held up must not make the delays of a round look long.
  const firstMs = rounds[first]?.toSorted((a, b) => b - a)[2] ?? 0;
  const lastMs = longest[last] ?? 0;
  const factor = SEEN_OF_DOUBLING * 2 ** (last - first);
  if (last <= first || lastMs >= factor * firstMs) return undefined;
  return new Finding("the client did not double its delays with each attempt that failed", {
    expected: `${2 ** (last - first)} times as long after ${last - first} more; ${factor.toFixed(1)} times at least, as ${rounds[0]?.length} clients show it`,
    actual: `${(lastMs / firstMs).toFixed(1)} times: at their longest the delays were ${longest.map(Math.round).join(", ")} ms`,
    // What it takes to connect tells most in the shortest delays.
    lateByMs: firstMs - lastMs / factor,
  });
}

/**
 * Checks that delays have not begun anew after a connection that was open briefly. 24 clients of full jitter show less than
 * half of a range with a probability of 6e-8.
 *
 * @param delays - those of 24 clients after such a connection.
 * @param grown - those of 24 clients without such a connection, after as many attempts or fewer.
 */
export function notAnew(delays: readonly number[], grown: readonly number[]): void {
  const longestMs = Math.max(...delays);
  const grownMs = grown.reduce((sum, delay) => sum + delay, 0) / grown.length;
  if (longestMs >= grownMs / 2) return;
  throw new Finding("the client began with its first delay again after a connection that was open briefly", {
    expected: `delays that go on growing: by then they are ${Math.round(grownMs)} ms in the mean when attempts fail`,
    actual: `${Math.round(longestMs)} ms at most`,
    lateByMs: grownMs - 2 * longestMs,
  });
}

/** Checks that a client has made so many attempts, or fewer. */
export function attemptsAtMost({ server: { attempts } }: DrivenClient, most: number, why: string): void {
  if (attempts.length <= most) return;
  throw new Finding(`the client went on after ${why}`, {
    expected: `${most} attempts at most`,
    actual: `${attempts.length} attempts came`,
  });
}

/** Checks that at no time two attempts, or what they became, stood side by side. */
export function oneAtATime({ name, server: { attempts } }: DrivenClient): void {
  const now = performance.now();
  for (const [index, later] of attempts.entries()) {
    const beside = attempts
      .slice(0, index)
      .find((one) => Math.min(one.overAt ?? now, later.overAt ?? now) - later.at > SEEN_LATE_MS);
    if (beside === undefined) continue;
    throw new Finding("the client had two attempts under way, or connections open, at the same time", {
      expected: "one at any time",
      actual: `${name}#${later.number} came while ${name}#${beside.number} was there`,
    });
  }
}

/** Checks what a client shows of a delay against the attempt after it. */
export function delayShown(report: SeenReport | undefined, attempt: Attempt, number: number, grantedMs: number): void {
  const { attempt: shownNumber, delayMs } = (report?.data ?? {}) as { attempt?: unknown; delayMs?: unknown };
  if (report === undefined || typeof delayMs !== "number" || typeof shownNumber !== "number") {
    throw new Finding("the client did not show how long a delay is, and the number of the attempt after it", {
      expected: "{ attempt, delayMs }, both of them numbers",
      actual: JSON.stringify(report?.data) ?? "no data",
    });
  }
  if (shownNumber !== number) {
    throw new Finding("the client showed another number for an attempt", {
      expected: `${number}: one more for each attempt in a row`,
      actual: String(shownNumber),
    });
  }
  const tookMs = attempt.delayMs ?? 0;
  notLater(report.at - (attempt.at - tookMs), grantedMs, "the report that a delay began");
  notSooner(tookMs, delayMs, `the attempt after a delay of which ${Math.round(delayMs)} ms were shown`);
  notLater(tookMs, delayMs + grantedMs, `the attempt after a delay of which ${Math.round(delayMs)} ms were shown`);
}

/** Checks that each attempt went to an address further down in the list that the client was given, the first one to any. */
export function eachAddressAnew(attempts: readonly Attempt[], paths: readonly string[]): void {
  let before = -1;
  for (const { number, head } of attempts) {
    const index = paths.indexOf(head.target);
    if (index <= before) {
      throw new Finding(`attempt ${number} did not go to the next address`, {
        expected: paths.slice(before + 1).join(" or "),
        actual: head.target,
      });
    }
    before = index;
  }
}

/** Checks that the attempt after a client's first one, if there was one, came no sooner than it was asked for. */
export function notBackBefore({ server: { attempts } }: DrivenClient, boundMs: number, after: string): void {
  notSooner(attempts[1]?.delayMs ?? boundMs, boundMs, `the attempt after ${after}`);
}
