/** The steps in which a server works, each of which a fault or an oddity may replace. */
import type { Socket } from "node:net";
import type { Frame } from "./frames.ts";
import type { HandshakeRequest, HandshakeResponse } from "./handshake.ts";

export interface Connection {
  /** 1 for the first that opened, 2 for the next. */
  readonly number: number;
  readonly socket: Socket;
  /** `closing`: the server has sent its Close frame and waits for the client's. */
  state: "opening" | "open" | "closing" | "closed";
  /** permessage-deflate was agreed on. */
  deflates: boolean;
  /** Bytes that came and are not read yet. */
  unread: Buffer;
  /** The fragments so far of a message that is not complete. */
  fragments: Frame[];
}

export type JsonObject = { readonly [name: string]: unknown };

/** An object that a client sent. */
export interface Message {
  readonly sender: Connection;
  readonly text: string;
  readonly value: JsonObject;
}

/** A WebSocket message, either way, its fragments joined. */
export interface Assembled {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly compressed?: boolean;
}

/** What a server knows, and what it can do beside its steps. */
export interface Room {
  /** Those who are open, oldest first. */
  readonly connections: Connection[];
  /** The steps in force. A step goes on to the next one through here, so that what replaces it takes effect. */
  readonly steps: Steps;
  /** Starts the close handshake. */
  close(connection: Connection, code: number): void;
  stopAccepting(): void;
  crash(): void;
}

/** In the order in which a message passes them. */
export interface Steps {
  // Opening
  onHandshakeBytes(connection: Connection, chunk: Buffer): void;
  answerHandshake(request: HandshakeRequest): HandshakeResponse;
  onOpen(connection: Connection): void;

  // From bytes to a message
  onBytes(connection: Connection, chunk: Buffer): void;
  onFrame(connection: Connection, frame: Frame): void;
  onControlPing(connection: Connection, payload: Buffer): void;
  onControlPong(connection: Connection): void;
  onDataFrame(connection: Connection, frame: Frame): void;
  /** Nothing if what is marked as compressed is not. */
  decompress(connection: Connection, message: Assembled): Assembled | undefined;
  onMessage(connection: Connection, message: Assembled): void;
  onBinary(connection: Connection, payload: Buffer): void;
  onText(connection: Connection, text: string): void;

  // What the message asks for
  onBadJson(sender: Connection, text: string): void;
  onNonObject(sender: Connection, value: unknown, text: string): void;
  onPing(ping: Message): void;
  pongText(ping: Message): string;
  onReserved(message: Message): void;
  onBroadcast(message: Message): void;
  receivers(message: Message): readonly Connection[];
  deliver(receiver: Connection, message: Message): void;
  deliveredText(message: Message, receiver: Connection): string;

  // From a message to bytes
  sendText(receiver: Connection, text: string): void;
  send(receiver: Connection, message: Assembled): void;
  compress(receiver: Connection, message: Assembled): Assembled;
  encode(receiver: Connection, message: Assembled): readonly Buffer[];
  write(receiver: Connection, bytes: Buffer): void;

  // The end
  onCloseFrame(connection: Connection, payload: Buffer): void;
  /** The payload of the Close frame that answers one. */
  closeReply(payload: Buffer): Buffer;
  hangUp(connection: Connection): void;
  /** The TCP connection ended, and no Close frame came before. */
  onLost(connection: Connection, how: "fin" | "reset"): void;
  leave(connection: Connection): void;
}

/**
 * Replaces some steps; `plain` has what they were. It is called once for each server, so what it keeps in variables is
 * the state of that server.
 */
export type Override = (plain: Steps, room: Room) => Partial<Steps>;
