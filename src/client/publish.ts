/** Messages that go by `POST`, for clients of streams. */
import type { Clock } from "../core/clock.ts";
import type { Platform, Request } from "./platform.ts";

/**
 * Publishes one message.
 *
 * @param stream - the request of the stream: its headers go along
 * @param trouble - is told, in words, why a message was not accepted
 * @returns whether the server accepted it. Never fails
 */
export type Publish = (
  text: string,
  stream: Request,
  signal: AbortSignal,
  trouble: (what: string) => void,
) => Promise<boolean>;

/** What messages are published with. */
export interface PublishOptions {
  fetch: Platform["fetch"];
  clock: Clock;
  credentials: RequestInit["credentials"];
  /** Where to; the address of the stream where there is none. */
  address: URL | undefined;
  /** How long an answer may take. */
  timeoutMs: number;
}

/**
 * Makes what publishes. A message goes once: where no answer comes nobody knows whether it arrived, and to send it again
 * might show it twice.
 */
export function createPublish({ fetch, clock, credentials, address, timeoutMs }: PublishOptions): Publish {
  return async (text, stream, signal, trouble) => {
    const abort = new AbortController();
    const stop = () => abort.abort();
    const stopTimer = clock.after(timeoutMs, stop);
    signal.addEventListener("abort", stop);
    const headers = { ...stream.headers, "Content-Type": "application/json" };
    const init: RequestInit = { method: "POST", body: text, headers, signal: abort.signal };
    if (credentials !== undefined) init.credentials = credentials;
    try {
      const response = await fetch(address ?? stream.url, init);
      await response.body?.cancel();
      if (!response.ok) trouble(`a message was answered with status ${response.status}`);
      return response.ok;
    } catch {
      if (!signal.aborted) trouble("a message may be lost: its POST was not answered");
      return false;
    } finally {
      stopTimer();
      signal.removeEventListener("abort", stop);
    }
  };
}
