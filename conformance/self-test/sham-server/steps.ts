/** The steps in which a server works, each of which a fault or an oddity may replace. */
import type { Socket } from "node:net";
import type { Frame } from "./frames.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** A TCP connection, whatever is spoken on it. */
export interface Connection {
  /** 1 for the first that opened, 2 for the next. */
  readonly number: number;
  readonly socket: Socket;
  /**
   * `opening`: it speaks HTTP, of which a WebSocket or a stream may come. `open`: a WebSocket. `closing`: the server has
   * sent its Close frame and waits for the client's. `streaming`: a stream. `closed`: what still comes is not read.
   */
  state: "opening" | "open" | "closing" | "streaming" | "closed";
  /** permessage-deflate was agreed on. */
  deflates: boolean;
  /** Bytes that came and are not read yet. */
  unread: Buffer;
  /** The fragments so far of a message that is not complete. */
  fragments: Frame[];
  /** The request to publish that is not dealt with yet. */
  post?: Post | undefined;
  /** What it carries in the state `streaming`. */
  stream?: Stream;
}

/** The response to one GET that carries server-sent events. */
export interface Stream {
  /** 1 for the first that opened, 2 for the next. */
  readonly number: number;
  /** State for each stream is kept by its connection, with `perConnection`. */
  readonly connection: Connection;
  readonly request: HttpRequest;
  /** Status and headers, as `answerSubscription` made them. */
  readonly response: HttpResponse;
}

/** What a stream dispatches at a client: without a name it is of the type `message`. */
export interface StreamEvent {
  readonly name?: string;
  readonly data: string;
  readonly id?: string;
}

/** A line of an event. With an empty name it is a comment. */
export type Field = readonly [name: string, value: string];

/** A request to publish. */
export interface Post {
  readonly connection: Connection;
  readonly request: HttpRequest;
  /** Of the body, in bytes, as the request tells it. */
  readonly length: number;
  /** The whole body has come. */
  complete: boolean;
  /** What still comes of the body is not read: it is too long. */
  unwanted: boolean;
  /** What it was answered; nothing as long as it is not. */
  answer?: HttpResponse;
}

/** Who a request is for. */
export type Route = "socket" | "stream" | "publish";

export type JsonObject = { readonly [name: string]: unknown };

/** An object that a client sent or posted. */
export interface Message {
  /** What it came on: a WebSocket, or the TCP connection of the request that it was posted with. */
  readonly sender: Connection;
  readonly text: string;
  readonly value: JsonObject;
  /** The request that it was posted with; nothing if it came on a WebSocket. */
  readonly post?: Post;
}

/** A WebSocket message, either way, its fragments joined. */
export interface Assembled {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly compressed?: boolean;
}

/** What a server knows, and what it can do beside its steps. */
export interface Room {
  /** The WebSockets that are open, oldest first. */
  readonly connections: Connection[];
  /** The streams that are open, oldest first. */
  readonly streams: Stream[];
  /** The steps in force. A step goes on to the next one through here, so that what replaces it takes effect. */
  readonly steps: Steps;
  /** Starts the close handshake. */
  close(connection: Connection, code: number): void;
  /** Ends the response that is a stream. */
  end(stream: Stream): void;
  stopAccepting(): void;
  crash(): void;
}

/** Requests. */
export interface RequestSteps {
  /** Bytes of a head or a body, on a connection that speaks HTTP. */
  onRequestBytes(connection: Connection, chunk: Buffer): void;
  /** The head is there; of the body, what has come is in `connection.unread`. */
  onRequest(connection: Connection, request: HttpRequest): void;
  /** Nothing if there is nothing at this path for this method. */
  routeOf(request: HttpRequest): Route | undefined;
  /** Answers with a whole response, after which the TCP connection is ended. */
  respond(connection: Connection, response: HttpResponse): void;
}

/** Opening. */
export interface OpeningSteps {
  onHandshake(connection: Connection, request: HttpRequest): void;
  answerHandshake(request: HttpRequest): HttpResponse;
  onOpen(connection: Connection): void;
}

/** From bytes to a message. */
export interface InwardSteps {
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
}

/** What the message asks for. */
export interface MessageSteps {
  onBadJson(sender: Connection, text: string): void;
  onNonObject(sender: Connection, value: unknown, text: string): void;
  onPing(ping: Message): void;
  pongText(ping: Message): string;
  onReserved(message: Message): void;
  /** Of whatever was sent or posted: delivers it to everybody, on WebSockets and on streams. */
  onBroadcast(message: Message): void;
  receivers(message: Message): readonly Connection[];
  deliver(receiver: Connection, message: Message): void;
  deliveredText(message: Message, receiver: Connection): string;
}

/** From a message to bytes. */
export interface OutwardSteps {
  sendText(receiver: Connection, text: string): void;
  send(receiver: Connection, message: Assembled): void;
  compress(receiver: Connection, message: Assembled): Assembled;
  encode(receiver: Connection, message: Assembled): readonly Buffer[];
  /** All bytes to whomever pass here, those of responses and streams too. */
  write(receiver: Connection, bytes: Buffer): void;
}

/** The end. */
export interface EndSteps {
  onCloseFrame(connection: Connection, payload: Buffer): void;
  /** The payload of the Close frame that answers one. */
  closeReply(payload: Buffer): Buffer;
  hangUp(connection: Connection): void;
  /** The TCP connection ended, and no Close frame came before. */
  onLost(connection: Connection, how: "fin" | "reset"): void;
  leave(connection: Connection): void;
}

/** Streams. */
export interface StreamSteps {
  onSubscribe(connection: Connection, request: HttpRequest): void;
  /** The head of the stream; or, with another status than 200, a whole response that refuses it. */
  answerSubscription(request: HttpRequest): HttpResponse;
  sendHead(stream: Stream): void;
  onStreamOpen(stream: Stream): void;
  subscribers(message: Message): readonly Stream[];
  deliverOnStream(stream: Stream, message: Message): void;
  eventFor(message: Message, stream: Stream): StreamEvent;
  sendEvent(stream: Stream, event: StreamEvent): void;
  /** The lines of an event, without the empty one. A value that has a line break in it is written as it is. */
  fields(event: StreamEvent, stream: Stream): readonly Field[];
  eventText(fields: readonly Field[], stream: Stream): string;
  /** Bytes of the body, before any coding. */
  sendBody(stream: Stream, bytes: Buffer): void;
  /** Bytes of the body in the transfer coding that the head announces. */
  frameBody(stream: Stream, bytes: Buffer): Buffer;
  /** Ends the body, as the transfer coding has it; the TCP connection is ended after it. */
  endBody(stream: Stream): void;
  /** The client has gone. */
  onStreamLost(stream: Stream, how: "fin" | "reset"): void;
  leaveStream(stream: Stream): void;
}

/** Publishing. */
export interface PublishingSteps {
  /** The head is there, and the body is awaited. */
  onPost(post: Post): void;
  isTooLong(post: Post): boolean;
  onTooLong(post: Post): void;
  /** More of the body has come; all that has is in `connection.unread`. */
  onBodyBytes(post: Post): void;
  onBody(post: Post, body: Buffer): void;
  /** Also of what is not UTF-8. */
  onBadJsonBody(post: Post, text: string): void;
  onNonObjectBody(post: Post, value: unknown, text: string): void;
  /** `message` is of a reserved type. */
  onReservedBody(post: Post, message: Message): void;
  /** `message` is fit to be delivered. */
  onPublished(post: Post, message: Message): void;
  /** Once for each request; a second answer is not written. */
  answerPost(post: Post, status: string): void;
  postAnswer(post: Post, status: string): HttpResponse;
  /** The TCP connection ended before the body did, what has come of it is in `connection.unread`; or before the answer. */
  onAborted(post: Post, how: "fin" | "reset"): void;
}

export interface Steps
  extends RequestSteps,
    OpeningSteps,
    InwardSteps,
    MessageSteps,
    OutwardSteps,
    EndSteps,
    StreamSteps,
    PublishingSteps {}

/**
 * Replaces some steps; `plain` has what they were. It is called once for each server, so what it keeps in variables is
 * the state of that server.
 */
export type Override = (plain: Steps, room: Room) => Partial<Steps>;
