/** The port between the hub and a wire: all that the hub needs to know of a connection. */

/** One open connection, whatever carries it. A wire implements this; the hub calls it and knows no wire. */
export interface Connection {
  /**
   * Takes one text message, to go out after all that were taken before it (CORE-S4a).
   * Does nothing once the connection has closed; never throws.
   */
  send(text: string): void;

  /**
   * Starts to close the connection; what was taken before is sent first.
   *
   * @param code - a close code of RFC 6455, section 7.4. A wire without close codes just ends.
   * @param reason - for people to read: at most 123 bytes of UTF-8
   */
  close(code: number, reason: string): void;
}
