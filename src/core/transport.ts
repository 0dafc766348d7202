/** The port between a client and a wire: all that the client needs to know of WebSocket or of a stream. */
import type { Ending } from "./ending.ts";

/** A way to open connections, one after the other. */
export interface Transport {
  /** Whether pings go over it: a stream has no way back. */
  readonly beats: boolean;
  /** Starts one attempt. Never throws, and calls no one back before it has returned. */
  open(listener: LineListener): Line;
}

/** What becomes of one attempt: first nothing, then a connection or a stream, then its end. */
export interface LineListener {
  /** It is open. */
  opened(): void;
  /** A text message has come, whatever is in it. */
  text(text: string): void;
  /** An event of a stream has come. Its data is JSON, or should be. */
  event(event: StreamEvent): void;
  /** Something went wrong that ends nothing. */
  trouble(what: string): void;
  /** The attempt has failed, or what was open is over. Nothing comes after it. */
  ended(ending: Ending): void;
}

/** An event of a stream, as the HTML standard has it. */
export interface StreamEvent {
  /** Its type: `message` where the stream names none. */
  type: string;
  /** Its data, as text. */
  data: string;
  /** The last event id when it came; empty where there is none. */
  lastEventId: string;
}

/** One attempt, and what comes of it. */
export interface Line {
  /**
   * Hands one text over; only while the line is open. Never throws.
   *
   * @returns where there will be an answer, whether it was accepted; until then nothing else is to be handed over
   */
  send(text: string): Promise<boolean> | undefined;
  /** How many bytes of what was handed over are not on their way yet. */
  readonly bufferedBytes: number;
  /**
   * Gives the attempt up, or ends what is open, politely where there is time for it. The listener hears nothing more.
   *
   * @param code - for the Close frame, where there is one
   */
  leave(code: number, reason: string): void;
  /** The same, without any waiting: for a line that is dead. */
  cut(code: number, reason: string): void;
}
