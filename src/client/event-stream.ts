/** Streams of server-sent events, read with fetch: one after the other, each where the last one stopped. */
import type { Clock } from "../core/clock.ts";
import { believable, type Ending, endingOfAnswer } from "../core/ending.ts";
import { EventStreamParser } from "../core/event-stream-parser.ts";
import type { LineListener } from "../core/transport.ts";
import type { Dial } from "./dial.ts";
import type { Platform, Request } from "./platform.ts";
import type { Publish } from "./publish.ts";

/** What streams are read with. */
export interface EventStreamOptions {
  fetch: Platform["fetch"];
  clock: Clock;
  credentials: RequestInit["credentials"];
  publish: Publish;
}

/** An id that a header can carry as it is: neither controls in it, nor spaces at its ends. */
const headerId = /^[!-~\u00a1-\uffff](?:[ -~\u00a0-\uffff]*[!-~\u00a1-\uffff])?$/;

/** Dials streams of one client: the last event id and the time to wait are kept from one to the next. */
export function eventStreamDial({ fetch, clock, credentials, publish }: EventStreamOptions): Dial {
  const init: RequestInit = credentials === undefined ? {} : { credentials };
  let lastEventId = "";
  let retryMs = 0;

  async function read(request: Request, signal: AbortSignal, listener: LineListener): Promise<Ending> {
    const response = await fetch(...streamRequest(request, lastEventId, { ...init, signal }));
    const mediaType = response.headers.get("content-type") ?? "";
    if (response.status !== 200 || !isEventStream(mediaType) || !response.body) {
      const { status, headers } = response;
      return endingOfAnswer({ status, mediaType, retryAfter: headers.get("retry-after"), now: clock.date() });
    }
    listener.opened();
    // The program may close the client while it is shown an event: what comes after that was not shown.
    const parser = new EventStreamParser(lastEventId, {
      event: (event) => signal.aborted || listener.event(event),
      lastEventId: (id) => {
        if (!signal.aborted) lastEventId = id;
      },
      retry: (ms) => {
        retryMs = believable(ms);
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      parser.feed(decoder.decode(piece.value, { stream: true }));
    }
    return { sequel: "again", reason: "the server ended the stream" };
  }

  return (request, listener) => {
    const stream = new AbortController();
    const posts = new AbortController();
    read(request, stream.signal, listener)
      .catch((error): Ending => ({ sequel: "again", reason: words(error) }))
      .then((ending) => {
        // What is left of an answer that nobody reads.
        stream.abort();
        listener.ended({ ...ending, floorMs: Math.max(ending.floorMs ?? 0, retryMs) });
      });
    function leave(): void {
      stream.abort();
      posts.abort();
    }
    const trouble = (what: string) => listener.trouble(what);
    return { send: (text) => publish(text, request, posts.signal, trouble), bufferedBytes: 0, leave, cut: leave };
  };
}

/** The last event id goes into a header, as UTF-8, or into the query where it can't (SSE-C2a). */
function streamRequest({ url, headers }: Request, lastEventId: string, init: RequestInit): [URL, RequestInit] {
  const address = new URL(url);
  const fields: Record<string, string> = { ...headers, Accept: "text/event-stream" };
  if (headerId.test(lastEventId)) {
    fields["Last-Event-ID"] = String.fromCharCode(...new TextEncoder().encode(lastEventId));
  } else if (lastEventId !== "") address.searchParams.set("lastEventId", lastEventId);
  return [address, { ...init, headers: fields }];
}

function isEventStream(mediaType: string): boolean {
  return mediaType.split(";")[0]?.trim().toLowerCase() === "text/event-stream";
}

/** What a fetch failed of: the first error says little, its cause says more. */
function words(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
