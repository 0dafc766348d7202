/** Which kind of message a JSON value is. */
import type { JsonObject } from "./steps.ts";

/** An object that chapter 2 calls an event. */
export interface EventObject extends JsonObject {
  readonly event: string;
  readonly data: unknown;
}

const namesOfClients = ["message", "open", "error", "close", "state"];

/** The value of a JSON text; nothing if it is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A ping is of a reserved type, too. */
export function isReserved({ type }: JsonObject): boolean {
  return typeof type === "string" && (type === "ping" || type === "pong" || type.startsWith("rt:"));
}

export function isEvent(value: JsonObject): value is EventObject {
  const { type, event, data, id } = value;
  return type === "event" && isEventName(event) && data !== undefined && ["undefined", "string"].includes(typeof id);
}

function isEventName(name: unknown): boolean {
  if (typeof name !== "string" || namesOfClients.includes(name)) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name may not have.
  return /^[^\u0000-\u001f\u007f-\u009f]{1,128}$/u.test(name);
}
