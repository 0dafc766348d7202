/** What a client shows the program. */
import type { ClientError } from "./client-error.ts";

/** The state of a client (chapter 12), with what can be said of it. */
export type ClientState =
  | {
      /** It was made and nobody asked it to connect. */
      readonly state: "idle";
    }
  | {
      /** An attempt is under way. */
      readonly state: "connecting";
      /** The number of the attempt: 0 for the first, then counted on until a connection has proved stable. */
      readonly attempt: number;
    }
  | {
      /** A connection or a stream is open. */
      readonly state: "open";
    }
  | {
      /** A delay is passing. */
      readonly state: "waiting";
      /** The number of the attempt after it. */
      readonly attempt: number;
      /** How long the delay is, in milliseconds. */
      readonly delayMs: number;
      /** When it is over, in milliseconds since 1970. */
      readonly retryAt: number;
      /** What it comes from, for people. */
      readonly reason: string;
    }
  | {
      /** The program closed it, or the server ended it in a way that asks for no more. */
      readonly state: "closed";
      /** Who ended it. */
      readonly by: "program" | "server";
      /** Why, for people. */
      readonly reason: string;
    }
  | {
      /** It has given up. */
      readonly state: "failed";
      /** Why, for people. */
      readonly reason: string;
    };

/** A broadcast or an event, as a client shows it. */
export interface Message {
  /** The name of an event; `undefined` for a broadcast. */
  readonly event: string | undefined;
  /** The broadcast, or the event's data. */
  readonly data: unknown;
  /** The last event id of the stream when it came, where there is one. */
  readonly lastEventId?: string;
}

/** How a connection or a stream that was open ended. */
export interface Closure {
  /** The close code of WebSocket; 1006 where the connection was lost without one. A stream has none. */
  readonly code?: number;
  /** Why, for people. */
  readonly reason: string;
}

/** One thing that a client shows. */
export type Notice =
  | { readonly kind: "open"; readonly value?: undefined }
  | { readonly kind: "close"; readonly value: Closure }
  | { readonly kind: "error"; readonly value: ClientError }
  | { readonly kind: "state"; readonly value: ClientState }
  | { readonly kind: "message"; readonly value: Message };
