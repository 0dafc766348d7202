/** One POST of the kit: its body can be sent whole, in parts, or never to the end. */
import { Finding } from "../finding.ts";
import type { Patience } from "../runner/patience.ts";
import type { Transcript } from "../transcript.ts";
import { renderRequest } from "./http-request.ts";
import { ResponseReader } from "./http-response.ts";
import { ProtocolViolation } from "./protocol-violation.ts";
import { type Access, type OpenSocket, openSocket } from "./tcp.ts";

/** Where and on whose behalf a message is published. */
export interface PublishSurroundings {
  url: URL;
  access: Access;
  patience: Patience;
  transcript: Transcript;
}

/** What a server answered to a POST. */
export interface Answer {
  /** Whose request it was, in the case. */
  readonly name: string;
  readonly status: number;
  /** The status line without its version. */
  readonly text: string;
}

const PIECE_BYTES = 65_536;
/** How long a server that looks at the length alone may take to refuse, before the body goes after the head. */
const EARLY_ANSWER_MS = 150;
/** How long a server may take to refuse between two pieces: one that hangs up on a piece takes its answer with it. */
const BETWEEN_PIECES_MS = 4;

/** A request on a TCP connection of its own. */
export class PublishRequest {
  readonly name: string;
  readonly #surroundings: PublishSurroundings;
  readonly #socket: OpenSocket;
  readonly #body: Buffer;
  readonly #response = new ResponseReader();
  #sent = 0;
  #lost: string | undefined;

  private constructor(name: string, socket: OpenSocket, body: Buffer, surroundings: PublishSurroundings) {
    this.name = name;
    this.#socket = socket;
    this.#body = body;
    this.#surroundings = surroundings;
    const { stream } = socket;
    stream.on("data", (bytes: Buffer) => this.#onBytes(bytes));
    stream.on("end", () => this.#end("the server ended the TCP connection"));
    stream.on("error", (error) => this.#end(`the TCP connection broke: ${error.message}`));
    stream.on("close", () => this.#end("the TCP connection was closed"));
  }

  /**
   * Connects and sends the head of the request, which tells the length of the body.
   *
   * @throws Unreachable where the address does not accept connections.
   */
  static async open(name: string, body: Buffer, surroundings: PublishSurroundings): Promise<PublishRequest> {
    const { url, access, patience, transcript } = surroundings;
    const socket = await openSocket(url, access, patience.limits.stallMs);
    const request = new PublishRequest(name, socket, body, surroundings);
    const headers = [
      ["Content-Type", "application/json"],
      ["Content-Length", String(body.length)],
      ["Connection", "close"],
    ] as const;
    const { sent, shown } = renderRequest("POST", url, headers, access);
    transcript.record(name, "sent", "http", shown);
    socket.stream.write(sent);
    return request;
  }

  /** The answer, as soon as its head is there. */
  get answer(): Answer | undefined {
    const { head } = this.#response;
    if (head === undefined) return undefined;
    return { name: this.name, status: head.status, text: `${head.status} ${head.reason}`.trimEnd() };
  }

  /** Sends what is left of the body, or the next bytes of it. */
  send(bytes = this.#body.length - this.#sent): void {
    const piece = this.#body.subarray(this.#sent, this.#sent + bytes);
    this.#sent += piece.length;
    this.#surroundings.transcript.record(this.name, "sent", "body", piece.toString("utf8"));
    if (this.#socket.stream.writable) this.#socket.stream.write(piece);
  }

  /** Sends what is left of the body in pieces of a few bytes, each on its way before the next one is written. */
  async sendInPieces(bytes: number): Promise<void> {
    while (this.#sent < this.#body.length) {
      this.send(bytes);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /**
   * Sends a long body piece by piece, and stops as soon as there is an answer: who refuses a body for its length need not
   * read it, and an answer that is not read before the server hangs up could be lost.
   */
  async sendUnlessAnswered(): Promise<void> {
    const { stream } = this.#socket;
    this.#surroundings.transcript.record(this.name, "sent", "body", `${this.#body.length} bytes`);
    const over = () => this.answer !== undefined || this.#lost !== undefined;
    for (const deadline = performance.now() + EARLY_ANSWER_MS; !over() && performance.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    while (!over() && this.#sent < this.#body.length) {
      const piece = this.#body.subarray(this.#sent, this.#sent + PIECE_BYTES);
      this.#sent += piece.length;
      let gone = false;
      stream.write(piece, () => {
        gone = true;
        this.patience.notify(true);
      });
      await this.patience.until(
        () => gone || over(),
        (awaited) =>
          new Finding(`${this.name} could not send its body to the end`, {
            expected: "the body to be read, or an answer that refuses it",
            actual: `${this.#sent - piece.length} of ${this.#body.length} bytes were taken, and no more ${awaited}`,
          }),
      );
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_PIECES_MS));
      // What has come meanwhile is read first: a write that fails would take it along.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits for the answer's head. */
  async answered(): Promise<Answer> {
    await this.patience.until(
      () => this.answer !== undefined,
      (awaited) =>
        new Finding(`${this.name} got no answer to its POST`, {
          expected: "an answer that says whether the message is accepted",
          actual: `none ${awaited}`,
        }),
      () =>
        this.#lost === undefined
          ? undefined
          : new Finding(`${this.name} got no answer to its POST: ${this.#lost}`, {
              expected: "an answer that says whether the message is accepted",
              actual: this.#lost,
              lostConnection: true,
            }),
    );
    return this.answer as Answer;
  }

  /** Resets the TCP connection, wherever the request is. */
  reset(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "reset");
    this.#lost ??= "the kit reset the TCP connection";
    this.#socket.tcp.resetAndDestroy();
  }

  /** Ends the TCP connection in order, wherever the request is. */
  hangUp(): void {
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "end");
    this.#lost ??= "the kit ended the TCP connection";
    this.#socket.stream.end();
    this.#socket.stream.destroySoon();
  }

  /** Lets go of the TCP connection. */
  leave(): void {
    this.#lost ??= "the kit has left";
    this.#socket.stream.destroy();
    this.#socket.tcp.destroy();
  }

  /** The patience of the case. */
  get patience(): Patience {
    return this.#surroundings.patience;
  }

  #onBytes(bytes: Buffer): void {
    if (this.#response.complete) return;
    const { transcript } = this.#surroundings;
    const headWasThere = this.answer !== undefined;
    try {
      const body = Buffer.concat(this.#response.push(bytes));
      if (!headWasThere && this.answer !== undefined) {
        transcript.record(this.name, "received", "http", `${this.#response.headText}\r\n\r\n`);
      }
      if (body.length > 0) transcript.record(this.name, "received", "body", body.toString("utf8"));
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      transcript.record(this.name, "received", "bytes", bytes);
      this.#end(`the server sent ${error.message}`);
      this.#socket.stream.destroy();
    }
    this.patience.notify(this.answer !== undefined);
  }

  #end(text: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = text;
    if (this.answer === undefined) this.#surroundings.transcript.record(this.name, "received", "tcp", text);
    this.patience.notify(false);
  }
}
