/** How a server is spoken to, where that differs from Core. */

/** How a subject is subscribed to and published to: plain data, so that it can be handed to another process. Placeholder {port}. */
export interface Dialect {
  /** What it is called in tables. */
  readonly name: string;
  /** The command that starts it; `{port}` is a free port. Absent where it runs already. */
  readonly start?: string;
  readonly subscribe: {
    readonly transport: "ws" | "sse";
    /** ws:// or http:// address */
    readonly url: string;
    /** Text frames to send once the connection is open (socket.io: "40"). */
    readonly greet?: readonly string[];
    /** What the text frame begins with that says that all of that was taken (socket.io: "40"). */
    readonly greeted?: string;
    /** Text frames that are answered, by their text (engine.io: { "2": "3" }). */
    readonly answer?: Readonly<Record<string, string>>;
    /** Offer permessage-deflate. Default false. */
    readonly deflate?: boolean;
  };
  readonly publish: {
    readonly via: "ws" | "post";
    readonly url: string;
    /** What is sent for a message; `{message}` is its JSON text. Default `{message}`. */
    readonly template?: string;
    /** Content-Type of a POST. Default application/json. */
    readonly contentType?: string;
    /** As in `subscribe`, where it is published via ws. */
    readonly greet?: readonly string[];
    readonly greeted?: string;
    readonly answer?: Readonly<Record<string, string>>;
  };
}
