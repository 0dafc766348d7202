/** The kit's own SSE client, at byte level: it keeps what comes, also what is no event, and when it came. */
import type { Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Finding } from "../finding.ts";
import { Inbox, type Received } from "../inbox.ts";
import { findMarks, type Message } from "../marks.ts";
import type { Receiver } from "../receiver.ts";
import type { Patience } from "../runner/patience.ts";
import type { Transcript } from "../transcript.ts";
import { EventStreamReader, type StreamBlock } from "./event-stream.ts";
import { type RequestHeader, renderRequest } from "./http-request.ts";
import { type ResponseHead, ResponseReader } from "./http-response.ts";
import { ProtocolViolation } from "./protocol-violation.ts";
import { type Access, type OpenSocket, openSocket } from "./tcp.ts";

/** Where and on whose behalf a stream is opened. */
export interface StreamSurroundings {
  url: URL;
  access: Access;
  patience: Patience;
  transcript: Transcript;
  /** What the marks of this case begin with. */
  markPrefix: string;
  /** What the marks of this run begin with. */
  runMark: string;
  /** Nobody can publish: whatever comes is meant for this stream. Otherwise what has a mark of this case is. */
  anythingCounts: boolean;
}

/** What a case asks for in a request for a stream. */
export interface StreamOptions {
  /** The headers in place of those that the kit sends otherwise. */
  headers?: readonly RequestHeader[];
}

const HEADERS: readonly RequestHeader[] = [
  ["Accept", "text/event-stream"],
  ["Cache-Control", "no-cache"],
];
const SETTLE_MS = 1_000;
/** The mark stands at the beginning of the kit's messages: an event that goes on for longer is not searched again. */
const MARK_WITHIN = 4_096;
const MAX_PENDING = 32 * 1024 * 1024;

/** One stream of a case, from the request on. */
export class EventStreamPeer implements Receiver {
  readonly name: string;
  /** How many events came that count: with a mark of this case, or any where nobody can publish. */
  shown = 0;
  /** The longest pause within an event, in milliseconds: no byte came though one had begun. */
  longestPauseMs = 0;
  readonly #surroundings: StreamSurroundings;
  readonly #socket: OpenSocket;
  readonly #response = new ResponseReader();
  readonly #events = new EventStreamReader();
  readonly #inbox: Inbox;
  /** Blocks with something of this case that is not in an event. */
  readonly #strays: string[] = [];
  #decoder: Transform | undefined;
  #lastByteAt = performance.now();
  /** What is under way, and no block yet, belongs to this run. */
  #pendingIsOurs = false;
  #bad: Finding | undefined;
  #ending: string | undefined;
  /** It was the kit that ended it. */
  #left = false;

  private constructor(name: string, socket: OpenSocket, surroundings: StreamSurroundings) {
    this.name = name;
    this.#socket = socket;
    this.#surroundings = surroundings;
    this.#inbox = new Inbox(surroundings.markPrefix, surroundings.runMark);
    const { stream } = socket;
    stream.on("data", (bytes: Buffer) => this.#onBytes(bytes));
    stream.on("end", () => this.#end("the server ended the TCP connection"));
    stream.on("error", (error) => this.#end(`the TCP connection broke: ${error.message}`));
    stream.on("close", () => this.#end("the TCP connection was closed"));
  }

  /**
   * Connects and sends the request; the answer may be long in coming.
   *
   * @throws Unreachable where the address does not accept connections.
   */
  static async open(
    name: string,
    surroundings: StreamSurroundings,
    { headers = HEADERS }: StreamOptions = {},
  ): Promise<EventStreamPeer> {
    const { url, access, patience, transcript } = surroundings;
    const socket = await openSocket(url, access, patience.limits.stallMs);
    const peer = new EventStreamPeer(name, socket, surroundings);
    const { sent, shown } = renderRequest("GET", url, headers, access);
    transcript.record(name, "sent", "http", shown);
    socket.stream.write(sent);
    return peer;
  }

  get received(): readonly Received[] {
    return this.#inbox.received;
  }

  get patience(): Patience {
    return this.#surroundings.patience;
  }

  /** Whether the head of the response is there. */
  get answered(): boolean {
    return this.#response.head !== undefined;
  }

  /** Whether neither side has ended it, also while its head is still awaited. */
  get open(): boolean {
    return this.#ending === undefined && this.#bad === undefined;
  }

  /** Whether anything that counts has come, in an event or not. */
  get begun(): boolean {
    if (this.shown > 0 || this.#strays.length > 0) return true;
    return this.#surroundings.anythingCounts
      ? this.#events.eventBegun
      : marksOfCase(this.#events.pending, this.#surroundings).length > 0;
  }

  /** What came since the last empty line, or in blocks that are no events. */
  get leftOver(): string {
    return [...this.#strays, this.#events.pending].join("");
  }

  deliveriesOf(message: Message): readonly Received[] {
    return this.#inbox.deliveriesOf(message);
  }

  traceOf({ mark }: Message): string | undefined {
    const stray = this.#strays.find((raw) => findMarks(raw).includes(mark));
    if (stray !== undefined) return `its bytes came, but not in the fields of an event: ${JSON.stringify(cut(stray))}`;
    const { pending } = this.#events;
    if (!findMarks(pending).includes(mark)) return undefined;
    return `its bytes came, but no empty line that ends the event: ${JSON.stringify(cut(pending))}`;
  }

  /** Waits until the request is answered, the stream has ended, or a second is over. No finding comes of this. */
  async settle(): Promise<void> {
    for (const until = performance.now() + SETTLE_MS; this.open && !this.answered && performance.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** @throws Finding where the response is none that a client takes for a stream. */
  mustBeAStream(): void {
    if (this.#bad !== undefined) throw this.#bad;
  }

  /** @throws Finding where the stream has ended. */
  mustBeOpen(when: string): void {
    const lost = this.lost(when);
    if (lost !== undefined) throw lost;
  }

  /** @throws Finding where something of a message came outside of an event's fields. */
  mustHaveNothingAstray(): void {
    const [stray] = this.#strays;
    if (stray === undefined) return;
    throw new Finding(`${this.name} received lines of a message that are no fields of its event`, {
      expected: "each line of the data in a field of its own, and an empty line only at the end",
      actual: JSON.stringify(cut(stray)),
    });
  }

  /** @throws Finding where there was a pause within an event that is longer than the bound, in milliseconds. */
  mustNotPause(withinMs: number): void {
    const lateByMs = this.longestPauseMs - withinMs;
    if (lateByMs <= 0) return;
    throw new Finding(`${this.name} waited in the middle of an event`, {
      expected: `no pause longer than ${withinMs} ms between the first and the last byte of an event`,
      actual: `${Math.round(this.longestPauseMs)} ms: is the empty line, or a full buffer, awaited?`,
      lateByMs,
    });
  }

  lost(when: string): Finding | undefined {
    if (this.#bad !== undefined) return this.#bad;
    if (this.#ending === undefined) return undefined;
    return new Finding(`${this.name} lost its stream ${when}: ${this.#ending}`, {
      expected: "a stream that stays open",
      actual: this.#ending,
      lostConnection: true,
    });
  }

  /** How the server ended the stream, in words, where it was not the kit that did. */
  get endedByServer(): string | undefined {
    return this.#left ? undefined : this.#ending;
  }

  /** Closes the TCP connection in order, as a client does that has enough. */
  leave(): void {
    if (this.#ending === undefined) this.#surroundings.transcript.record(this.name, "sent", "tcp", "end");
    this.#left ||= this.#ending === undefined;
    this.#ending ??= "the kit ended it";
    this.#socket.stream.end();
    // What the server still sends is answered by a reset, as it is when a process closes its socket.
    this.#socket.stream.destroySoon();
  }

  /** Resets the TCP connection. */
  reset(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "reset");
    this.#left ||= this.#ending === undefined;
    this.#ending ??= "the kit reset the TCP connection";
    this.#socket.tcp.resetAndDestroy();
  }

  #onBytes(bytes: Buffer): void {
    if (this.#ending !== undefined) return;
    const headWasThere = this.answered;
    try {
      const pieces = this.#response.push(bytes);
      if (!headWasThere && this.#response.head !== undefined) this.#onHead(this.#response.head);
      for (const piece of pieces) {
        if (this.#decoder === undefined) this.#onBody(piece);
        else this.#decoder.write(piece);
      }
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.#surroundings.transcript.record(this.name, "received", "bytes", bytes);
      this.#end(`the server sent ${error.message}`);
      this.#socket.stream.destroy();
      return;
    }
    if (this.#response.complete) this.#end("the response came to its end");
    this.patience.notify(this.#pendingIsOurs);
  }

  #onHead(head: ResponseHead): void {
    this.#surroundings.transcript.record(this.name, "received", "http", `${this.#response.headText}\r\n\r\n`);
    const fault = faultOf(head);
    if (fault !== undefined) {
      this.#bad = new Finding(`${this.name} asked for a stream and got ${fault}`, {
        expected: "status 200 and Content-Type: text/event-stream",
        actual: fault,
      });
      return;
    }
    const coding = head.headers.get("content-encoding")?.toLowerCase() ?? "identity";
    this.#decoder = decoderFor(coding);
    // What is no coding at all, such as "none" or "utf-8", is written against proxies that compress; browsers ignore it.
    if (this.#decoder === undefined && /^(x-)?compress$|^zstd$|,/.test(coding)) {
      this.#bad = new Finding(`${this.name} got a stream in an encoding that it did not accept`, {
        expected: "an encoding that the request's Accept-Encoding names, or none",
        actual: `Content-Encoding: ${coding}`,
      });
    }
    this.#decoder?.on("data", (piece: Buffer) => {
      if (this.#ending === undefined) this.#onBody(piece);
      this.patience.notify(this.#pendingIsOurs);
    });
    this.#decoder?.on("error", (error) => this.#end(`its compressed body can't be read: ${error.message}`));
  }

  #onBody(piece: Buffer): void {
    const now = performance.now();
    if (this.#events.eventBegun) this.longestPauseMs = Math.max(this.longestPauseMs, now - this.#lastByteAt);
    this.#lastByteAt = now;
    for (const block of this.#events.push(piece)) {
      this.#onBlock(block);
      this.#pendingIsOurs = false;
    }
    const { pendingLength } = this.#events;
    if (!this.#pendingIsOurs && pendingLength - piece.length <= MARK_WITHIN) {
      this.#pendingIsOurs = this.#events.pending.includes(this.#surroundings.runMark);
    }
    if (this.#events.pendingLength > MAX_PENDING) {
      this.#end("the server sent a line or an event that does not end");
      this.#socket.stream.destroy();
    }
  }

  #onBlock({ raw, event }: StreamBlock): void {
    const { anythingCounts, markPrefix, runMark, transcript, patience } = this.#surroundings;
    const marks = marksOfCase(raw, this.#surroundings);
    if (event === undefined) {
      if (marks.length > 0) this.#strays.push(raw);
      // Comments and the like, as long as they are not another case's.
      if (marks.length > 0 || !raw.includes(runMark)) transcript.record(this.name, "received", "lines", raw);
      return;
    }
    const { kept, signOfLife } = this.#inbox.add({
      kind: "event",
      text: event.data,
      type: event.type,
      lastEventId: event.lastEventId,
      raw,
    });
    const own = marksOfCase(`${event.type}\n${event.data}`, { markPrefix });
    if (marks.some((mark) => !own.includes(mark))) this.#strays.push(raw);
    if (anythingCounts || own.length > 0) this.shown++;
    if (kept) transcript.record(this.name, "received", "event", raw);
    patience.notify(signOfLife || anythingCounts);
  }

  #end(text: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = text;
    this.#surroundings.transcript.record(this.name, "received", "tcp", text);
    this.patience.notify(false);
  }
}

function marksOfCase(text: string, { markPrefix }: { markPrefix: string }): string[] {
  return findMarks(text).filter((mark) => mark.startsWith(markPrefix));
}

/** @returns what keeps a client from taking a response for a stream, or undefined where nothing does. */
function faultOf({ status, reason, headers }: ResponseHead): string | undefined {
  if (status !== 200) return `the answer ${status} ${reason}`.trimEnd() + hintFor(status, headers);
  const type = headers.get("content-type");
  const essence = type?.split(";", 1)[0]?.trim().toLowerCase();
  if (essence === "text/event-stream") return undefined;
  return type === undefined ? "an answer without Content-Type" : `an answer with Content-Type: ${type}`;
}

function hintFor(status: number, headers: ReadonlyMap<string, string>): string {
  if (status === 404) return ": is the URL's path the one that serves streams?";
  if (status === 401 || status === 403)
    return ": if it asks for credentials or an origin, give --header 'NAME: VALUE' or --origin URL";
  if (status >= 300 && status < 400)
    return `: a redirect to ${headers.get("location") ?? "nowhere"}; test that address`;
  return "";
}

function decoderFor(coding: string): Transform | undefined {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants;
  if (coding === "gzip" || coding === "x-gzip") return createGunzip({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
  if (coding === "deflate") return createInflate({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
  if (coding === "br")
    return createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH });
  return undefined;
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
