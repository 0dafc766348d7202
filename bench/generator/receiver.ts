/** Who is told what a line brings. */

/** What takes the messages of one subscriber. Buffers are good during the call only. */
export interface Receiver {
  /** No message of the run is shorter, in bytes; 0 where that is not known. */
  readonly shortest: number;
  /** A read begins: all that follows until {@link Receiver.endRead} came with it. */
  beginRead(): void;
  /** A message, or an event of a stream. Returns whether it is one of the run. */
  message(buffer: Buffer, start: number, end: number): boolean;
  /** A compressed message; the same. */
  compressed(buffer: Buffer, start: number, end: number): boolean;
  /** Something came that is no message. */
  aside(): void;
  /** Takes what others have read before, from where a message begins. Returns where that ends. */
  recognise(buffer: Buffer, start: number, end: number): number;
  /** All that came since {@link Receiver.recognise} is read, and the next message is to begin. */
  learn(buffer: Buffer, start: number, end: number): void;
  /** The read is dealt with. */
  endRead(bytes: number): void;
  /** The connection ended, or broke the protocol, and nobody here has ended it. */
  lost(reason: string): void;
}

/** A connection of the generator, as a subscriber or as the publisher. */
export interface Line {
  /**
   * Connects and shakes hands. Once only.
   *
   * @throws Error that says why it didn't work, which names no address
   */
  open(): Promise<void>;
  /** Reads no more until {@link Line.resume}: the server has to do with a subscriber that is slow. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Ends the connection as the protocol has it. Resolves when it is gone. */
  close(): Promise<void>;
  /** Ends the connection at once, without a word. */
  cut(): void;
}
