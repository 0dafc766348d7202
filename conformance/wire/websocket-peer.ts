/** The kit's own WebSocket client, at byte level: it also sends what no library would, and keeps what comes. */
import { randomBytes } from "node:crypto";
import { CoreLimits } from "../../spec/limits.ts";
import { Finding } from "../finding.ts";
import { findMarks, type Message } from "../marks.ts";
import type { Patience } from "../runner/patience.ts";
import type { Transcript } from "../transcript.ts";
import { type Access, type OpenSocket, openSocket } from "./tcp.ts";
import { Deflate } from "./websocket-deflate.ts";
import {
  decodeClosePayload,
  decodeUtf8,
  encodeClosePayload,
  encodeFrame,
  type Frame,
  FrameReader,
  Opcode,
  ProtocolViolation,
} from "./websocket-frames.ts";
import {
  acceptFor,
  type HandshakeOptions,
  handshakeFault,
  handshakeRequest,
  parseResponseHead,
} from "./websocket-handshake.ts";

/** One message that came. */
export interface Received {
  /** When its last byte came, by `performance.now()`. */
  at: number;
  kind: "text" | "binary";
  text: string;
  /** The marks of this case in it. */
  marks: string[];
  /** Whether it is a pong. */
  pong: boolean;
}

/** How a connection ended. */
export interface Ending {
  by: "close-frame" | "tcp" | "violation" | "peer";
  text: string;
  /** The code of the Close frame that ended it. */
  code?: number;
}

/** A handshake whose request has been sent by half. */
export interface HalfOpening {
  /** Sends the other half, and completes the handshake. */
  complete(): Promise<WebSocketPeer>;
  /** Resets the TCP connection. */
  abandon(): void;
}

/** What a peer needs of the case that it belongs to. */
export interface PeerSurroundings {
  url: URL;
  access: Access;
  patience: Patience;
  transcript: Transcript;
  /** What the marks of this case begin with. */
  markPrefix: string;
  /** What the marks of this run begin with. */
  runMark: string;
}

const MAX_HEAD_BYTES = 65_536;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_FRAGMENTS = 1_000_000;
/** The longest message that a conforming server may make of one of Core's, and still be getting on with it. */
const MAX_LIVELY_BYTES = 6 * CoreLimits.maxMessageBytes;
/** What a flood of messages that nobody asked for may take of the kit's memory. */
const MAX_UNMARKED = 5_000;
const LEAVE_WITHIN_MS = 500;
const ONE_SECOND_MS = 1_000;

/** One WebSocket connection of a case to the subject. */
export class WebSocketPeer {
  readonly name: string;
  /** Every message that came, in order. */
  readonly received: Received[] = [];
  /** How many pongs (JSON messages of type pong) came. */
  pongs = 0;
  /** How many pings (JSON messages) this peer sent. */
  pings = 0;
  readonly #surroundings: PeerSurroundings;
  readonly #socket: OpenSocket;
  readonly #reader = new FrameReader("server");
  readonly #sendTimes: number[] = [];
  readonly #deliveries = new Map<string, Received[]>();
  #deflate: Deflate | undefined;
  #fragments: Frame[] = [];
  #fragmentBytes = 0;
  #held: Buffer[] | undefined;
  #unmarked = 0;
  #lastPing = "";
  #closeSent = false;
  #closeReceived: { code: number; reason: string } | undefined;
  #ending: Ending | undefined;

  private constructor(name: string, socket: OpenSocket, surroundings: PeerSurroundings) {
    this.name = name;
    this.#socket = socket;
    this.#surroundings = surroundings;
  }

  /**
   * Connects and completes the opening handshake.
   *
   * @throws Finding where the server does not complete it as RFC 6455, section 4.2, says.
   * @throws Unreachable where the address does not accept connections.
   */
  static async open(
    name: string,
    surroundings: PeerSurroundings,
    options: HandshakeOptions = {},
  ): Promise<WebSocketPeer> {
    const { socket, request, key } = await WebSocketPeer.#connect(name, surroundings, options);
    socket.stream.write(request);
    const peer = new WebSocketPeer(name, socket, surroundings);
    await peer.#completeHandshake(key, options);
    return peer;
  }

  /** Connects and sends the first half of the request for an opening handshake. */
  static async openHalf(name: string, surroundings: PeerSurroundings): Promise<HalfOpening> {
    const { socket, request, key } = await WebSocketPeer.#connect(name, surroundings, {});
    const half = Math.floor(request.length / 2);
    socket.stream.on("error", () => {});
    socket.stream.write(request.slice(0, half));
    return {
      async complete() {
        socket.stream.write(request.slice(half));
        const peer = new WebSocketPeer(name, socket, surroundings);
        await peer.#completeHandshake(key, {});
        return peer;
      },
      abandon() {
        surroundings.transcript.record(name, "sent", "tcp", "reset");
        socket.tcp.resetAndDestroy();
      },
    };
  }

  static async #connect(
    name: string,
    { url, access, patience, transcript }: PeerSurroundings,
    options: HandshakeOptions,
  ) {
    const socket = await openSocket(url, access, patience.limits.stallMs);
    const key = randomBytes(16).toString("base64");
    const { sent, shown } = handshakeRequest(url, key, access, options);
    transcript.record(name, "sent", "http", shown);
    return { socket, request: sent, key };
  }

  /** The patience of the case. */
  get patience(): Patience {
    return this.#surroundings.patience;
  }

  /** How the connection ended, if it has. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** The Close frame that the server sent, if it has. */
  get closeReceived(): { code: number; reason: string } | undefined {
    return this.#closeReceived;
  }

  /** Whether permessage-deflate was agreed on. */
  get compresses(): boolean {
    return this.#deflate !== undefined;
  }

  /** @returns what came of a message of this case, in order: once each, if all is well. */
  deliveriesOf(message: Message): readonly Received[] {
    return this.#deliveries.get(message.mark) ?? [];
  }

  /** Sends a message as one text frame. */
  send(message: Message): void {
    this.sendText(message.text);
  }

  /** Sends messages as fast as the limits of Core allow: the first 50 at once, as one piece. */
  async sendAll(messages: readonly Message[]): Promise<void> {
    let piece: Buffer[] = [];
    const flush = () => {
      if (piece.length > 0) this.#write(Buffer.concat(piece));
      piece = [];
    };
    for (const message of messages) {
      if (this.#msUntilAllowed() > 0) flush();
      await this.#allowed();
      piece.push(this.#frameText(message.text));
    }
    flush();
  }

  /** Sends any text as one text frame. */
  sendText(text: string): void {
    this.#write(this.#frameText(text));
  }

  /** Sends a message compressed; it must have been agreed on. */
  sendCompressed(message: Message): void {
    const deflated = this.#deflate?.deflate(Buffer.from(message.text));
    if (deflated === undefined) {
      this.send(message);
      return;
    }
    this.#count(message.text.length);
    this.#surroundings.transcript.record(this.name, "sent", "text", `${message.text}  (compressed)`);
    this.#write(encodeFrame(Opcode.text, deflated, { rsv1: true }));
  }

  /** Sends a binary message. */
  sendBinary(bytes: Uint8Array): void {
    this.#count(bytes.length);
    this.#surroundings.transcript.record(this.name, "sent", "binary", Buffer.from(bytes));
    this.#write(encodeFrame(Opcode.binary, bytes));
  }

  /** Sends a Ping frame: a control frame of WebSocket, not a message. */
  sendControlPing(): void {
    this.#surroundings.transcript.record(this.name, "sent", "ping", Buffer.from("control"));
    this.#write(encodeFrame(Opcode.ping, Buffer.from("control")));
  }

  /**
   * Sends a message in fragments, cut at the byte offsets given.
   *
   * @param between - the control frame that goes between two fragments, if any.
   */
  sendFragmented(message: Message, cuts: readonly number[], between?: "ping" | "pong"): void {
    const frames = this.#fragment(message, cuts).flatMap((frame, index) =>
      index === 0 || between === undefined ? [frame] : [encodeFrame(Opcode[between], Buffer.from("between")), frame],
    );
    this.#write(Buffer.concat(frames));
  }

  /** Sends the first fragment of a message, and returns what sends the second. */
  sendFirstFragment(message: Message): () => void {
    const [first, second] = this.#fragment(message, [Math.floor(Buffer.byteLength(message.text) / 2)]);
    if (first !== undefined) this.#write(first);
    return () => {
      if (second !== undefined) this.#write(second);
    };
  }

  /** Sends messages as one text frame each, cut into TCP segments of `size` bytes, each written when the last has gone. */
  async sendInSegments(messages: readonly Message[], size: number): Promise<void> {
    const bytes = Buffer.concat(messages.map((message) => this.#frameText(message.text)));
    this.#beginFrame();
    for (let start = 0; start < bytes.length; start += size) {
      this.#write(bytes.subarray(start, start + size));
      // Two writes in one turn of the event loop could leave as one segment.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#endFrame();
  }

  /** Sends the first half of a text frame, and returns what sends the other half. */
  sendHalfFrame(message: Message): () => void {
    const frame = this.#frameText(message.text);
    const half = Math.floor(frame.length / 2);
    this.#beginFrame();
    this.#write(frame.subarray(0, half));
    return () => {
      this.#write(frame.subarray(half));
      this.#endFrame();
    };
  }

  /** Sends a ping, whose text may be given, and does not wait for the pong. */
  ping(text = '{"type":"ping"}'): void {
    this.pings++;
    this.#lastPing = text;
    this.sendText(text);
  }

  /** Sends several pings as one piece, and does not wait for the pongs. */
  pingAtOnce(count: number): void {
    this.pings += count;
    this.#lastPing = '{"type":"ping"}';
    this.#write(Buffer.concat(Array.from({ length: count }, () => this.#frameText(this.#lastPing))));
  }

  /**
   * Sends a ping and waits until every ping that this peer sent has its pong. What the server did for this peer before
   * it read the ping has come by then, if the server keeps its own order.
   */
  async fence(): Promise<void> {
    await this.#allowed();
    this.ping();
    await this.pongsArrived();
  }

  /** Waits until every ping that this peer sent has its pong. */
  async pongsArrived(): Promise<void> {
    const { patience } = this.#surroundings;
    await patience.until(
      () => this.pongs >= this.pings,
      () =>
        new Finding(`${this.name} sent the ping ${this.#lastPing} and got no pong`, {
          expected: `${this.pings} ${plural(this.pings, "pong")} for ${this.pings} ${plural(this.pings, "ping")}`,
          actual: `${this.pongs} ${plural(this.pongs, "pong")} within ${patience.limits.stallMs} ms of the last sign of life`,
        }),
      () => this.lost("while it waited for a pong"),
    );
  }

  /**
   * Sends a ping and waits until the server has answered it, has ended the connection, or shows no sign of life: what
   * it does about all that was sent before, it has done by then. No finding comes of this.
   */
  async settle(): Promise<void> {
    await this.#allowed();
    this.ping();
    const { patience } = this.#surroundings;
    const stalled = new Finding("settled");
    await patience
      .until(
        () => this.pongs >= this.pings || this.#ending !== undefined,
        () => stalled,
      )
      .catch((error: unknown) => {
        if (error !== stalled) throw error;
      });
  }

  /** @throws Finding where the server has sent what RFC 6455 forbids. */
  mustSpeakWebSocket(): void {
    if (this.#ending?.by === "violation") throw this.lost("to a breach of RFC 6455");
  }

  /** @throws Finding where the connection has ended. */
  mustBeOpen(when: string): void {
    const lost = this.lost(when);
    if (lost !== undefined) throw lost;
  }

  /** @returns the finding that the connection is lost, if it is. */
  lost(when: string): Finding | undefined {
    if (this.#ending === undefined) return undefined;
    return new Finding(`${this.name} lost its connection ${when}: ${this.#ending.text}`, {
      expected: "a connection that stays open",
      actual: this.#ending.text,
      lostConnection: true,
    });
  }

  /** Performs the close handshake, with a code and a reason or without, and waits for the server's Close frame. */
  async closeHandshake(code?: number, reason?: string): Promise<void> {
    this.#sendClose(encodeClosePayload(code, reason));
    await this.#surroundings.patience.until(
      () => this.#closeReceived !== undefined,
      () =>
        new Finding(`${this.name} sent a Close frame and got none back`, {
          expected: "a Close frame in answer (RFC 6455, 5.5.1)",
          actual: `none within ${this.#surroundings.patience.limits.stallMs} ms`,
        }),
      () => this.lost("before the server's Close frame came"),
    );
    this.#socket.stream.end();
  }

  /** Leaves as a well-behaved client does: a close handshake with code 1000, but without waiting long for it. */
  async leave(): Promise<void> {
    if (this.#ending !== undefined) return this.#destroy();
    this.#sendClose(encodeClosePayload(1000));
    const { tcp } = this.#socket;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LEAVE_WITHIN_MS);
      tcp.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      if (this.#closeReceived !== undefined) this.#socket.stream.end();
    });
    this.#destroy();
  }

  /** Resets the TCP connection: the server gets RST, and no Close frame. */
  reset(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "reset");
    this.#ending ??= { by: "peer", text: "the kit reset the TCP connection" };
    this.#socket.tcp.resetAndDestroy();
    this.#surroundings.patience.notify(false);
  }

  /** Ends the TCP connection in order (FIN), but sends no Close frame. */
  hangUp(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "end");
    this.#ending ??= { by: "peer", text: "the kit ended the TCP connection" };
    this.#socket.stream.end();
    this.#surroundings.patience.notify(false);
  }

  async #completeHandshake(key: string, options: HandshakeOptions): Promise<void> {
    const bytesAfter = await this.#response(key, options);
    const { stream } = this.#socket;
    stream.on("data", (bytes: Buffer) => this.#onBytes(bytes));
    stream.on("end", () => this.#end("tcp", "the server ended the TCP connection without a Close frame"));
    if (bytesAfter.length > 0) this.#onBytes(bytesAfter);
  }

  /** Waits for the response to the handshake. @returns the bytes that came behind it. */
  #response(key: string, options: HandshakeOptions): Promise<Buffer> {
    const { patience, transcript } = this.#surroundings;
    const { stream } = this.#socket;
    let bytes: Buffer = Buffer.alloc(0);
    let end = -1;
    let lost: string | undefined;
    const onData = (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece]);
      end = bytes.indexOf("\r\n\r\n");
      if (end < 0 && bytes.length > MAX_HEAD_BYTES)
        lost = `more than ${MAX_HEAD_BYTES} bytes that are no HTTP response`;
      patience.notify(false);
    };
    const onLoss = (text: string) => () => {
      lost ??= text;
      patience.notify(false);
    };
    stream.on("data", onData);
    stream.once("end", onLoss("the server ended the TCP connection"));
    stream.once("error", (error) => onLoss(`the TCP connection broke: ${error.message}`)());
    stream.on("error", (error) => this.#end("tcp", `the TCP connection broke: ${error.message}`));
    stream.on("close", () => this.#end("tcp", "the TCP connection was closed"));
    const failed = (actual: string, lostConnection: boolean) => {
      stream.destroy();
      return new Finding(`${this.name} could not complete the opening handshake: ${actual}`, {
        expected: `HTTP/1.1 101 with Upgrade: websocket, Connection: Upgrade and Sec-WebSocket-Accept: ${acceptFor(key)}`,
        actual,
        lostConnection,
      });
    };
    return patience
      .until(
        () => end >= 0,
        () => failed(bytes.length === 0 ? "no answer" : `an answer that does not end: ${inQuotes(bytes)}`, false),
        () =>
          lost === undefined ? undefined : failed(bytes.length === 0 ? lost : `${lost} after ${inQuotes(bytes)}`, true),
      )
      .then(() => {
        const text = bytes.subarray(0, end).toString("latin1");
        transcript.record(this.name, "received", "http", `${text}\r\n\r\n`);
        const head = parseResponseHead(text);
        if (head === undefined) throw failed(`bytes that are no HTTP response: ${inQuotes(bytes)}`, false);
        const fault = handshakeFault(head, key, options.extensions !== undefined);
        if (fault !== undefined) throw failed(fault, false);
        const extensions = head.headers.get("sec-websocket-extensions") ?? "";
        try {
          if (extensions !== "") this.#deflate = new Deflate(extensions);
        } catch (error) {
          throw failed(`a 101 answer with ${(error as Error).message}`, false);
        }
        stream.off("data", onData);
        return bytes.subarray(end + 4);
      });
  }

  #onBytes(bytes: Buffer): void {
    if (this.#ending !== undefined) return;
    try {
      for (const frame of this.#reader.push(bytes)) this.#onFrame(frame);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.#surroundings.transcript.record(this.name, "received", "bytes", bytes);
      this.#end("violation", `the server sent ${error.message}`);
      this.#destroy();
    }
  }

  #onFrame(frame: Frame): void {
    const { transcript } = this.#surroundings;
    if (this.#closeReceived !== undefined) return;
    if (frame.opcode === Opcode.ping) {
      transcript.record(this.name, "received", "ping", frame.payload);
      if (!this.#closeSent) this.#writeBetweenFrames(encodeFrame(Opcode.pong, frame.payload));
    } else if (frame.opcode === Opcode.pong) {
      transcript.record(this.name, "received", "pong", frame.payload);
    } else if (frame.opcode === Opcode.close) {
      const { code, reason } = decodeClosePayload(frame.payload);
      transcript.record(this.name, "received", "close", `${code}${reason === "" ? "" : ` ${reason}`}`);
      this.#closeReceived = { code, reason };
      if (!this.#closeSent) {
        this.#sendClose(frame.payload);
        this.#end("close-frame", `the server closed it with code ${code}${reason === "" ? "" : ` "${reason}"`}`, code);
      } else {
        this.#end("close-frame", "the close handshake is complete", code);
      }
    } else {
      this.#onFragment(frame);
    }
  }

  #onFragment(frame: Frame): void {
    const continues = frame.opcode === Opcode.continuation;
    if (continues !== this.#fragments.length > 0) {
      throw new ProtocolViolation(
        continues
          ? "a continuation of nothing (RFC 6455, 5.4)"
          : "a new message inside a fragmented one (RFC 6455, 5.4)",
      );
    }
    if (frame.rsv1 && (continues || this.#deflate === undefined)) {
      throw new ProtocolViolation("a frame with RSV1 set where no compression was agreed on (RFC 6455, 5.2)");
    }
    this.#fragments.push(frame);
    this.#fragmentBytes += frame.payload.length;
    if (this.#fragmentBytes > MAX_MESSAGE_BYTES || this.#fragments.length > MAX_FRAGMENTS) {
      throw new ProtocolViolation("a fragmented message far longer than anything that was asked for");
    }
    if (!frame.fin) {
      // A message may take its time, but not for ever.
      if (this.#fragmentBytes < MAX_LIVELY_BYTES) this.#surroundings.patience.notify(true);
      return;
    }
    this.#fragmentBytes = 0;
    const [first] = this.#fragments;
    let payload: Buffer = Buffer.concat(this.#fragments.map((fragment) => fragment.payload));
    this.#fragments = [];
    if (first?.rsv1 && this.#deflate !== undefined) payload = this.#deflate.inflate(payload);
    if (first?.opcode === Opcode.binary) this.#onMessage("binary", payload.toString("utf8"));
    else this.#onMessage("text", decodeUtf8(payload, "a text message"));
  }

  #onMessage(kind: "text" | "binary", text: string): void {
    const { markPrefix, runMark, patience, transcript } = this.#surroundings;
    const all = findMarks(text);
    const marks = all.filter((mark) => mark.startsWith(markPrefix));
    const foreign = all.length > 0 && marks.length === 0;
    const pong = !foreign && kind === "text" && isPong(text);
    const message: Received = { at: performance.now(), kind, text, marks, pong };
    if (marks.length > 0 || (!foreign && ++this.#unmarked <= MAX_UNMARKED)) {
      transcript.record(this.name, "received", kind, text);
      this.received.push(message);
    }
    if (pong) {
      this.pongs++;
    } else {
      for (const mark of marks) {
        const before = this.#deliveries.get(mark);
        if (before === undefined) this.#deliveries.set(mark, [message]);
        else before.push(message);
      }
    }
    // Everybody gets everything: what others of this run sent is a sign of life, too. What strangers send is none.
    patience.notify(pong || all.some((mark) => mark.startsWith(runMark)));
  }

  #fragment(message: Message, cuts: readonly number[]): Buffer[] {
    const bytes = Buffer.from(message.text);
    this.#count(bytes.length);
    this.#surroundings.transcript.record(
      this.name,
      "sent",
      "text",
      `${message.text}  (in ${cuts.length + 1} fragments)`,
    );
    const bounds = [0, ...cuts, bytes.length];
    return bounds.slice(1).map((end, index) =>
      encodeFrame(index === 0 ? Opcode.text : Opcode.continuation, bytes.subarray(bounds[index], end), {
        fin: index === bounds.length - 2,
      }),
    );
  }

  #frameText(text: string): Buffer {
    const bytes = Buffer.from(text);
    this.#count(bytes.length);
    this.#surroundings.transcript.record(this.name, "sent", "text", text);
    return encodeFrame(Opcode.text, bytes);
  }

  /** Keeps the kit itself within the limits of Core: a case that leaves them is wrong. */
  #count(bytes: number): void {
    if (bytes > CoreLimits.maxMessageBytes)
      throw new Error(`a case sends ${bytes} bytes: Core allows ${CoreLimits.maxMessageBytes}`);
    if (this.#msUntilAllowed() > 0)
      throw new Error(`a case sends more than ${CoreLimits.maxMessagesPerSecond} messages in a second`);
    this.#sendTimes.push(performance.now());
  }

  /** Waits until one more message is within the limits of Core. */
  async #allowed(): Promise<void> {
    for (let waitMs = this.#msUntilAllowed(); waitMs > 0; waitMs = this.#msUntilAllowed()) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  #msUntilAllowed(): number {
    const oldest = this.#sendTimes.at(-CoreLimits.maxMessagesPerSecond);
    return oldest === undefined ? 0 : Math.max(0, Math.ceil(oldest + ONE_SECOND_MS - performance.now()) + 1);
  }

  #sendClose(payload: Buffer): void {
    if (this.#closeSent) return;
    this.#closeSent = true;
    const code = payload.length >= 2 ? String(payload.readUInt16BE()) : "";
    this.#surroundings.transcript.record(this.name, "sent", "close", code);
    this.#write(encodeFrame(Opcode.close, payload));
  }

  /** From here to {@link WebSocketPeer.#endFrame} a frame is under way, and no answer to a Ping frame may get into it. */
  #beginFrame(): void {
    this.#held = [];
  }

  #endFrame(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const frame of held) this.#write(frame);
  }

  #writeBetweenFrames(frame: Buffer): void {
    if (this.#held === undefined) this.#write(frame);
    else this.#held.push(frame);
  }

  #write(bytes: Buffer): void {
    if (this.#socket.stream.writable) this.#socket.stream.write(bytes);
  }

  #end(by: Ending["by"], text: string, code?: number): void {
    if (this.#ending !== undefined) return;
    this.#ending = { by, text, ...(code !== undefined && { code }) };
    if (by === "tcp" && !this.#closeSent) this.#surroundings.transcript.record(this.name, "received", "tcp", text);
    this.#surroundings.patience.notify(false);
    if (this.#closeSent) this.#socket.stream.end();
  }

  #destroy(): void {
    this.#socket.stream.destroy();
    this.#socket.tcp.destroy();
  }
}

function isPong(text: string): boolean {
  if (!/pong|\\u/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === "object" && value !== null && !Array.isArray(value) && "type" in value && value.type === "pong"
    );
  } catch {
    return false;
  }
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

function inQuotes(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 100).toString("latin1"));
}
