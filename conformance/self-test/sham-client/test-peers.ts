/** What the tests of the sham client have at both of its ends: who drives it, and whom it connects to. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type ShamClientOptions, shamClientCommand } from "./index.ts";

export type Line = { readonly [name: string]: unknown };

/** Whatever a test has to end. */
export const running: { [Symbol.asyncDispose](): Promise<void> }[] = [];

export async function endAll(): Promise<void> {
  for (const one of running.splice(0)) await one[Symbol.asyncDispose]();
}

/** What is no JSON has no members. */
function parsed(line: string): Line {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/** A sham client as a process, with all lines that it wrote. */
export class Driver {
  readonly lines: Line[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  #ids = 0;
  #seen = () => {};

  constructor(options: ShamClientOptions = {}) {
    const [command = "", ...args] = shamClientCommand(options);
    this.#process = spawn(command, args);
    let text = "";
    this.#process.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      this.lines.push(...lines.map(parsed));
      this.#seen();
    });
    // What ends early is written to in vain.
    this.#process.stdin.on("error", () => {});
    running.push(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.kill("SIGKILL")) await once(this.#process, "exit");
  }

  tell(cmd: string, rest: object = {}): number {
    this.#ids += 1;
    this.#process.stdin.write(`${JSON.stringify({ id: this.#ids, cmd, ...rest })}\n`);
    return this.#ids;
  }

  async ask(cmd: string, rest: object = {}): Promise<Line> {
    const id = this.tell(cmd, rest);
    await this.until(() => this.lines.some((line) => line.id === id));
    return this.lines.find((line) => line.id === id) ?? {};
  }

  async exit(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, "exit");
    return this.#process.exitCode;
  }

  reports(event: string): Line[] {
    return this.lines.filter((line) => line.event === event);
  }

  async shows(event: string, count = 1): Promise<void> {
    await this.until(() => this.reports(event).length >= count);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#seen = resolve));
  }
}

export class SocketServer {
  readonly sockets: WebSocket[] = [];
  readonly received: unknown[] = [];
  readonly #server: WebSocketServer;
  #seen = () => {};

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.sockets.push(socket);
      socket.on("close", () => this.#seen());
      socket.on("message", (data) => {
        this.received.push(JSON.parse(String(data)));
        this.#seen();
      });
      this.#seen();
    });
    running.push(this);
  }

  static async start(): Promise<SocketServer> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: { threshold: 0 } });
    await once(server, "listening");
    return new SocketServer(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Without pings. */
  get messages(): unknown[] {
    return this.received.filter((message) => (message as Line).type !== "ping");
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#seen = resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#server.close();
  }
}
