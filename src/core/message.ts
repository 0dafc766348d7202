/** Tells what an incoming text message is, by hand: no schema library at run time. The only place that parses JSON. */
import type { Broadcast, Event } from "../../spec/schema/messages.ts";
import {
  MAX_EVENT_NAME_LENGTH,
  RESERVED_EVENT_NAMES,
  RESERVED_TYPE_PREFIX,
  RESERVED_TYPES,
} from "../../spec/schema/reserved.ts";

/**
 * What a text message is (chapter 2):
 * - `ping`: whatever else is in it;
 * - `event`, `broadcast`: a message for everybody, as parsed;
 * - `reserved`: a JSON object of type `pong` or `rt:…`, which the protocol keeps for itself;
 * - `invalid`: not JSON, or JSON that is not an object.
 */
export type Incoming =
  | { kind: "ping" }
  | { kind: "event"; message: Event }
  | { kind: "broadcast"; message: Broadcast }
  | { kind: "reserved"; type: string }
  | { kind: "invalid" };

/** The answer to a ping (CORE-S2a). */
export const PONG = '{"type":"pong"}';

const reservedTypes: readonly string[] = RESERVED_TYPES;
const reservedEventNames: readonly string[] = RESERVED_EVENT_NAMES;
/** Counts code points (flag `u`); `Cc` is U+0000 to U+001F and U+007F to U+009F. */
const eventName = new RegExp(`^\\P{Cc}{1,${MAX_EVENT_NAME_LENGTH}}$`, "u");

/**
 * Tells what a text message is. Agrees with the schemas of `spec/schema/messages.ts`; never throws.
 *
 * A ping is told by its parsed member `type`, so in whatever spelling JSON allows.
 */
export function classify(text: string): Incoming {
  return classifyValue(parseJson(text));
}

/** The same for a value that has been parsed. */
export function classifyValue(value: unknown): Incoming {
  if (!isObject(value)) return { kind: "invalid" };
  const { type } = value;
  if (type === "ping") return { kind: "ping" };
  if (typeof type === "string" && isReserved(type)) return { kind: "reserved", type };
  if (isEvent(value)) return { kind: "event", message: value };
  return { kind: "broadcast", message: value };
}

/** The JSON value of a text, or `undefined`, which no JSON text stands for. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isReserved(type: string): boolean {
  return reservedTypes.includes(type) || type.startsWith(RESERVED_TYPE_PREFIX);
}

function isEvent(value: Record<string, unknown>): value is Record<string, unknown> & Event {
  return (
    value.type === "event" &&
    typeof value.event === "string" &&
    eventName.test(value.event) &&
    !reservedEventNames.includes(value.event) &&
    Object.hasOwn(value, "data") &&
    (value.id === undefined || typeof value.id === "string")
  );
}
