/** Drives whatever has the interface of a browser's EventSource. */
import { type Client, parsed, type Show } from "./adapter.ts";

interface EventOfStream {
  type: string;
  data?: unknown;
  lastEventId?: string;
  message?: string | undefined;
}

/** What is used of an EventSource. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: EventOfStream) => void): void;
  close(): void;
}

/** `readyState` of an EventSource that makes no more requests. */
const CLOSED = 2;

/**
 * Shows what the listeners of an EventSource are told.
 * @param names of events to listen for, beside `message`.
 */
export function eventSourceClient(source: EventSourceLike, names: readonly string[], show: Show): Client {
  let isOpen = false;
  source.addEventListener("open", () => {
    isOpen = true;
    show({ event: "open" });
  });
  const listen = ({ type, data, lastEventId }: EventOfStream) => {
    const name = type === "message" ? {} : { name: type };
    show(parsed(data as string, { ...name, ...(lastEventId === undefined ? {} : { lastEventId }) }));
  };
  for (const name of new Set(["message", ...names])) source.addEventListener(name, listen);
  source.addEventListener("error", ({ message }) => {
    // A browser's event of an error says nothing.
    show({ event: "error", data: message || "error" });
    if (isOpen) show({ event: "close" });
    isOpen = false;
    if (source.readyState === CLOSED) show({ event: "giveup" });
  });
  return { close: () => source.close() };
}
