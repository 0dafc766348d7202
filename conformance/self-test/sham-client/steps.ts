/** The steps in which a client works, each of which a fault or an oddity may replace. */
import type { Socket } from "node:net";
import type { TextDecoder } from "node:util";
import type { eventNames, Hello, OpenOptions, Report, SendOptions, Transport } from "../../adapter/protocol.ts";
import type { Frame } from "../sham-server/frames.ts";
import type { HttpResponse } from "./http.ts";
import type { Settings } from "./settings.ts";
import type { Timer } from "./timing.ts";

export type State = "idle" | "connecting" | "open" | "waiting" | "closed" | "failed";

export interface Client {
  readonly name: string;
  readonly transport: Transport;
  readonly urls: readonly string[];
  readonly settings: Settings;
  state: State;
  /** Attempts since it was made: each takes the next address. */
  attempts: number;
  /** Attempts in a row that failed; -1 before the first of all, which is not counted. */
  failures: number;
  /** Delays since a connection was stable. */
  delays: number;
  /** Connections in a row that were closed with a code from 4300 to 4399. */
  refusals: number;
  /** The attempt that is under way, or the connection that is open. */
  connection?: Connection | undefined;
  /** The delay that is passing. */
  wait?: Wait | undefined;
  /** Ends an attempt that takes too long. */
  connectTimer?: Timer | undefined;
  readonly queue: Queued[];
  lastEventId: string;
  /** The last `retry` that came on a stream. */
  retryMs: number;
}

export interface Wait {
  readonly timer: Timer;
  /** No attempt is made before, by the clock of `performance.now()`. */
  readonly notBefore: number;
}

/** A message that waits for a connection. */
export interface Queued {
  readonly text: string;
  readonly bytes: number;
  readonly sendId: string | undefined;
  /** By the clock of `performance.now()`. */
  readonly expiresAt: number;
  expiry?: Timer;
}

/** One TCP connection, whatever is spoken on it. */
export interface Connection {
  readonly client: Client;
  readonly url: URL;
  readonly socket: Socket;
  /** Of the opening handshake. */
  readonly key: string;
  /** `closing`: the client has sent its Close frame. `over`: what still comes is not read. */
  state: "connecting" | "open" | "closing" | "over";
  openedAt: number;
  /** Bytes that came and are not read yet. */
  unread: Buffer;
  /** The fragments so far of a message that is not complete. */
  fragments: Frame[];
  /** permessage-deflate was agreed on. */
  deflates: boolean;
  heartbeat?: Heartbeat | undefined;
  stream?: Stream;
}

export interface Heartbeat {
  beats: Timer;
  /** When something came last. */
  heardAt: number;
  pings: number;
  probedAt: number;
  /** Until then something has to come. */
  deadline?: Timer | undefined;
}

/** The body of a response that carries server-sent events. */
export interface Stream {
  readonly connection: Connection;
  readonly takeBody: (chunk: Buffer) => { readonly body: Buffer; readonly ended: boolean };
  readonly decoder: TextDecoder;
  /** The text of a line that is not complete. */
  line: string;
  /** The last character was a CR: an LF behind it belongs to it. */
  afterCr: boolean;
  name: string;
  data: string[];
  id: string;
}

/** What a stream dispatches. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** A WebSocket message, either way, its fragments joined. */
export interface Assembled {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly compressed?: boolean;
}

/** How a connection ended or an attempt failed. */
export interface Ending {
  /** `failed`: there was no connection yet. */
  readonly how: "failed" | "lost";
  readonly reason: string;
  /** Of a Close frame. */
  readonly code?: number;
  /** Of the answer to the request. */
  readonly response?: HttpResponse;
}

/** What a client does after an ending. */
export type Plan =
  | { readonly goesOn: true; readonly notBeforeMs?: number; readonly withinMs?: number }
  | { readonly goesOn: false; readonly state: "closed" | "failed" };

export type Told = Omit<Report, "seq" | "client" | "event">;
export type EventName = (typeof eventNames)[number];
export type Outcome = NonNullable<Report["status"]>;

/** What steps know, and what they can do beside them. */
export interface Room {
  readonly clients: ReadonlyMap<string, Client>;
  /** The steps in force. A step goes on to the next one through here, so that what replaces it takes effect. */
  readonly steps: Steps;
  make(name: string, transport: Transport, urls: readonly string[], options: OpenOptions): Client;
  /** What goes to the kit, as it is. */
  output(text: string): void;
  exit(status: number): void;
}

/** The adapter: lines from and to the kit. */
export interface AdapterSteps {
  onLine(line: string): void;
  onCommand(id: number, command: Record<string, unknown>): void;
  /** `bye` has been answered. */
  onBye(): void;
  hello(): Omit<Hello, "id" | "ok">;
  answer(id: number, answer: object): void;
  report(client: Client, event: EventName, told?: Told): void;
  writeLine(line: object): void;
}

/** What the program asks for. */
export interface ProgramSteps {
  connect(client: Client): void;
  send(client: Client, data: unknown, options: SendOptions, sendId?: string): "sent" | "queued" | "rejected";
  close(client: Client): void;
  onEnvironment(client: Client, change: { readonly online?: boolean; readonly visible?: boolean }): void;
}

/** Attempts. */
export interface AttemptSteps {
  attempt(client: Client): void;
  address(client: Client): string;
  dial(client: Client, url: URL): void;
  requestHeaders(connection: Connection): readonly (readonly [name: string, value: string])[];
  /** Of the request line. */
  target(connection: Connection): string;
  onHeadBytes(connection: Connection, chunk: Buffer): void;
  onResponse(connection: Connection, response: HttpResponse): void;
  /** Whether the response agrees to speak WebSocket. */
  agrees(connection: Connection, response: HttpResponse): boolean;
  onSubscribed(connection: Connection, response: HttpResponse): void;
  onOpen(connection: Connection): void;
  onConnectTimeout(client: Client): void;
  fail(connection: Connection, ending: Ending): void;
  /** Gives up an attempt that is under way. */
  abandon(connection: Connection): void;
}

/** Connecting again. */
export interface ReconnectSteps {
  /** A connection that was open is over, and not by the program. */
  onLost(connection: Connection, ending: Ending): void;
  /** After a connection that was open for so long. */
  countAnew(client: Client, openMs: number): void;
  /** How many attempts in a row may fail. */
  limit(client: Client): number;
  planAfter(client: Client, ending: Ending): Plan;
  follow(client: Client, plan: Plan, ending: Ending): void;
  nominalDelay(client: Client): number;
  /** Between 0 and 1, by which a delay is multiplied. */
  jitter(): number;
  delayFor(client: Client, plan: Plan & { readonly goesOn: true }): number;
  wait(client: Client, delayMs: number, notBeforeMs: number, reason: string): void;
  /** No more attempts, for this reason. */
  stop(client: Client, state: "closed" | "failed", ending: Ending): void;
  setState(client: Client, state: State): void;
}

/** From bytes to a message. */
export interface InwardSteps {
  /** Of a connection that is open or closing. */
  onBytes(connection: Connection, chunk: Buffer): void;
  onFrame(connection: Connection, frame: Frame): void;
  onControlPing(connection: Connection, payload: Buffer): void;
  onControlPong(connection: Connection): void;
  onDataFrame(connection: Connection, frame: Frame): void;
  decompress(connection: Connection, message: Assembled): Assembled | undefined;
  onMessage(connection: Connection, message: Assembled): void;
  onText(connection: Connection, text: string): void;
  onBadJson(connection: Connection, text: string): void;
  onPong(connection: Connection): void;
  show(client: Client, value: unknown): void;
  onCloseFrame(connection: Connection, payload: Buffer): void;
}

/** From a message to bytes. */
export interface OutwardSteps {
  sendText(connection: Connection, text: string): void;
  compress(connection: Connection, message: Assembled): Assembled;
  encode(connection: Connection, message: Assembled): readonly Buffer[];
  /** The bytes of one frame. */
  frame(code: number, payload: Buffer, bits?: { readonly fin?: boolean; readonly rsv?: number }): Buffer;
  /** All bytes to servers pass here. */
  write(connection: Connection, bytes: Buffer): void;
  /** Starts the close handshake. */
  startClose(connection: Connection, code: number | undefined): void;
  /** The payload of the Close frame that answers one. */
  closeReply(payload: Buffer): Buffer;
  hangUp(connection: Connection): void;
  /** The connection is over for the client: its timers end. */
  leave(connection: Connection): void;
}

/** The heartbeat, and what it finds out. */
export interface HeartbeatSteps {
  startHeartbeat(connection: Connection): void;
  beat(connection: Connection): void;
  ping(connection: Connection): void;
  pingText(): string;
  /** Something came. */
  onLife(connection: Connection): void;
  expectLife(connection: Connection, withinMs: number): void;
  onSilence(connection: Connection, lateMs: number): void;
  /** Finds out at once whether the connection is alive, without more than one ping in an interval. */
  probe(connection: Connection): void;
  giveUpOn(connection: Connection): void;
  stopHeartbeat(connection: Connection): void;
  /** The process had stood still for so long. */
  onWake(sleptMs: number): void;
}

/** The queue. */
export interface QueueSteps {
  enqueue(client: Client, text: string, options: SendOptions, sendId?: string): "queued" | "rejected";
  fits(client: Client, bytes: number): boolean;
  /** Makes room, or not. */
  onFull(client: Client, bytes: number, sendId?: string): boolean;
  flush(connection: Connection): void;
  /** The connection takes more of the queue. */
  takesMore(connection: Connection): boolean;
  hand(connection: Connection, message: Queued): void;
  onExpired(client: Client, message: Queued): void;
  settle(client: Client, message: Queued, outcome: Outcome): void;
  rejectQueue(client: Client): void;
}

/** Streams. */
export interface StreamSteps {
  onBodyBytes(stream: Stream, chunk: Buffer): void;
  onBody(stream: Stream, body: Buffer): void;
  decode(stream: Stream, body: Buffer): string;
  onStreamText(stream: Stream, text: string): void;
  onLineOfStream(stream: Stream, line: string): void;
  onField(stream: Stream, name: string, value: string): void;
  dispatch(stream: Stream): void;
  onEvent(stream: Stream, event: StreamEvent): void;
  onBadData(stream: Stream, event: StreamEvent): void;
  showEvent(client: Client, event: StreamEvent, value: unknown): void;
  onStreamEnd(stream: Stream): void;
}

export interface Steps
  extends AdapterSteps,
    ProgramSteps,
    AttemptSteps,
    ReconnectSteps,
    InwardSteps,
    OutwardSteps,
    HeartbeatSteps,
    QueueSteps,
    StreamSteps {}

/**
 * Replaces some steps; `plain` has what they were. It is called once for each process, so what it keeps in variables is
 * the state of that process.
 */
export type Override = (plain: Steps, room: Room) => Partial<Steps>;
