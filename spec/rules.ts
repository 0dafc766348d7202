// Generated from chapters/*.md by `npm run generate`. Change the text, not this file.

/** How binding a rule is: MUST and MUST NOT, SHOULD and SHOULD NOT, MAY. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** Whom a rule obliges. */
export type Role = "server" | "client";

/** A set of rules that are claimed together. */
export type Profile = "core-ws" | "core-sse" | "publish" | "bridge";

/** One rule of the specification: one testable sentence. */
export interface Rule {
  readonly id: RuleId;
  readonly level: Level;
  readonly role: Role;
  readonly profile: Profile;
  /** The file in `chapters/` that has the sentence, and its section there. */
  readonly chapter: string;
  readonly section: string;
  /** The sentence. */
  readonly text: string;
  /** Why no case judges the rule, where none can. */
  readonly notJudged?: string;
}

/** The id of a rule. Never renumbered, never used again. */
export type RuleId = "CORE-S1a" | "CORE-S1b" | "CORE-S1c" | "CORE-S2a" | "CORE-S2b" | "CORE-S2c" | "CORE-S2d" | "CORE-S3a" | "CORE-S3b" | "CORE-S3c" | "CORE-S3d" | "CORE-S4a" | "CORE-S4b" | "CORE-S5a" | "CORE-S5b" | "CORE-S5c" | "CORE-S6a" | "CORE-S6b" | "CORE-S7a" | "CORE-S7b" | "CORE-S7c" | "CORE-S7d" | "CORE-S7e" | "CORE-S8" | "CORE-S9a" | "CORE-S9b" | "CORE-S9c" | "CORE-S9d" | "CORE-S9e" | "CORE-S10a" | "CORE-S10b" | "CORE-S10c" | "PUB-1a" | "PUB-1b" | "PUB-1c" | "PUB-1d" | "PUB-1e" | "PUB-1f" | "PUB-1g" | "PUB-1h" | "PUB-1i" | "PUB-1j" | "PUB-1k" | "BRIDGE-1a" | "BRIDGE-1b" | "BRIDGE-1c" | "BRIDGE-1d" | "BRIDGE-1e" | "BRIDGE-2a" | "BRIDGE-2b" | "BRIDGE-3";

/** All rules by id, in the order of the text. */
export const rules: { readonly [id in RuleId]: Rule } = {
  "CORE-S1a": {
    "id": "CORE-S1a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Opening",
    "text": "A server MUST complete the opening handshake of RFC 6455, section 4.2, with a client that offers no subprotocol, whether it offers extensions or none, and that sends no more credentials than the deployment asks for."
  },
  "CORE-S1b": {
    "id": "CORE-S1b",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Opening",
    "text": "A server MUST keep a connection open, and go on serving it, as long as the client keeps to this specification."
  },
  "CORE-S1c": {
    "id": "CORE-S1c",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Opening",
    "text": "A server MUST serve a connection on which the client has not sent a message."
  },
  "CORE-S2a": {
    "id": "CORE-S2a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Heartbeat",
    "text": "A server MUST answer each ping with exactly one pong, sent as a text message on the connection that the ping came from."
  },
  "CORE-S2b": {
    "id": "CORE-S2b",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Heartbeat",
    "text": "A server MUST send the pong that answers a ping within 1 second."
  },
  "CORE-S2c": {
    "id": "CORE-S2c",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Heartbeat",
    "text": "A server MUST NOT send a pong on a connection that did not ask for it."
  },
  "CORE-S2d": {
    "id": "CORE-S2d",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Heartbeat",
    "text": "A server MUST NOT relay a ping."
  },
  "CORE-S3a": {
    "id": "CORE-S3a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Delivery",
    "text": "A server MUST deliver each broadcast and each event exactly once to every connection that is open when the server processes it, the sender's own included."
  },
  "CORE-S3b": {
    "id": "CORE-S3b",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Delivery",
    "text": "A server MUST deliver each broadcast and each event as a text message."
  },
  "CORE-S3c": {
    "id": "CORE-S3c",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Delivery",
    "text": "A server MUST deliver, for each broadcast and each event, a JSON value equal to the one that it received."
  },
  "CORE-S3d": {
    "id": "CORE-S3d",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Delivery",
    "text": "A server MUST treat as a broadcast every JSON object that is neither an event nor of a reserved type, whatever members it has or lacks."
  },
  "CORE-S4a": {
    "id": "CORE-S4a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Order",
    "text": "A server MUST deliver the messages of one connection, at every receiver, in the order in which they were sent."
  },
  "CORE-S4b": {
    "id": "CORE-S4b",
    "level": "SHOULD",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Order",
    "text": "A server SHOULD deliver all messages in one and the same order to all receivers."
  },
  "CORE-S5a": {
    "id": "CORE-S5a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Input that is no message",
    "text": "A server MUST NOT relay a text message that is not JSON."
  },
  "CORE-S5b": {
    "id": "CORE-S5b",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Input that is no message",
    "text": "A server MUST keep the connection open, and go on serving it, after a text message that is not JSON."
  },
  "CORE-S5c": {
    "id": "CORE-S5c",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Input that is no message",
    "text": "A server MUST go on serving every other connection after a text message that is not JSON."
  },
  "CORE-S6a": {
    "id": "CORE-S6a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Input that is no message",
    "text": "A server MUST go on serving every other connection, and accepting new ones, after a text message that is JSON but not an object."
  },
  "CORE-S6b": {
    "id": "CORE-S6b",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Input that is no message",
    "text": "A server MUST go on serving every other connection, and accepting new ones, after a binary message."
  },
  "CORE-S7a": {
    "id": "CORE-S7a",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "The wire",
    "text": "A server MUST accept a text message in every fragmentation that RFC 6455, section 5.4, permits, with control frames between its fragments."
  },
  "CORE-S7b": {
    "id": "CORE-S7b",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "The wire",
    "text": "A server MUST accept frames however TCP delivers them: one frame in many pieces, many frames in one piece."
  },
  "CORE-S7c": {
    "id": "CORE-S7c",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "The wire",
    "text": "A server MUST complete the close handshake: it answers a Close frame with a Close frame that RFC 6455, section 5.5.1, permits."
  },
  "CORE-S7d": {
    "id": "CORE-S7d",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "The wire",
    "text": "A server MUST go on serving every other connection when one ends without a close handshake."
  },
  "CORE-S7e": {
    "id": "CORE-S7e",
    "level": "MUST",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "The wire",
    "text": "A server MUST go on serving every other connection while connections open, and while they close with a close handshake."
  },
  "CORE-S8": {
    "id": "CORE-S8",
    "level": "SHOULD",
    "role": "server",
    "profile": "core-ws",
    "chapter": "03-websocket-servers.md",
    "section": "Silence",
    "text": "A server SHOULD NOT send, within 300 milliseconds after the opening handshake, messages that no client's message caused."
  },
  "CORE-S9a": {
    "id": "CORE-S9a",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Opening a stream",
    "text": "A server MUST answer a `GET` request that asks for a stream with a response of status 200 whose media type is `text/event-stream`."
  },
  "CORE-S9b": {
    "id": "CORE-S9b",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Opening a stream",
    "text": "A server MUST keep a stream open, and go on serving it, as long as the client does, or for a minute at least."
  },
  "CORE-S9c": {
    "id": "CORE-S9c",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Events",
    "text": "A server MUST send one JSON text, and nothing else, as the data of each event of a stream whose type is `message`."
  },
  "CORE-S9d": {
    "id": "CORE-S9d",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Events",
    "text": "A server MUST send each message on a stream as one event of its own, whole, with nothing of it outside of the event's fields."
  },
  "CORE-S9e": {
    "id": "CORE-S9e",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Events",
    "text": "A server MUST NOT make an event, or the end of one, wait for what comes after it: from the first byte of an event to the last there is no pause of more than 500 milliseconds."
  },
  "CORE-S10a": {
    "id": "CORE-S10a",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Streams",
    "text": "A server MUST serve every open stream, also while others are open, up to six at least."
  },
  "CORE-S10b": {
    "id": "CORE-S10b",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Streams",
    "text": "A server MUST go on serving every other stream when one ends without warning."
  },
  "CORE-S10c": {
    "id": "CORE-S10c",
    "level": "MUST",
    "role": "server",
    "profile": "core-sse",
    "chapter": "04-sse-servers.md",
    "section": "Streams",
    "text": "A server MUST go on opening streams after others have ended, in whatever way and however many."
  },
  "PUB-1a": {
    "id": "PUB-1a",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Accepting",
    "text": "A server MUST accept each broadcast and each event that is published: it answers with a status from 200 to 299."
  },
  "PUB-1b": {
    "id": "PUB-1b",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Accepting",
    "text": "A server MUST deliver each message that it accepted exactly once to every stream that is open when it answers, or, if it has no streams, to every connection."
  },
  "PUB-1c": {
    "id": "PUB-1c",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Accepting",
    "text": "A server MUST deliver, for each message that it accepted, a JSON value equal to the one that was published."
  },
  "PUB-1d": {
    "id": "PUB-1d",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Accepting",
    "text": "A server MUST NOT answer with a status from 200 to 299 before the whole body has reached it."
  },
  "PUB-1e": {
    "id": "PUB-1e",
    "level": "SHOULD",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Accepting",
    "text": "A server SHOULD deliver messages, each published after the answer to the one before, in that order."
  },
  "PUB-1f": {
    "id": "PUB-1f",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Refusing",
    "text": "A server MUST refuse a body that is not JSON, with status 400."
  },
  "PUB-1g": {
    "id": "PUB-1g",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Refusing",
    "text": "A server MUST refuse JSON that is not an object, with status 400."
  },
  "PUB-1h": {
    "id": "PUB-1h",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Refusing",
    "text": "A server MUST refuse an object of a reserved type, with status 400."
  },
  "PUB-1i": {
    "id": "PUB-1i",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Refusing",
    "text": "A server MUST refuse, with status 413, a body that is too long for it."
  },
  "PUB-1j": {
    "id": "PUB-1j",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Refusing",
    "text": "A server MUST NOT deliver anything of what it refused, or of a request that ended before its body did."
  },
  "PUB-1k": {
    "id": "PUB-1k",
    "level": "MUST",
    "role": "server",
    "profile": "publish",
    "chapter": "05-publishing.md",
    "section": "Refusing",
    "text": "A server MUST go on serving everybody after a request that it refused, or that ended before its body did."
  },
  "BRIDGE-1a": {
    "id": "BRIDGE-1a",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From connections to streams",
    "text": "A server MUST deliver each broadcast and each event that came on a connection exactly once to every open stream."
  },
  "BRIDGE-1b": {
    "id": "BRIDGE-1b",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From connections to streams",
    "text": "A server MUST send a broadcast on a stream as an event of the type `message`, whose data is JSON equal to the broadcast."
  },
  "BRIDGE-1c": {
    "id": "BRIDGE-1c",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From connections to streams",
    "text": "A server MUST send an event on a stream as an event of its name, whose data is JSON equal to the member `data`."
  },
  "BRIDGE-1d": {
    "id": "BRIDGE-1d",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From connections to streams",
    "text": "A server MUST NOT use a publisher's `id` as the `id` of an event of a stream."
  },
  "BRIDGE-1e": {
    "id": "BRIDGE-1e",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From connections to streams",
    "text": "A server MUST NOT send on a stream anything of a ping, or of a text message that is not JSON."
  },
  "BRIDGE-2a": {
    "id": "BRIDGE-2a",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From POST to connections",
    "text": "A server MUST deliver each message that it accepted by `POST` exactly once to every open connection, as a text message."
  },
  "BRIDGE-2b": {
    "id": "BRIDGE-2b",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "From POST to connections",
    "text": "A server MUST deliver on connections, for each message that it accepted by `POST`, a JSON value equal to the one that was published."
  },
  "BRIDGE-3": {
    "id": "BRIDGE-3",
    "level": "MUST",
    "role": "server",
    "profile": "bridge",
    "chapter": "06-bridge.md",
    "section": "Order",
    "text": "A server MUST deliver all messages in one and the same order on all connections and streams."
  }
};
