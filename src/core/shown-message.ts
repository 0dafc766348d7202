/** Which message a client shows of what comes. */
import { classifyValue, parseJson } from "./message.ts";
import type { Message } from "./notice.ts";
import type { StreamEvent } from "./transport.ts";

/**
 * What a text message shows: an event under its name, a broadcast as it is, and so what is JSON but no object. Pongs, pings
 * and reserved types belong to the protocol (CORE-C3).
 *
 * @returns nothing where there is nothing to show, `invalid` for what is not JSON
 */
export function messageOfText(text: string): Message | "invalid" | undefined {
  const data = parseJson(text);
  if (data === undefined) return "invalid";
  const incoming = classifyValue(data);
  if (incoming.kind === "ping" || incoming.kind === "reserved") return undefined;
  if (incoming.kind === "event") return { event: incoming.message.event, data: incoming.message.data };
  return { event: undefined, data };
}

/** What an event of a stream shows: its data, under its name where it has one (CORE-C10a, SSE-C6). */
export function messageOfStreamEvent({ type, data: text, lastEventId }: StreamEvent): Message | "invalid" {
  const data = parseJson(text);
  if (data === undefined) return "invalid";
  const message = { event: type === "message" ? undefined : type, data };
  return lastEventId === "" ? message : { ...message, lastEventId };
}
