/** The kit's end of one WebSocket connection that a client opened: it sees every frame, and sends what no server would. */
import { Finding } from "../finding.ts";
import { Inbox, type Incoming, type Received } from "../inbox.ts";
import type { Message } from "../marks.ts";
import { ProtocolViolation } from "./protocol-violation.ts";
import type { ServedSocket, ServingSurroundings } from "./served-socket.ts";
import type { Deflate } from "./websocket-deflate.ts";
import {
  decodeClosePayload,
  encodeClosePayload,
  encodeFrame,
  type Frame,
  type FrameOptions,
  FrameReader,
  Opcode,
} from "./websocket-frames.ts";
import { MessageReader } from "./websocket-messages.ts";

/** Between two pieces, so that TCP does not join them. */
const PAUSE_MS = 20;
const PONG = '{"type":"pong"}';

/** When a ping (JSON message) of the client is answered. */
export type Answering = "at-once" | "never" | { afterMs: number };

/** A message of the client's, and when it came, by `performance.now()`. */
export interface ServedMessage extends Received {
  at: number;
}

/** One WebSocket connection of a client under test. */
export class ServedConnection {
  /** When its handshake was answered. */
  readonly openedAt = performance.now();
  /** Every message that came, in order, pings not among them. */
  readonly received: ServedMessage[] = [];
  /** When each ping (JSON message) came. */
  readonly pings: number[] = [];
  /** The keys that frames were masked with. */
  readonly maskKeys = new Set<string>();
  /** The payload of each Pong frame that came. */
  readonly controlPongs: string[] = [];
  /** The client's Close frame. */
  closeFrame: { code: number; reason: string; at: number } | undefined;
  /** What the client sent that RFC 6455 forbids. */
  violation: string | undefined;
  /** Leaves it to the client to end the TCP connection after the close handshake. */
  lingers = false;
  /** When pings are answered. */
  answering: Answering = "at-once";
  /** What pings are answered with. */
  pong = PONG;
  readonly #socket: ServedSocket;
  readonly #surroundings: ServingSurroundings;
  readonly #frames = new FrameReader("client");
  readonly #messages: MessageReader;
  readonly #inbox: Inbox;
  #onlyCloses = false;
  /** What has to wait until a frame that is sent in pieces is complete. */
  #held: Buffer[] | undefined;
  #closeSentAt: number | undefined;
  #reply: readonly [code?: number, reason?: string] | "as-it-came" | "none" = "as-it-came";

  constructor(socket: ServedSocket, deflate: Deflate | undefined, surroundings: ServingSurroundings) {
    this.#socket = socket;
    this.#surroundings = surroundings;
    this.#messages = new MessageReader(deflate);
    this.#inbox = new Inbox(surroundings.markPrefix, surroundings.runMark);
    socket.onBytes = (bytes) => this.#onBytes(bytes);
  }

  /** Its client's name and the number of its attempt, as in the transcript. */
  get name(): string {
    return this.#socket.name;
  }

  /** Whether it is open: no Close frame either way, and the TCP connection stands. */
  get open(): boolean {
    return this.overAt === undefined;
  }

  /** When it was over: at the first Close frame, or at the end of the TCP connection. */
  get overAt(): number | undefined {
    const times = [this.#closeSentAt, this.closeFrame?.at, this.#socket.endedAt].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** When the client gave it up: by its Close frame, or by the end of the TCP connection. */
  get givenUpAt(): number | undefined {
    const ended = this.#socket.endedBy === "client" ? this.#socket.endedAt : undefined;
    const times = [this.closeFrame?.at, ended].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** When the TCP connection ended, on whichever side. */
  get tcpEndedAt(): number | undefined {
    return this.#socket.endedAt;
  }

  /** @returns what came of a message that the client was given, in order. */
  copiesOf(message: Message): readonly Received[] {
    return this.#inbox.deliveriesOf(message);
  }

  /** Sends text messages. */
  send(...messages: readonly (Message | string)[]): void {
    for (const message of messages) {
      this.sendFrame(Opcode.text, Buffer.from(typeof message === "string" ? message : message.text));
    }
  }

  /** Sends text messages in one piece. */
  sendAtOnce(...messages: readonly (Message | string)[]): void {
    const frames = messages.map((message) => {
      const text = typeof message === "string" ? message : message.text;
      this.#record("sent", "text", text);
      return encodeFrame(Opcode.text, Buffer.from(text), { mask: false });
    });
    this.#write(Buffer.concat(frames));
  }

  /** Sends one frame, unmasked unless said otherwise. */
  sendFrame(opcode: number, payload: Buffer, options: FrameOptions = {}): void {
    this.#record("sent", nameOf(opcode), opcode === Opcode.text ? payload.toString("utf8") : payload);
    this.#write(encodeFrame(opcode, payload, { mask: false, ...options }));
  }

  /**
   * Sends a text message in fragments.
   *
   * @param cuts - where its bytes are cut, in ascending order; the same place twice makes an empty fragment.
   * @param between - the opcodes of control frames that go between the fragments, in turn.
   */
  sendFragments(payload: Buffer, cuts: readonly number[], between: readonly number[]): void {
    const edges = [0, ...cuts, payload.length];
    for (const [index, end] of edges.slice(1).entries()) {
      const last = index === cuts.length;
      const opcode = index === 0 ? Opcode.text : Opcode.continuation;
      this.sendFrame(opcode, payload.subarray(edges[index], end), { fin: last });
      const control = between[index % between.length];
      if (!last && control !== undefined) this.sendFrame(control, Buffer.from("between"));
    }
  }

  /**
   * Sends bytes in pieces, with pauses. What the client sends meanwhile is answered behind them.
   *
   * @param cuts - where the bytes are cut, in ascending order.
   */
  async sendInPieces(bytes: Buffer, cuts: readonly number[]): Promise<void> {
    this.#held = [];
    const edges = [0, ...cuts, bytes.length];
    for (const [index, end] of edges.slice(1).entries()) {
      const piece = bytes.subarray(edges[index], end);
      this.#record("sent", "bytes", piece);
      this.#socket.write(piece);
      await this.#surroundings.patience.quiet(PAUSE_MS, () => undefined);
    }
    const held = this.#held;
    this.#held = undefined;
    for (const one of held) this.#socket.write(one);
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Buffer): void {
    this.#record("sent", "bytes", bytes);
    this.#write(bytes);
  }

  /** Starts the close handshake. The TCP connection is ended as soon as the client has answered. */
  close(code?: number, reason = ""): void {
    this.#closeSentAt ??= performance.now();
    this.#record("sent", "close", `${code ?? "no code"} ${reason}`.trim());
    this.#write(encodeFrame(Opcode.close, encodeClosePayload(code, reason), { mask: false }));
    if (this.closeFrame !== undefined) this.#endTcp();
  }

  /** How the client's Close frame is answered: with its own code, unless said otherwise. */
  answerCloseWith(reply: readonly [code?: number, reason?: string] | "none"): void {
    this.#reply = reply;
  }

  /** Ends the TCP connection without a Close frame. */
  end(): void {
    this.#socket.end();
  }

  /** Resets the TCP connection. */
  reset(): void {
    this.#socket.reset();
  }

  /** Sends the first half of a frame, and ends the TCP connection. */
  endMidFrame(message: Message): void {
    const frame = encodeFrame(Opcode.text, Buffer.from(message.text), { mask: false });
    this.sendBytes(frame.subarray(0, frame.length >> 1));
    this.#socket.end();
  }

  /** Becomes half-open: nothing is said any more, to whatever comes. */
  fallSilent(): void {
    this.#socket.fallSilent();
  }

  /** Answers nothing any more, but a Close frame. */
  answerNothingButClose(): void {
    this.answering = "never";
    this.#onlyCloses = true;
  }

  /** Reads nothing any more, so that what the client sends stays with it. */
  stopReading(): void {
    this.#socket.stopReading();
  }

  /** Reads again what the client has sent, and what it sends. */
  resumeReading(): void {
    this.#socket.resumeReading();
  }

  /**
   * Waits until something holds of this connection, as long as the client gets on.
   *
   * @param what - says what is awaited, in words that follow "the client did not".
   * @param stallMs - how long there may be no sign of life, where that is not what the limits say.
   */
  until(done: () => boolean, what: string, stallMs?: number): Promise<void> {
    return this.#surroundings.patience.until(
      done,
      (awaited) => new Finding(`the client did not ${what} ${awaited}`, this.#state()),
      () => this.broken(what),
      stallMs,
    );
  }

  /** Waits until each of the messages has come, in whatever form and order, once at least. */
  async arrive(...messages: readonly Message[]): Promise<void> {
    const missing = () => messages.filter((message) => this.copiesOf(message).length === 0);
    await this.#surroundings.patience.until(
      () => missing().length === 0,
      (awaited) => {
        const [first] = missing();
        return new Finding(
          `${missing().length} of ${messages.length} messages did not come from the client ${awaited}`,
          {
            expected: first?.text.slice(0, 300) ?? "",
            actual: `${this.received.length} messages came on ${this.name}`,
            ...(first && { mark: first.mark }),
            underWay: this.#messages.getsOn || this.#frames.midFrame,
          },
        );
      },
      () => this.broken("send all messages"),
    );
  }

  /** Waits until the client has given this connection up. */
  givenUp(what: string, stallMs?: number): Promise<void> {
    return this.#surroundings.patience.until(
      () => this.givenUpAt !== undefined,
      (awaited) => new Finding(`the client did not ${what} ${awaited}`, this.#state()),
      undefined,
      stallMs,
    );
  }

  /** @returns the finding that it is over, or that the client broke RFC 6455 on it; nothing as long as neither holds. */
  broken(before: string): Finding | undefined {
    if (this.violation !== undefined) {
      return new Finding(`the client sent ${this.violation}`, {
        expected: "frames as RFC 6455 has them",
        actual: this.violation,
      });
    }
    if (this.givenUpAt === undefined) return undefined;
    const how =
      this.closeFrame === undefined
        ? "it ended the TCP connection"
        : `it sent a Close frame with code ${this.closeFrame.code}`;
    return new Finding(`the client ended the connection before it did ${before}: ${how}`, {
      lostConnection: true,
      actual: how,
    });
  }

  #state(): { actual: string } {
    const closed = this.closeFrame === undefined ? "no Close frame" : `a Close frame with code ${this.closeFrame.code}`;
    const state = this.#socket.open
      ? "the TCP connection stands"
      : `the TCP connection was ended by the ${this.#socket.endedBy}`;
    return {
      actual: `${this.received.length} messages, ${this.pings.length} pings and ${closed} came on ${this.name}; ${state}`,
    };
  }

  #onBytes(bytes: Buffer): void {
    if (this.violation !== undefined) return;
    try {
      for (const frame of this.#frames.push(bytes)) this.#onFrame(frame);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.violation = error.message;
      this.#record("received", "bytes", bytes);
      this.#socket.reset();
    }
  }

  #onFrame(frame: Frame): void {
    this.maskKeys.add(frame.maskKey ?? "");
    if (frame.opcode === Opcode.close) {
      this.#onClose(frame.payload);
    } else if (frame.opcode === Opcode.ping) {
      this.#record("received", "ping", frame.payload);
      if (!this.#onlyCloses) this.sendFrame(Opcode.pong, frame.payload);
    } else if (frame.opcode === Opcode.pong) {
      this.#record("received", "pong", frame.payload);
      this.controlPongs.push(frame.payload.toString("latin1"));
    } else {
      const incoming = this.#messages.push(frame);
      if (incoming !== undefined) this.#onMessage(incoming);
    }
  }

  #onMessage(incoming: Incoming): void {
    this.#record("received", incoming.kind, incoming.text);
    if (incoming.kind === "text" && isPing(incoming.text)) {
      this.#onPing();
      return;
    }
    const { kept } = this.#inbox.add(incoming);
    const message = this.#inbox.received.at(-1);
    if (kept && message !== undefined) this.received.push({ ...message, at: performance.now() });
  }

  #onPing(): void {
    this.pings.push(performance.now());
    if (this.answering === "at-once") this.send(this.pong);
    else if (this.answering !== "never")
      setTimeout(() => this.open && this.send(this.pong), this.answering.afterMs).unref();
  }

  #onClose(payload: Buffer): void {
    if (this.closeFrame !== undefined) return;
    const { code, reason } = decodeClosePayload(payload);
    this.closeFrame = { code, reason, at: performance.now() };
    this.#record("received", "close", `${code === 1005 ? "no code" : code} ${reason}`.trim());
    if (this.#closeSentAt !== undefined) {
      this.#endTcp();
    } else if (this.#reply !== "none") {
      const [replyCode, replyReason] = this.#reply === "as-it-came" ? [code === 1005 ? undefined : code] : this.#reply;
      this.close(replyCode, replyReason);
    }
  }

  #endTcp(): void {
    if (!this.lingers) this.#socket.end();
  }

  #write(bytes: Buffer): void {
    if (this.#held === undefined) this.#socket.write(bytes);
    else this.#held.push(bytes);
  }

  #record(direction: "sent" | "received", kind: string, content: string | Buffer): void {
    if (direction === "sent" && (this.#socket.silent || !this.#socket.open)) return;
    this.#surroundings.transcript.record(this.name, direction, kind, content);
  }
}

function isPing(text: string): boolean {
  // Most messages are none: spare them the parser.
  if (!/ping|\\u/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value && value.type === "ping";
  } catch {
    return false;
  }
}

function nameOf(opcode: number): string {
  return Object.entries(Opcode).find(([, code]) => code === opcode)?.[0] ?? `opcode ${opcode}`;
}
