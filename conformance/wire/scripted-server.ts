/** The kit's own server for one client under test: it does nothing by itself, the case says what becomes of each attempt. */
import { randomInt } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { Finding } from "../finding.ts";
import { Attempt } from "./attempt.ts";
import { type RequestHead, readRequestHead } from "./request-head.ts";
import { ServedSocket, type ServingSurroundings } from "./served-socket.ts";

/**
 * Below those that systems give to outgoing connections: one that is let go for a while must not be taken by somebody else
 * before it is needed again.
 */
const PORTS = [20_000, 32_000] as const;
const MAX_TRIES = 100;

/** A listener on a port of its own, so that whatever comes is from the one client that has its address. */
export class ScriptedServer {
  /** Its client's name, which its connections have in the transcript. */
  readonly name: string;
  /** Every attempt that came, in order. Preflights of browsers are answered by themselves and are none. */
  readonly attempts: Attempt[] = [];
  readonly #surroundings: ServingSurroundings;
  readonly #sockets = new Set<ServedSocket>();
  #listener: Server | undefined;
  #port = 0;
  #taken = 0;
  #steps: ((attempt: Attempt) => void)[] = [];

  private constructor(name: string, surroundings: ServingSurroundings) {
    this.name = name;
    this.#surroundings = surroundings;
  }

  /** Starts to listen on 127.0.0.1. */
  static async listen(name: string, surroundings: ServingSurroundings): Promise<ScriptedServer> {
    const server = new ScriptedServer(name, surroundings);
    for (let tries = 1; ; tries++) {
      server.#port = randomInt(...PORTS);
      try {
        await server.acceptAgain();
        return server;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || tries === MAX_TRIES) throw error;
      }
    }
  }

  /** `127.0.0.1` and the port. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** How many attempts have come that no {@link ScriptedServer.attempt} has taken. */
  get untaken(): number {
    return this.attempts.length - this.#taken;
  }

  /** The attempts, or what they became, in which the client may still have hopes. */
  get alive(): Attempt[] {
    return this.attempts.filter((attempt) => attempt.alive);
  }

  /**
   * Waits for the next attempt.
   *
   * @param stallMs - how long it may take, where that is not what the limits say.
   */
  async attempt(stallMs?: number): Promise<Attempt> {
    await this.#surroundings.patience.until(
      () => this.untaken > 0,
      (awaited) =>
        new Finding(`${this.attempts.length === 0 ? "no attempt" : "no further attempt"} came ${awaited}`, {
          expected: "an attempt to connect",
          actual: `${this.attempts.length} attempts came so far`,
        }),
      undefined,
      stallMs,
    );
    const attempt = this.attempts[this.#taken++];
    if (attempt === undefined) throw new Error("an attempt was taken twice");
    return attempt;
  }

  /**
   * Answers each attempt by itself from here on, those first that no {@link ScriptedServer.attempt} has taken.
   *
   * @param steps - what becomes of the first one, the second one, and so on; the last of them is for all others, too.
   */
  answerEach(...steps: ((attempt: Attempt) => void)[]): void {
    this.#steps = steps;
    while (this.untaken > 0) this.#answerNext();
  }

  /** Refuses connections: nothing listens at its address any more. What is open stays so. */
  refuse(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** Listens again, at the same address. */
  async acceptAgain(): Promise<void> {
    const listener = createServer({ allowHalfOpen: true }, (socket) => this.#onSocket(socket));
    this.#listener = listener;
    await listenAt(listener, this.#port);
  }

  /** Ends it and all that is open. */
  close(): void {
    this.refuse();
    for (const socket of this.#sockets) socket.abandon();
  }

  #onSocket(tcp: Socket): void {
    const socket = new ServedSocket(this.name, tcp, this.#surroundings);
    this.#sockets.add(socket);
    let unread: Buffer = Buffer.alloc(0);
    socket.onBytes = (bytes) => {
      unread = Buffer.concat([unread, bytes]);
      try {
        const request = readRequestHead(unread);
        if (request === undefined) return;
        unread = request.rest;
        if (request.head.method === "OPTIONS") this.#onPreflight(request.head, socket);
        else this.#onRequest(request.head, request.rest, socket);
      } catch (error) {
        this.#surroundings.transcript.record(socket.name, "received", "bytes", unread);
        this.#surroundings.transcript.record(
          socket.name,
          "sent",
          "tcp",
          `reset, since that is ${(error as Error).message}`,
        );
        socket.reset();
      }
    };
  }

  #onRequest(head: RequestHead, rest: Buffer, socket: ServedSocket): void {
    const number = this.attempts.length + 1;
    socket.name = `${this.name}#${number}`;
    this.#surroundings.transcript.record(socket.name, "received", "http", head.text);
    socket.onBytes = () => {};
    const attempt = new Attempt(number, head, socket, this.attempts.at(-1)?.overAt, this.#surroundings);
    this.attempts.push(attempt);
    if (this.#steps.length > 0) this.#answerNext();
    if (rest.length > 0) this.#surroundings.transcript.record(socket.name, "received", "bytes", rest);
    this.#surroundings.patience.notify(true);
  }

  #answerNext(): void {
    const attempt = this.attempts[this.#taken++];
    const step = this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0];
    if (attempt !== undefined) step?.(attempt);
  }

  #onPreflight({ text }: RequestHead, socket: ServedSocket): void {
    this.#surroundings.transcript.record(`${this.name} preflight`, "received", "http", text);
    socket.write(
      [
        "HTTP/1.1 204 No Content",
        "Access-Control-Allow-Origin: *",
        "Access-Control-Allow-Methods: *",
        "Access-Control-Allow-Headers: *",
        "Access-Control-Max-Age: 600",
        "Connection: keep-alive",
        "",
        "",
      ].join("\r\n"),
    );
  }
}

function listenAt(listener: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(port, "127.0.0.1", resolve);
  });
}
