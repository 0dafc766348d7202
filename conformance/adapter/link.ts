/** What carries the lines between the kit and one adapter: a child process, or a WebSocket that the adapter dialled. */

/** What a link tells its user. */
export interface LinkListener {
  /** A whole line, or message, came. */
  onLine(line: string): void;
  /** Nothing more will come, and why, in words that follow "the adapter". */
  onEnd(why: string): void;
}

/** A way to and from one adapter. */
export interface AdapterLink {
  /** What it said outside of the protocol, the last of it. */
  readonly freeText: string;
  /** Whether it can be stopped and continued, as a machine that sleeps. */
  readonly canFreeze: boolean;
  /** Says who is told of what comes. Called once, before anything is sent. */
  listen(listener: LinkListener): void;
  /** Sends one line. Does nothing once the link has ended. */
  send(line: string): void;
  /** Stops the adapter where it is, without its knowing. Only where it can be frozen. */
  freeze(): void;
  /** Has it go on. */
  thaw(): void;
  /** Ends the adapter by force, at once: the kit itself is being ended. */
  kill(): void;
  /** Ends the adapter by force. Resolves when it is gone. */
  end(): Promise<void>;
}
