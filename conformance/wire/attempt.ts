/** One request of a client to the scripted server, and what the script makes of it: a connection, a stream, an answer, or nothing. */

import type { RequestHead } from "./request-head.ts";
import { ServedConnection } from "./served-connection.ts";
import type { ServedSocket, ServingSurroundings } from "./served-socket.ts";
import { ServedStream } from "./served-stream.ts";
import { Deflate } from "./websocket-deflate.ts";
import { acceptFor } from "./websocket-handshake.ts";

/** How a handshake is answered, where not as RFC 6455 has it. */
export interface AcceptOptions {
  /** The value of Sec-WebSocket-Accept. */
  accept?: string;
  /** The names of headers that are left out. */
  without?: readonly string[];
  /** Bytes that are written together with the answer, right behind it. */
  behind?: Buffer;
  /** Agree to permessage-deflate, if it was offered. */
  deflate?: boolean;
}

/** How a stream is answered, where not as usual. */
export interface StreamAnswer {
  /** Default `200 OK`. */
  status?: string;
  /** Default `text/event-stream`; none where it is null. */
  contentType?: string | null;
  /** Default true: the body comes in chunks. Otherwise it ends with the TCP connection. */
  chunked?: boolean;
}

/** Pages ask from an origin of their own: every answer allows them to. */
const CORS = ["Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: *"];

/** One attempt to open a connection or a stream. */
export class Attempt {
  /** 1 for the first at its server. */
  readonly number: number;
  readonly head: RequestHead;
  /** When its request had come, by `performance.now()`. */
  readonly at = performance.now();
  /** How long after the end of what was before it came, in milliseconds; nothing for the first. */
  readonly delayMs: number | undefined;
  /** What it became. */
  connection: ServedConnection | undefined;
  stream: ServedStream | undefined;
  readonly #socket: ServedSocket;
  readonly #surroundings: ServingSurroundings;
  #failedAt: number | undefined;

  constructor(
    number: number,
    head: RequestHead,
    socket: ServedSocket,
    before: number | undefined,
    surroundings: ServingSurroundings,
  ) {
    this.number = number;
    this.head = head;
    this.delayMs = before === undefined ? undefined : this.at - before;
    this.#socket = socket;
    this.#surroundings = surroundings;
  }

  /** Whether the client may still have hopes in it, or in what it became. */
  get alive(): boolean {
    return this.overAt === undefined;
  }

  /** When it failed, or when what it became was over. */
  get overAt(): number | undefined {
    return this.connection?.overAt ?? this.stream?.overAt ?? this.#failedAt ?? this.#socket.endedAt;
  }

  /** When the client gave it up before it became anything. */
  get givenUpAt(): number | undefined {
    return this.#socket.endedBy === "client" ? this.#socket.endedAt : undefined;
  }

  /** When the TCP connection ended. */
  get tcpEndedAt(): number | undefined {
    return this.#socket.endedAt;
  }

  /** Its client's name and its number, as in the transcript. */
  get name(): string {
    return this.#socket.name;
  }

  /** Completes the handshake. */
  accept(options: AcceptOptions = {}): ServedConnection {
    const { headers } = this.head;
    const offers = (headers.get("sec-websocket-extensions") ?? "").includes("permessage-deflate");
    const agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    const deflates = options.deflate === true && offers;
    const left = (options.without ?? []).map((name) => `${name}: `);
    this.#respond(
      "101 Switching Protocols",
      [
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Accept: ${options.accept ?? acceptFor(headers.get("sec-websocket-key") ?? "")}`,
        ...(deflates ? [`Sec-WebSocket-Extensions: ${agreed}`] : []),
      ].filter((line) => !left.some((start) => line.startsWith(start))),
      options.behind,
    );
    // What a client compresses without context, this inflates: no window is kept.
    const deflate = deflates ? new Deflate("permessage-deflate; server_no_context_takeover") : undefined;
    this.connection = new ServedConnection(this.#socket, deflate, this.#surroundings);
    return this.connection;
  }

  /** Answers with a stream of server-sent events. */
  openStream(answer: StreamAnswer = {}): ServedStream {
    const { status = "200 OK", contentType = "text/event-stream", chunked = true } = answer;
    this.#respond(status, [
      ...(contentType === null ? [] : [`Content-Type: ${contentType}`]),
      "Cache-Control: no-store",
      "Connection: close",
      ...(chunked ? ["Transfer-Encoding: chunked"] : []),
      ...CORS,
    ]);
    this.stream = new ServedStream(this.#socket, chunked, this.#surroundings);
    return this.stream;
  }

  /** Answers with a status and a short body, and ends the TCP connection. */
  answer(status: string, headers: readonly string[] = [], body = ""): void {
    // A 204 has no body, and a Content-Length is forbidden there.
    const length = status.startsWith("204") ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    this.#respond(status, [...length, "Connection: close", ...CORS, ...headers], Buffer.from(body));
    this.#fail();
    this.#socket.end();
  }

  /** Writes bytes as they are, and leaves it at that. */
  answerBytes(bytes: string): void {
    this.#surroundings.transcript.record(this.name, "sent", "bytes", bytes);
    this.#socket.write(bytes);
  }

  /** Ends the TCP connection without an answer. */
  end(): void {
    this.#fail();
    this.#socket.end();
  }

  /** Resets the TCP connection without an answer. */
  reset(): void {
    this.#fail();
    this.#socket.reset();
  }

  #fail(): void {
    this.#failedAt ??= performance.now();
  }

  #respond(status: string, headers: readonly string[], behind: Buffer = Buffer.alloc(0)): void {
    const head = [`HTTP/1.1 ${status}`, ...headers, "", ""].join("\r\n");
    this.#surroundings.transcript.record(this.name, "sent", "http", head);
    if (behind.length > 0) this.#surroundings.transcript.record(this.name, "sent", "bytes", behind);
    this.#socket.write(Buffer.concat([Buffer.from(head), behind]));
  }
}
