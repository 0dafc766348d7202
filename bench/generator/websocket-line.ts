/** A WebSocket connection of the generator, on a raw socket. */
import { createHash, randomBytes } from "node:crypto";
import { FrameReader, Opcode } from "./frame-reader.ts";
import { maskedFrame, maskedTexts } from "./masked-frames.ts";
import { handOn } from "./reader.ts";
import type { Receiver } from "./receiver.ts";
import type { ResponseHead } from "./response-head.ts";
import { SocketLine } from "./socket-line.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const NORMAL_CLOSURE = Buffer.from([1_000 >> 8, 1_000 & 255]);
/** Each message for itself: so that any of them can be inflated without those before. */
const OFFER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** How a connection is used, as the dialect says. */
export interface WebSocketUse {
  readonly url: string;
  readonly greet?: readonly string[];
  readonly greeted?: string;
  readonly answer?: Readonly<Record<string, string>>;
  readonly deflate?: boolean;
}

/** Opens, answers Ping and Close, and what the dialect says; hands messages on. */
export class WebSocketLine extends SocketLine {
  readonly #use: WebSocketUse;
  readonly #receiver: Receiver;
  readonly #key = randomBytes(16).toString("base64");
  readonly #answers: ReadonlyMap<string, string>;
  readonly #longestQuestion: number;
  /** What the first text begins with that answers the greeting; undefined once it has come, or if there is none. */
  #greeted: string | undefined;
  readonly #reader: FrameReader;

  constructor(use: WebSocketUse, receiver: Receiver) {
    super(use.url);
    this.#use = use;
    this.#receiver = receiver;
    this.#greeted = use.greeted;
    this.#answers = new Map(Object.entries(use.answer ?? {}));
    this.#longestQuestion = Math.max(-1, ...[...this.#answers.keys()].map((question) => Buffer.byteLength(question)));
    this.#reader = new FrameReader({
      message: (buffer, start, end) => {
        if (this.#greeted !== undefined) this.#beGreeted(buffer.toString("utf8", start, end));
        if (!receiver.message(buffer, start, end)) this.#answer(buffer, start, end);
      },
      compressed: (buffer, start, end) => {
        if (use.deflate !== true) throw new Error("a compressed frame, which nobody has asked for");
        receiver.compressed(buffer, start, end);
      },
      control: (opcode, payload) => {
        receiver.aside();
        this.#control(opcode, payload);
      },
    });
  }

  /** Sends text messages, in one write. */
  send(texts: readonly string[]): void {
    this.write(maskedTexts(texts));
  }

  protected request(): string {
    const { pathname, search, host } = this.url;
    return [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${this.#key}`,
      ...(this.#use.deflate ? [`Sec-WebSocket-Extensions: ${OFFER}`] : []),
      "\r\n",
    ].join("\r\n");
  }

  protected accept({ status, headers }: ResponseHead): boolean {
    if (status !== 101) throw new Error(`the handshake is answered with the status ${status}`);
    const expected = createHash("sha1").update(`${this.#key}${GUID}`).digest("base64");
    if (headers.get("sec-websocket-accept") !== expected)
      throw new Error("a handshake with a wrong Sec-WebSocket-Accept");
    const extensions = headers.get("sec-websocket-extensions");
    if (this.#use.deflate && !extensions?.includes("server_no_context_takeover")) {
      throw new Error("permessage-deflate without context takeover is not accepted, so --deflate measures nothing");
    }
    if (!this.#use.deflate && extensions) throw new Error(`the extension ${extensions}, which nobody has asked for`);
    // The line is open only once this has returned.
    if (this.#use.greet?.length) queueMicrotask(() => this.send(this.#use.greet ?? []));
    return this.#greeted === undefined;
  }

  protected data(buffer: Buffer, start: number, end: number): void {
    handOn(this.#reader, this.#receiver, buffer, start, end);
  }

  protected ended(reason: string): void {
    this.#receiver.lost(reason);
  }

  protected override farewell(): Buffer {
    return maskedFrame(Opcode.close, NORMAL_CLOSURE);
  }

  #beGreeted(text: string): void {
    if (this.#greeted === undefined || !text.startsWith(this.#greeted)) return;
    this.#greeted = undefined;
    this.opened();
  }

  #answer(buffer: Buffer, start: number, end: number): void {
    if (end - start > this.#longestQuestion) return;
    const answer = this.#answers.get(buffer.toString("utf8", start, end));
    if (answer !== undefined) this.send([answer]);
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.ping) this.write(maskedFrame(Opcode.pong, payload));
    else if (opcode === Opcode.close) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : "no code";
      this.write(maskedFrame(Opcode.close, payload));
      this.fail(`the server closed the connection (${code})`);
    }
  }
}
