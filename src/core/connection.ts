/** The port between the hub and a wire: all that the hub needs to know of a connection. */

import type { Outgoing } from "./outgoing.ts";

/** One open connection or stream. A wire implements this; the hub calls it and knows no wire. */
export interface Connection {
  /**
   * Takes one message, to go out after all that were taken before it (CORE-S4a), in the form of the wire.
   * Does nothing once the connection has closed; never throws.
   */
  send(message: Outgoing): void;

  /**
   * Starts to close the connection; what was taken before is sent first.
   *
   * @param code - a close code of RFC 6455, section 7.4. A wire without close codes just ends.
   * @param reason - for people to read: at most 123 bytes of UTF-8
   */
  close(code: number, reason: string): void;
}
