/** The limits within which the rules of Core hold (chapter 2, "Values"), and the windows that rules state. */
export const CoreLimits = {
  /** The most levels of nesting in a message. */
  maxDepth: 64,
  /** The most bytes in a text message. */
  maxMessageBytes: 60_000,
  /** The most messages on one connection in any second. */
  maxMessagesPerSecond: 50,
  /** CORE-S2b: a pong comes within this time of its ping, in milliseconds. */
  pongWithinMs: 1_000,
  /** CORE-S8: how long after the opening handshake a server stays silent, in milliseconds. */
  silenceAfterOpeningMs: 300,
  /** CORE-S10a: how many streams a server serves at a time, at least. */
  maxStreams: 6,
  /** CORE-S9e: the longest pause within an event of a stream, in milliseconds. */
  pauseWithinEventMs: 500,
} as const;
