/** What cases expect of requests for streams that go on where others stopped. */
import type { DrivenClient } from "./driven-client.ts";
import { Finding } from "./finding.ts";
import { inShort } from "./json-difference.ts";
import type { Message } from "./marks.ts";
import type { Attempt } from "./wire/attempt.ts";

/** Checks that the client makes a request, where it may have shown errors instead. */
export function asksAgain({ server, reports }: DrivenClient): void {
  if (server.untaken > 0) return;
  const last = reports.filter(({ event }) => event === "error").at(-1);
  throw new Finding("the client makes no request any more, but shows one error after the other", {
    expected: "a request",
    actual: inShort(last?.data),
  });
}

/** Checks that a request asks for another address: that of a redirect. */
export function asksFor({ head, name }: Attempt, target: string): void {
  if (head.target === target) return;
  throw new Finding(`request ${name} is not for the address that it was redirected to`, {
    expected: target,
    actual: head.target,
  });
}

/**
 * @returns the last event id that a request tells, as it may be read: the bytes of a header are UTF-8, but platforms
 * differ. The header wins over the query.
 */
function toldIds({ head }: Attempt): readonly string[] {
  const header = head.headers.get("last-event-id");
  if (header !== undefined) return [Buffer.from(header, "latin1").toString("utf8"), header];
  return [new URL(head.target, "http://127.0.0.1").searchParams.get("lastEventId") ?? ""];
}

/**
 * Checks that a request tells this last event id. An empty one is told by none.
 *
 * @param since - says why it is this one, in words that follow "it is".
 */
export function tellsLastId(attempt: Attempt, id: string, since: string): void {
  const told = toldIds(attempt);
  if (told.includes(id)) return;
  const which = told[0] === "" ? "no" : id === "" ? "a" : "another";
  throw new Finding(`request ${attempt.name} tells ${which} last event id`, {
    expected: id === "" ? `none: it is ${since}` : `${JSON.stringify(id)}: it is ${since}`,
    actual: told[0] === "" ? "none" : JSON.stringify(told[0]),
  });
}

/**
 * Checks that a request tells the id of one of the events.
 *
 * @returns the events behind that one, which a server sends then.
 */
export function eventsBehind(attempt: Attempt, ids: readonly string[], events: readonly Message[]): readonly Message[] {
  const [told = ""] = toldIds(attempt);
  const index = ids.indexOf(told);
  if (index >= 0) return events.slice(index + 1);
  throw new Finding(`request ${attempt.name} does not tell the id of an event that was sent`, {
    expected: `one of ${ids.join(", ")}`,
    actual: told === "" ? "none" : JSON.stringify(told),
  });
}
