/** What a client needs of the platform that it runs on: browsers and Node each have a file that gives it. */
import type { Line, LineListener } from "../core/transport.ts";

/** Where one attempt goes to, and what it brings. */
export interface Request {
  /** The address, with the scheme of the transport. */
  url: URL;
  /** Further headers. */
  headers: Readonly<Record<string, string>>;
}

/** A platform. */
export interface Platform {
  /** Begins a WebSocket connection. Calls no one back before it has returned. May throw, where the address is no good. */
  openSocket(request: Request, protocols: readonly string[], listener: LineListener): Line;
  /** Whether a WebSocket request can have headers of one's own. */
  readonly socketHeaders: boolean;
  /** Makes an HTTP request. The body of an answer may be silent for as long as it likes. */
  fetch(url: URL, init: RequestInit): Promise<Response>;
  /** Where `online`, `visibilitychange` and `pageshow` come from, if from anywhere. */
  readonly environment: EventTarget | undefined;
  /** What a relative address is relative to, if to anything. */
  readonly base: string | undefined;
}
