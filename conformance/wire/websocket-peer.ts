/** The kit's own WebSocket client, at byte level: it also sends what no library would, and keeps what comes. */
import { Finding } from "../finding.ts";
import { Inbox, type Received } from "../inbox.ts";
import type { Message } from "../marks.ts";
import { Pace } from "../pace.ts";
import type { Patience } from "../runner/patience.ts";
import { ProtocolViolation } from "./protocol-violation.ts";
import type { OpenSocket } from "./tcp.ts";
import type { Deflate } from "./websocket-deflate.ts";
import {
  decodeClosePayload,
  encodeClosePayload,
  encodeFrame,
  type Frame,
  FrameReader,
  Opcode,
} from "./websocket-frames.ts";
import type { HandshakeOptions } from "./websocket-handshake.ts";
import { MessageReader } from "./websocket-messages.ts";
import { type Opened, Opening, type OpeningSurroundings } from "./websocket-opening.ts";

/** How a connection ended. */
interface Ending {
  by: "close-frame" | "tcp" | "violation" | "peer";
  text: string;
}

/** A handshake whose request has been sent by half. */
export interface HalfOpening {
  /** Sends the other half, and completes the handshake. */
  complete(): Promise<WebSocketPeer>;
  /** Ends the TCP connection in order. */
  hangUp(): void;
  /** Resets the TCP connection. */
  abandon(): void;
}

/** What a peer needs of the case that it belongs to. */
export interface PeerSurroundings extends OpeningSurroundings {
  /** What the marks of this case begin with. */
  markPrefix: string;
  /** What the marks of this run begin with. */
  runMark: string;
}

const LEAVE_WITHIN_MS = 500;
const MAX_UNREAD_BYTES = 1024 * 1024;

/** One WebSocket connection of a case to the subject. */
export class WebSocketPeer {
  readonly name: string;
  /** How many pings (JSON messages) this peer sent. */
  pings = 0;
  readonly #surroundings: PeerSurroundings;
  readonly #socket: OpenSocket;
  readonly #deflate: Deflate | undefined;
  readonly #frames = new FrameReader("server");
  readonly #messages: MessageReader;
  readonly #inbox: Inbox;
  readonly #pace = new Pace();
  #held: Buffer[] | undefined;
  #lastPing = "";
  #closeSent = false;
  #closeReceived: { code: number; reason: string } | undefined;
  #ending: Ending | undefined;

  private constructor(name: string, { socket, deflate, bytes }: Opened, surroundings: PeerSurroundings) {
    this.name = name;
    this.#socket = socket;
    this.#deflate = deflate;
    this.#surroundings = surroundings;
    this.#messages = new MessageReader(deflate);
    this.#inbox = new Inbox(surroundings.markPrefix, surroundings.runMark);
    const { stream } = socket;
    stream.on("data", (piece: Buffer) => this.#onBytes(piece));
    stream.on("end", () => this.#end("tcp", "the server ended the TCP connection without a Close frame"));
    stream.on("error", (error) => this.#end("tcp", `the TCP connection broke: ${error.message}`));
    stream.on("close", () => this.#end("tcp", "the TCP connection was closed"));
    if (bytes.length > 0) this.#onBytes(bytes);
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
    const opening = await Opening.connect(name, options, surroundings);
    return new WebSocketPeer(name, await opening.complete(), surroundings);
  }

  /** Connects and sends the first half of the request for an opening handshake. */
  static async openHalf(name: string, surroundings: PeerSurroundings): Promise<HalfOpening> {
    const opening = await Opening.connect(name, {}, surroundings);
    opening.sendHalf();
    return {
      complete: async () => new WebSocketPeer(name, await opening.complete(), surroundings),
      hangUp: () => opening.hangUp(),
      abandon: () => opening.abandon(),
    };
  }

  /** Every message that came, in order. */
  get received(): readonly Received[] {
    return this.#inbox.received;
  }

  /** Whether anything of this case has come. */
  get begun(): boolean {
    return this.#inbox.received.some(({ marks }) => marks.length > 0);
  }

  /** How many pongs (JSON messages of type pong) came. */
  get pongs(): number {
    return this.#inbox.pongs;
  }

  /** The patience of the case. */
  get patience(): Patience {
    return this.#surroundings.patience;
  }

  /** @returns what came of a message of this case, in order: once each, if all is well. */
  deliveriesOf(message: Message): readonly Received[] {
    return this.#inbox.deliveriesOf(message);
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
      if (!this.#pace.allowsOneMore()) flush();
      await this.#pace.untilAllowed();
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
    this.#pace.count(message.text.length);
    this.#surroundings.transcript.record(this.name, "sent", "text", `${message.text}  (compressed)`);
    this.#write(encodeFrame(Opcode.text, deflated, { rsv1: true }));
  }

  /** Sends a binary message. */
  sendBinary(bytes: Uint8Array): void {
    this.#pace.count(bytes.length);
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
    const frames = this.#fragment(message.text, cuts).flatMap((frame, index) =>
      index === 0 || between === undefined ? [frame] : [encodeFrame(Opcode[between], Buffer.from("between")), frame],
    );
    this.#write(Buffer.concat(frames));
  }

  /** Sends the first fragment of a message, and returns what sends the second. */
  sendFirstFragment(message: Message): () => void {
    const [first, second] = this.#fragment(message.text, [Math.floor(Buffer.byteLength(message.text) / 2)]);
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

  /** Sends a ping in two fragments, and does not wait for the pong. */
  pingInFragments(): void {
    this.pings++;
    this.#lastPing = '{"type":"ping"}';
    this.#write(Buffer.concat(this.#fragment(this.#lastPing, [5])));
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
    await this.#pace.untilAllowed();
    this.ping();
    await this.pongsArrived();
  }

  /** Waits until every ping that this peer sent has its pong. */
  async pongsArrived(): Promise<void> {
    const { patience } = this.#surroundings;
    await patience.until(
      () => this.pongs >= this.pings,
      (awaited) =>
        new Finding(`${this.name} sent the ping ${this.#lastPing} and got no pong`, {
          expected: `${this.pings} ${plural(this.pings, "pong")} for ${this.pings} ${plural(this.pings, "ping")}`,
          actual: `${this.pongs} ${plural(this.pongs, "pong")} ${awaited}`,
        }),
      () => this.lost("while it waited for a pong"),
    );
  }

  /**
   * Sends a ping and waits until the server has answered it, has ended the connection, or shows no sign of life: what
   * it does about all that was sent before, it has done by then. No finding comes of this.
   */
  async settle(): Promise<void> {
    await this.#pace.untilAllowed();
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

  /** How the server ended the connection, in words, where it was not the kit that did. */
  get endedByServer(): string | undefined {
    if (this.#ending === undefined || this.#ending.by === "peer") return undefined;
    // After the kit's own Close frame it is for the server to end the TCP connection.
    return this.#ending.by === "tcp" && this.#closeSent ? undefined : this.#ending.text;
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
      (awaited) =>
        new Finding(`${this.name} sent a Close frame and got none back`, {
          expected: "a Close frame in answer (RFC 6455, 5.5.1)",
          actual: `none ${awaited}`,
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

  #onBytes(bytes: Buffer): void {
    if (this.#ending !== undefined) return;
    try {
      for (const frame of this.#frames.push(bytes)) this.#onFrame(frame);
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
      // A server that floods, and reads nothing, gets no answers: they would pile up here.
      const pilesUp = this.#socket.stream.writableLength > MAX_UNREAD_BYTES;
      if (!this.#closeSent && !pilesUp) this.#writeBetweenFrames(encodeFrame(Opcode.pong, frame.payload));
    } else if (frame.opcode === Opcode.pong) {
      transcript.record(this.name, "received", "pong", frame.payload);
    } else if (frame.opcode === Opcode.close) {
      const { code, reason } = decodeClosePayload(frame.payload);
      transcript.record(
        this.name,
        "received",
        "close",
        frame.payload.length === 0 ? "" : `${code} ${reason}`.trimEnd(),
      );
      this.#closeReceived = { code, reason };
      if (!this.#closeSent) {
        this.#sendClose(frame.payload);
        this.#end("close-frame", `the server closed it with code ${code}${reason === "" ? "" : ` "${reason}"`}`);
      } else {
        this.#end("peer", "the close handshake is complete");
      }
    } else {
      this.#onDataFrame(frame);
    }
  }

  #onDataFrame(frame: Frame): void {
    const { patience, transcript } = this.#surroundings;
    const message = this.#messages.push(frame);
    if (message === undefined) {
      patience.notify(this.#messages.getsOn);
      return;
    }
    const { kept, signOfLife } = this.#inbox.add(message);
    if (kept) transcript.record(this.name, "received", message.kind, message.text);
    patience.notify(signOfLife);
  }

  #fragment(text: string, cuts: readonly number[]): Buffer[] {
    const bytes = Buffer.from(text);
    this.#pace.count(bytes.length);
    this.#surroundings.transcript.record(this.name, "sent", "text", `${text}  (in ${cuts.length + 1} fragments)`);
    const bounds = [0, ...cuts, bytes.length];
    return bounds.slice(1).map((end, index) =>
      encodeFrame(index === 0 ? Opcode.text : Opcode.continuation, bytes.subarray(bounds[index], end), {
        fin: index === bounds.length - 2,
      }),
    );
  }

  #frameText(text: string): Buffer {
    const bytes = Buffer.from(text);
    this.#pace.count(bytes.length);
    this.#surroundings.transcript.record(this.name, "sent", "text", text);
    return encodeFrame(Opcode.text, bytes);
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

  #end(by: Ending["by"], text: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = { by, text };
    if (by === "tcp" && !this.#closeSent) this.#surroundings.transcript.record(this.name, "received", "tcp", text);
    this.#surroundings.patience.notify(false);
    if (this.#closeSent) this.#socket.stream.end();
  }

  #destroy(): void {
    this.#socket.stream.destroy();
    this.#socket.tcp.destroy();
  }
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
