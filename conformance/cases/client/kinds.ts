/** What connections and streams have in common, for cases that hold for both. */
import type { Transport } from "../../adapter/protocol.ts";
import type { ClientContext } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import type { Attempt } from "../../wire/attempt.ts";
import type { ServedConnection } from "../../wire/served-connection.ts";
import type { ServedStream } from "../../wire/served-stream.ts";
import { STREAM_GATES } from "./streams.ts";

/** What a client opens, and how a case speaks of it. */
export interface Kind {
  readonly transport: Transport;
  /** What the ids of its cases begin with. */
  readonly prefix: string;
  /** What it is called in titles. */
  readonly name: string;
  /** The gates that cases need in which it is lost and opened again. */
  readonly needs: readonly string[];
  /** Answers an attempt: what was asked for is open. */
  accept(attempt: Attempt): ServedConnection | ServedStream;
  /** Waits for the client's next attempt, accepts it, and waits until the client has it open. */
  open(client: DrivenClient, context: ClientContext): Promise<ServedConnection | ServedStream>;
}

/** Connections on WebSocket. */
export const connections: Kind = {
  transport: "ws",
  prefix: "client",
  name: "connection",
  needs: ["client-opening/open", "client-again/reset"],
  accept: (attempt) => attempt.accept(),
  open: (client) => client.connection(),
};

/** Streams of server-sent events. */
export const streams: Kind = {
  transport: "sse",
  prefix: "client-stream",
  name: "stream",
  needs: STREAM_GATES,
  accept: (attempt) => attempt.openStream(),
  async open(client, { message }) {
    const stream = await client.stream();
    const first = message({ text: "the stream is open" });
    stream.send(first);
    await client.showsAll([first]);
    return stream;
  },
};
