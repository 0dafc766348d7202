/** Opens a WebSocket connection to the subject: TCP, the request, the response, and what is wrong with it. */
import { randomBytes } from "node:crypto";
import { Finding } from "../finding.ts";
import type { Patience } from "../runner/patience.ts";
import type { Transcript } from "../transcript.ts";
import { parseResponseHead } from "./http-response.ts";
import { type Access, type OpenSocket, openSocket } from "./tcp.ts";
import { Deflate } from "./websocket-deflate.ts";
import { acceptFor, type HandshakeOptions, handshakeFault, handshakeRequest } from "./websocket-handshake.ts";

/** Where and on whose behalf a connection is opened. */
export interface OpeningSurroundings {
  url: URL;
  access: Access;
  patience: Patience;
  transcript: Transcript;
}

/** A connection whose handshake is complete. */
export interface Opened {
  socket: OpenSocket;
  /** What came behind the response. */
  bytes: Buffer;
  deflate: Deflate | undefined;
}

const MAX_HEAD_BYTES = 65_536;

/** An opening handshake that has been connected for, and whose request can be sent at once or by half. */
export class Opening {
  readonly name: string;
  readonly socket: OpenSocket;
  readonly #request: string;
  readonly #key: string;
  readonly #options: HandshakeOptions;
  readonly #surroundings: OpeningSurroundings;
  #sent = 0;

  private constructor(name: string, socket: OpenSocket, options: HandshakeOptions, surroundings: OpeningSurroundings) {
    this.name = name;
    this.socket = socket;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#key = randomBytes(16).toString("base64");
    const { sent, shown } = handshakeRequest(surroundings.url, this.#key, surroundings.access, options);
    this.#request = sent;
    surroundings.transcript.record(name, "sent", "http", shown);
    // Whoever waits for the response learns of the loss; before that there is nothing to do about it.
    socket.stream.on("error", () => {});
  }

  /** @throws Unreachable where the address does not accept connections. */
  static async connect(name: string, options: HandshakeOptions, surroundings: OpeningSurroundings): Promise<Opening> {
    const { url, access, patience } = surroundings;
    return new Opening(name, await openSocket(url, access, patience.limits.stallMs), options, surroundings);
  }

  /** Sends the first half of the request. */
  sendHalf(): void {
    this.#send(Math.floor(this.#request.length / 2));
  }

  /**
   * Sends what is left of the request and waits for the response.
   *
   * @throws Finding where it does not complete the handshake as RFC 6455, section 4.2, says.
   */
  async complete(): Promise<Opened> {
    const { patience, transcript } = this.#surroundings;
    const { stream } = this.socket;
    let bytes: Buffer = Buffer.alloc(0);
    let end = -1;
    let lost: string | undefined;
    const onData = (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece]);
      end = bytes.indexOf("\r\n\r\n");
      if (end < 0 && bytes.length > MAX_HEAD_BYTES) lost = `${bytes.length} bytes that are no HTTP response`;
      patience.notify(false);
    };
    const onLoss = (reason: Error | string = "the server ended the TCP connection") => {
      lost ??= typeof reason === "string" ? reason : `the TCP connection broke: ${reason.message}`;
      patience.notify(false);
    };
    stream.on("data", onData);
    stream.once("end", onLoss);
    stream.once("error", onLoss);
    this.#send(this.#request.length);
    const soFar = () => (bytes.length === 0 ? "" : ` after ${inQuotes(bytes)}`);
    try {
      await patience.until(
        () => end >= 0,
        () => this.#failed(bytes.length === 0 ? "no answer" : `an answer that does not end: ${inQuotes(bytes)}`),
        () => (lost === undefined ? undefined : this.#failed(`${lost}${soFar()}`, true)),
      );
    } catch (error) {
      // Also where the time of the run is over: nobody else knows of this socket.
      stream.destroy();
      throw error;
    }
    stream.off("data", onData);
    stream.off("end", onLoss);
    stream.off("error", onLoss);
    const text = bytes.subarray(0, end).toString("latin1");
    transcript.record(this.name, "received", "http", `${text}\r\n\r\n`);
    return { socket: this.socket, bytes: bytes.subarray(end + 4), deflate: this.#judge(text) };
  }

  /** Ends the TCP connection in order. */
  hangUp(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "end");
    this.socket.stream.end();
  }

  /** Resets the TCP connection. */
  abandon(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "reset");
    this.socket.tcp.resetAndDestroy();
  }

  #judge(text: string): Deflate | undefined {
    const head = parseResponseHead(text);
    if (head === undefined) throw this.#failed(`bytes that are no HTTP response: ${inQuotes(Buffer.from(text))}`);
    const fault = handshakeFault(head, this.#key, this.#options.extensions !== undefined);
    if (fault !== undefined) throw this.#failed(fault);
    const extensions = head.headers.get("sec-websocket-extensions") ?? "";
    try {
      return extensions === "" ? undefined : new Deflate(extensions);
    } catch (error) {
      throw this.#failed(`a 101 answer with ${(error as Error).message}`);
    }
  }

  #failed(actual: string, lostConnection = false): Finding {
    this.socket.stream.destroy();
    return new Finding(`${this.name} could not complete the opening handshake: ${actual}`, {
      expected: `HTTP/1.1 101 with Upgrade: websocket, Connection: Upgrade and Sec-WebSocket-Accept: ${acceptFor(this.#key)}`,
      actual,
      lostConnection,
    });
  }

  #send(upTo: number): void {
    this.socket.stream.write(this.#request.slice(this.#sent, upTo));
    this.#sent = upTo;
  }
}

function inQuotes(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 100).toString("latin1"));
}
