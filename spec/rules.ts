// Generated from chapters/*.md by `npm run generate`. Change the text, not this file.

/** How binding a rule is: MUST and MUST NOT, SHOULD and SHOULD NOT, MAY. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** Whom a rule obliges. */
export type Role = "server" | "client";

/** A set of rules that are claimed together. */
export type Profile = "core-ws" | "core-sse" | "publish" | "bridge" | "reconnect" | "queue" | "liveness" | "state" | "sse";

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
export type RuleId = "CORE-S1a" | "CORE-S1b" | "CORE-S1c" | "CORE-S2a" | "CORE-S2b" | "CORE-S2c" | "CORE-S2d" | "CORE-S3a" | "CORE-S3b" | "CORE-S3c" | "CORE-S3d" | "CORE-S4a" | "CORE-S4b" | "CORE-S5a" | "CORE-S5b" | "CORE-S5c" | "CORE-S6a" | "CORE-S6b" | "CORE-S7a" | "CORE-S7b" | "CORE-S7c" | "CORE-S7d" | "CORE-S7e" | "CORE-S8" | "CORE-S9a" | "CORE-S9b" | "CORE-S9c" | "CORE-S9d" | "CORE-S9e" | "CORE-S10a" | "CORE-S10b" | "CORE-S10c" | "PUB-1a" | "PUB-1b" | "PUB-1c" | "PUB-1d" | "PUB-1e" | "PUB-1f" | "PUB-1g" | "PUB-1h" | "PUB-1i" | "PUB-1j" | "PUB-1k" | "BRIDGE-1a" | "BRIDGE-1b" | "BRIDGE-1c" | "BRIDGE-1d" | "BRIDGE-1e" | "BRIDGE-2a" | "BRIDGE-2b" | "BRIDGE-3" | "CORE-C1a" | "CORE-C1b" | "CORE-C1c" | "CORE-C2a" | "CORE-C2b" | "CORE-C2c" | "CORE-C3" | "CORE-C4a" | "CORE-C4b" | "CORE-C4c" | "CORE-C5a" | "CORE-C5b" | "CORE-C6a" | "CORE-C6b" | "CORE-C6c" | "CORE-C7a" | "CORE-C7b" | "CORE-C7c" | "CORE-C7d" | "CORE-C7e" | "CORE-C8" | "CORE-C9a" | "CORE-C9b" | "CORE-C13a" | "CORE-C13b" | "CORE-C13c" | "CORE-C13d" | "CORE-C13e" | "CORE-C13f" | "CORE-C10a" | "CORE-C10b" | "CORE-C10c" | "CORE-C10d" | "CORE-C11a" | "CORE-C11b" | "CORE-C12" | "RECON-1a" | "RECON-1b" | "RECON-1c" | "RECON-2a" | "RECON-2b" | "RECON-3a" | "RECON-3b" | "RECON-3c" | "RECON-4a" | "RECON-4b" | "RECON-5" | "RECON-6" | "RECON-7a" | "RECON-7b" | "RECON-7c" | "RECON-7d" | "RECON-7e" | "RECON-7f" | "RECON-7g" | "RECON-8a" | "RECON-8b" | "RECON-9" | "RECON-10" | "QUEUE-1a" | "QUEUE-1b" | "QUEUE-1c" | "QUEUE-2a" | "QUEUE-2b" | "QUEUE-2c" | "QUEUE-2d" | "QUEUE-3a" | "QUEUE-3b" | "QUEUE-3c" | "QUEUE-3d" | "QUEUE-4a" | "QUEUE-4b" | "QUEUE-4c" | "QUEUE-5" | "QUEUE-6" | "QUEUE-7a" | "QUEUE-7b" | "LIVE-1a" | "LIVE-1b" | "LIVE-1c" | "LIVE-1d" | "LIVE-2" | "LIVE-3a" | "LIVE-3b" | "LIVE-4" | "RECON-12a" | "RECON-12b" | "RECON-12c" | "RECON-12d" | "SSE-C1a" | "SSE-C1b" | "SSE-C2a" | "SSE-C2b" | "SSE-C3a" | "SSE-C3b" | "SSE-C3c" | "SSE-C4" | "SSE-C5" | "SSE-C6" | "SSE-C7";

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
  },
  "CORE-C1a": {
    "id": "CORE-C1a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "What a client shows",
    "text": "A client MUST show that a connection is open."
  },
  "CORE-C1b": {
    "id": "CORE-C1b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "What a client shows",
    "text": "A client MUST show an error after an attempt that failed."
  },
  "CORE-C1c": {
    "id": "CORE-C1c",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "What a client shows",
    "text": "A client MUST show that a connection that was open is over, unless the program closed it."
  },
  "CORE-C2a": {
    "id": "CORE-C2a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Heartbeat",
    "text": "A client MUST send a ping at least once in each heartbeat interval as long as a connection is open."
  },
  "CORE-C2b": {
    "id": "CORE-C2b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Heartbeat",
    "text": "A client MUST NOT send more than one ping for each heartbeat interval that has begun on a connection."
  },
  "CORE-C2c": {
    "id": "CORE-C2c",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Heartbeat",
    "text": "A client MUST NOT send a ping on a connection after its own Close frame."
  },
  "CORE-C3": {
    "id": "CORE-C3",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that come",
    "text": "A client MUST NOT show a pong."
  },
  "CORE-C4a": {
    "id": "CORE-C4a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that come",
    "text": "A client MUST show each broadcast and each event that comes, exactly once."
  },
  "CORE-C4b": {
    "id": "CORE-C4b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that come",
    "text": "A client MUST show each broadcast and each event as a value equal to the one that came."
  },
  "CORE-C4c": {
    "id": "CORE-C4c",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that come",
    "text": "A client MUST show broadcasts and events in the order in which they came."
  },
  "CORE-C5a": {
    "id": "CORE-C5a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that come",
    "text": "A client MUST keep the connection open after a text message that is not JSON."
  },
  "CORE-C5b": {
    "id": "CORE-C5b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that come",
    "text": "A client MUST go on showing messages after a text message that is not JSON."
  },
  "CORE-C6a": {
    "id": "CORE-C6a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that go",
    "text": "A client MUST send each message that it is given while a connection is open exactly once, as a text message that is JSON equal to it."
  },
  "CORE-C6b": {
    "id": "CORE-C6b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that go",
    "text": "A client MUST send messages in the order in which it was given them."
  },
  "CORE-C6c": {
    "id": "CORE-C6c",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Messages that go",
    "text": "A client MUST send each message that it was given while it was connecting, or waiting to connect again, exactly once when a connection is open, ahead of all that it is given later."
  },
  "CORE-C7a": {
    "id": "CORE-C7a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST make a new attempt after a connection that was open is lost: by a reset, by an end without a Close frame, or by a Close frame with code 1001, 1011, 1012 or 1013."
  },
  "CORE-C7b": {
    "id": "CORE-C7b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST make a new attempt after one that failed, as long as it has not reached its limit of attempts."
  },
  "CORE-C7c": {
    "id": "CORE-C7c",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST take 250 milliseconds at least for five attempts in a row that fail, where its first delay is set to 200 milliseconds or more."
  },
  "CORE-C7d": {
    "id": "CORE-C7d",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST NOT let a delay be longer than the longest that the program has set."
  },
  "CORE-C7e": {
    "id": "CORE-C7e",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST stop when as many attempts in a row as the program has set as their limit have failed since the first one or since a loss."
  },
  "CORE-C8": {
    "id": "CORE-C8",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST count attempts anew after a connection that was open for 6 seconds or more."
  },
  "CORE-C9a": {
    "id": "CORE-C9a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MUST end the connection when the program closes it."
  },
  "CORE-C9b": {
    "id": "CORE-C9b",
    "level": "MAY",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "Connecting again",
    "text": "A client MAY connect again after the program has closed it.",
    "notJudged": "it permits. Profile `reconnect` forbids it (RECON-1a)."
  },
  "CORE-C13a": {
    "id": "CORE-C13a",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "The wire",
    "text": "A client MUST open connections and write frames as RFC 6455, sections 4.1 and 5, asks of clients: a complete request, frames that are masked, control frames that are whole and short."
  },
  "CORE-C13b": {
    "id": "CORE-C13b",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "The wire",
    "text": "A client MUST accept a text message in every fragmentation that RFC 6455, section 5.4, permits, with control frames between its fragments."
  },
  "CORE-C13c": {
    "id": "CORE-C13c",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "The wire",
    "text": "A client MUST accept frames however TCP delivers them: one frame in many pieces, many frames in one piece, the first right behind the answer to its request."
  },
  "CORE-C13d": {
    "id": "CORE-C13d",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "The wire",
    "text": "A client MUST answer a Close frame with a Close frame that RFC 6455, section 5.5.1, permits."
  },
  "CORE-C13e": {
    "id": "CORE-C13e",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "The wire",
    "text": "A client MUST NOT take a connection for open when the answer to its request does not prove that the server has understood it (RFC 6455, section 4.1): another status than 101, or a wrong `Sec-WebSocket-Accept`."
  },
  "CORE-C13f": {
    "id": "CORE-C13f",
    "level": "MUST",
    "role": "client",
    "profile": "core-ws",
    "chapter": "07-websocket-clients.md",
    "section": "The wire",
    "text": "A client MUST answer a control frame of type Ping with one of type Pong that has the same payload."
  },
  "CORE-C10a": {
    "id": "CORE-C10a",
    "level": "MUST",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "Events",
    "text": "A client MUST show each event of a stream that has the type `message` and JSON as its data, as a value equal to that data, exactly once, in the order in which they came."
  },
  "CORE-C10b": {
    "id": "CORE-C10b",
    "level": "MUST",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "Events",
    "text": "A client MUST read a stream as the HTML standard, section 9.2.6, does, however it is cut into pieces."
  },
  "CORE-C10c": {
    "id": "CORE-C10c",
    "level": "MUST",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "Events",
    "text": "A client MUST go on showing events after one whose data is not JSON."
  },
  "CORE-C10d": {
    "id": "CORE-C10d",
    "level": "SHOULD",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "Events",
    "text": "A client SHOULD show each event of another type than `message` under its name, as a value equal to its data."
  },
  "CORE-C11a": {
    "id": "CORE-C11a",
    "level": "MUST",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "Connecting again",
    "text": "A client MUST make a new request after the server ended a stream, or it was cut."
  },
  "CORE-C11b": {
    "id": "CORE-C11b",
    "level": "MUST",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "Connecting again",
    "text": "A client MUST show the events of a stream that it opened after another was cut."
  },
  "CORE-C12": {
    "id": "CORE-C12",
    "level": "MUST",
    "role": "client",
    "profile": "core-sse",
    "chapter": "08-sse-clients.md",
    "section": "The end",
    "text": "A client MUST end its request when the program closes it while a stream is open."
  },
  "RECON-1a": {
    "id": "RECON-1a",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "When the program closes",
    "text": "A client MUST NOT make an attempt after the program has closed it, in whichever state it was: connecting, open, or waiting."
  },
  "RECON-1b": {
    "id": "RECON-1b",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "When the program closes",
    "text": "A client MUST give up an attempt that is under way when the program closes it."
  },
  "RECON-1c": {
    "id": "RECON-1c",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "When the program closes",
    "text": "A client MUST connect again when the program asks for it after it has closed it."
  },
  "RECON-2a": {
    "id": "RECON-2a",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "One at a time",
    "text": "A client MUST accept every call of the program in every state, without an error that ends the program: sending, closing twice, connecting while it is connected."
  },
  "RECON-2b": {
    "id": "RECON-2b",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "One at a time",
    "text": "A client MUST NOT have more than one attempt under way or connection open at any time."
  },
  "RECON-3a": {
    "id": "RECON-3a",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST choose each delay at random, the first one included, from a range whose lower end is 0.7 of its upper end at most."
  },
  "RECON-3b": {
    "id": "RECON-3b",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST double the upper end of that range with each attempt in a row that fails, until it reaches the longest delay."
  },
  "RECON-3c": {
    "id": "RECON-3c",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST NOT let a delay exceed the upper end of its range: the first delay that the program has set, doubled with each failure in a row, and never more than the longest that it has set."
  },
  "RECON-4a": {
    "id": "RECON-4a",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST show each delay when it begins: how long it is, and the number of the attempt after it."
  },
  "RECON-4b": {
    "id": "RECON-4b",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST show that it has given up, where it has a limit of attempts and reaches it."
  },
  "RECON-5": {
    "id": "RECON-5",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST NOT count attempts anew, or begin with the first delay again, before a connection has been open for the time that is set as stable, 5 seconds unless the program sets another."
  },
  "RECON-6": {
    "id": "RECON-6",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Delays",
    "text": "A client MUST give up an attempt that has neither succeeded nor failed within the time that is set for it, 10 seconds unless the program sets another, and count it as failed."
  },
  "RECON-7a": {
    "id": "RECON-7a",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST connect again after a Close frame without a code, or with a code that the table has connect again, one that it does not know among them."
  },
  "RECON-7b": {
    "id": "RECON-7b",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST NOT make an attempt after a Close frame with a code that the table has stop, unless the program asks for it."
  },
  "RECON-7c": {
    "id": "RECON-7c",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST show an error, or that it has given up, when it stops because of a close code other than 1000."
  },
  "RECON-7d": {
    "id": "RECON-7d",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST NOT make an attempt within 30 seconds after a Close frame with code 1008."
  },
  "RECON-7e": {
    "id": "RECON-7e",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST NOT send a message again after the connection that it was sent on was closed with code 1009."
  },
  "RECON-7f": {
    "id": "RECON-7f",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST make an attempt within 2 seconds after a Close frame with a code from 4100 to 4199 that has no hint."
  },
  "RECON-7g": {
    "id": "RECON-7g",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "Why a connection ended",
    "text": "A client MUST NOT make an attempt after a second connection in a row was closed with a code from 4300 to 4399 before it had been open for the time that is set as stable."
  },
  "RECON-8a": {
    "id": "RECON-8a",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "What the server asks for",
    "text": "A client MUST NOT make an attempt sooner than a Close frame's reason asks for: `retry=` and a number of milliseconds, alone or between semicolons, as in `restart;retry=4000`."
  },
  "RECON-8b": {
    "id": "RECON-8b",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "What the server asks for",
    "text": "A client MUST NOT make an attempt sooner than an answer with a status of 429 or 503 asks for in `Retry-After`, in seconds, where its platform shows it the answer."
  },
  "RECON-9": {
    "id": "RECON-9",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "What the server asks for",
    "text": "A client MUST make an attempt within 2 seconds when its platform says that the network is back, where it listens for that."
  },
  "RECON-10": {
    "id": "RECON-10",
    "level": "MUST",
    "role": "client",
    "profile": "reconnect",
    "chapter": "09-reconnecting.md",
    "section": "What the server asks for",
    "text": "A client MUST ask for the address anew at each attempt, where the program gives it something to ask."
  },
  "QUEUE-1a": {
    "id": "QUEUE-1a",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "What the program is told",
    "text": "A client MUST accept a message in every state without an error that ends the program."
  },
  "QUEUE-1b": {
    "id": "QUEUE-1b",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "What the program is told",
    "text": "A client MUST tell what became of each message that it was given: sent, queued, or rejected."
  },
  "QUEUE-1c": {
    "id": "QUEUE-1c",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "What the program is told",
    "text": "A client MUST reject a message that it is given after the program has closed it."
  },
  "QUEUE-2a": {
    "id": "QUEUE-2a",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST NOT queue more messages than are set as its limit, 1000 unless the program sets another."
  },
  "QUEUE-2b": {
    "id": "QUEUE-2b",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST NOT queue messages of more bytes together than are set as its limit, 1 MiB unless the program sets another."
  },
  "QUEUE-2c": {
    "id": "QUEUE-2c",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST keep, when its queue is full, what its policy says: with `reject`, the default, and with `drop-newest`, the messages that were there; with `drop-oldest`, the new one instead of the oldest."
  },
  "QUEUE-2d": {
    "id": "QUEUE-2d",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST show each message that it does not keep because its queue is full: as rejected, or as dropped."
  },
  "QUEUE-3a": {
    "id": "QUEUE-3a",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST send queued messages in the order in which it was given them, each once, however many attempts failed meanwhile."
  },
  "QUEUE-3b": {
    "id": "QUEUE-3b",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST send queued messages ahead of all that it is given after the connection is open."
  },
  "QUEUE-3c": {
    "id": "QUEUE-3c",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST keep, when a connection is lost while it sends its queue, the messages that it has not handed to that connection, and send them in order on the next one."
  },
  "QUEUE-3d": {
    "id": "QUEUE-3d",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Limits",
    "text": "A client MUST NOT send a message on a connection that it has handed to an earlier one."
  },
  "QUEUE-4a": {
    "id": "QUEUE-4a",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST let the program set how long a message may wait, and not send it when that time is over."
  },
  "QUEUE-4b": {
    "id": "QUEUE-4b",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST show that a message has expired."
  },
  "QUEUE-4c": {
    "id": "QUEUE-4c",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST let the program mark a message as volatile, and not queue it."
  },
  "QUEUE-5": {
    "id": "QUEUE-5",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST NOT queue pings."
  },
  "QUEUE-6": {
    "id": "QUEUE-6",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST show each queued message as rejected when the program closes it, or when it gives up, and not send it on a later connection."
  },
  "QUEUE-7a": {
    "id": "QUEUE-7a",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST NOT hand more than 1 MiB of queued messages to a connection that does not take them."
  },
  "QUEUE-7b": {
    "id": "QUEUE-7b",
    "level": "MUST",
    "role": "client",
    "profile": "queue",
    "chapter": "10-queue.md",
    "section": "Messages that do not wait",
    "text": "A client MUST go on sending pings in time while it sends its queue."
  },
  "LIVE-1a": {
    "id": "LIVE-1a",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST make a new attempt when nothing has come on an open connection for the heartbeat interval and the pong timeout together."
  },
  "LIVE-1b": {
    "id": "LIVE-1b",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST give up the connection that it takes for dead: it sends a Close frame, or ends the TCP connection."
  },
  "LIVE-1c": {
    "id": "LIVE-1c",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST NOT give up a connection whose pongs come within the pong timeout."
  },
  "LIVE-1d": {
    "id": "LIVE-1d",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST NOT wait for the other side before its new attempt when it gives up a connection."
  },
  "LIVE-2": {
    "id": "LIVE-2",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST NOT give up a connection on which text messages come, whether pongs are among them or not."
  },
  "LIVE-3a": {
    "id": "LIVE-3a",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST NOT give up a connection because its own timers were late."
  },
  "LIVE-3b": {
    "id": "LIVE-3b",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST make a new attempt within the pong timeout and 2 seconds, and the delay before it, after its timers run again, when the connection has died meanwhile."
  },
  "LIVE-4": {
    "id": "LIVE-4",
    "level": "MUST",
    "role": "client",
    "profile": "liveness",
    "chapter": "11-liveness.md",
    "section": "11. Liveness",
    "text": "A client MUST have at most one heartbeat on a connection, however many connections were before."
  },
  "RECON-12a": {
    "id": "RECON-12a",
    "level": "MUST",
    "role": "client",
    "profile": "state",
    "chapter": "12-state.md",
    "section": "12. State",
    "text": "A client MUST show each change of its state, as one of `idle`, `connecting`, `open`, `waiting`, `closed` and `failed`."
  },
  "RECON-12b": {
    "id": "RECON-12b",
    "level": "MUST",
    "role": "client",
    "profile": "state",
    "chapter": "12-state.md",
    "section": "12. State",
    "text": "A client MUST NOT show the same state twice in a row."
  },
  "RECON-12c": {
    "id": "RECON-12c",
    "level": "MUST",
    "role": "client",
    "profile": "state",
    "chapter": "12-state.md",
    "section": "12. State",
    "text": "A client MUST change its state only from `idle` to `connecting` or `closed`; from `connecting` to `open`, `waiting`, `closed` or `failed`; from `open` to `waiting`, `closed` or `failed`; from `waiting` to `connecting`, `closed` or `failed`; from `closed` or `failed` to `connecting`."
  },
  "RECON-12d": {
    "id": "RECON-12d",
    "level": "MUST",
    "role": "client",
    "profile": "state",
    "chapter": "12-state.md",
    "section": "12. State",
    "text": "A client MUST show the state that it is in: `open` as long as a connection is open, `waiting` as long as a delay passes, `closed` after it was closed, `failed` when it has given up."
  },
  "SSE-C1a": {
    "id": "SSE-C1a",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST NOT make a request after one that was answered with status 204."
  },
  "SSE-C1b": {
    "id": "SSE-C1b",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST show that a stream is over for good when its request is answered with status 204."
  },
  "SSE-C2a": {
    "id": "SSE-C2a",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST send the last event id of what it has read with each request that it makes after a stream has ended, as the header `Last-Event-ID` or as `lastEventId` in the query."
  },
  "SSE-C2b": {
    "id": "SSE-C2b",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST NOT show an event twice, or leave one out, that a server sends by the last event id which it was told."
  },
  "SSE-C3a": {
    "id": "SSE-C3a",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST NOT make a request sooner after a stream has ended than the last `retry` that came on it says, in milliseconds."
  },
  "SSE-C3b": {
    "id": "SSE-C3b",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST make a new request after a network error, and after an answer with status 429, 500, 502, 503 or 504."
  },
  "SSE-C3c": {
    "id": "SSE-C3c",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST NOT make a request after an answer with status 401, 403 or 404, unless the program asks for it or it has new credentials."
  },
  "SSE-C4": {
    "id": "SSE-C4",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST NOT show anything of an answer whose media type is not `text/event-stream`: no event, and not that a stream is open."
  },
  "SSE-C5": {
    "id": "SSE-C5",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST follow the redirects 301, 302, 307 and 308."
  },
  "SSE-C6": {
    "id": "SSE-C6",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST show each event of another type than `message` under its name, as a value equal to its data."
  },
  "SSE-C7": {
    "id": "SSE-C7",
    "level": "MUST",
    "role": "client",
    "profile": "sse",
    "chapter": "13-resuming-streams.md",
    "section": "13. Streams that are resumed",
    "text": "A client MUST take `text/event-stream` for the media type of a stream in whatever case it is written, and with whatever parameters."
  }
};
