// Generated from chapters/*.md by `npm run generate`. Change the text, not this file.

/** How binding a rule is: MUST and MUST NOT, SHOULD and SHOULD NOT, MAY. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** Whom a rule obliges. */
export type Role = "server" | "client";

/** A set of rules that are claimed together. */
export type Profile = "core-ws";

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
export type RuleId = "CORE-S1a" | "CORE-S1b" | "CORE-S1c" | "CORE-S2a" | "CORE-S2b" | "CORE-S2c" | "CORE-S2d" | "CORE-S3a" | "CORE-S3b" | "CORE-S3c" | "CORE-S3d" | "CORE-S4a" | "CORE-S4b" | "CORE-S5a" | "CORE-S5b" | "CORE-S5c" | "CORE-S6a" | "CORE-S6b" | "CORE-S7a" | "CORE-S7b" | "CORE-S7c" | "CORE-S7d" | "CORE-S7e" | "CORE-S8";

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
  }
};
