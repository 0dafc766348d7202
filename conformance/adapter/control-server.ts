/** Where pages and devices dial: a WebSocket that carries `tidings-adapter/1`, and the pages that come with the kit. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { type WebSocket, WebSocketServer } from "ws";
import { Adapter, AdapterFailure } from "./adapter.ts";
import type { AdapterSource, ReadyAdapter } from "./adapter-source.ts";
import type { AdapterLink, LinkListener } from "./link.ts";

/** What is served of what is built, and nothing else: the pages, and what they load. */
const SERVED = /^\/(conformance\/adapters\/(browser|skeleton)\/[\w-]+\.(html|js)|client\/[\w.-]+\.js)$/;
const BUILT = new URL(import.meta.url.includes("/dist/conformance/") ? "../../" : "../../dist/", import.meta.url);
const TYPES: { [ending: string]: string } = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8" };

/** The pages that come with the kit, by what they drive. */
const PAGES = {
  "the browser's own WebSocket and EventSource": "/conformance/adapters/browser/native.html",
  "the reference client": "/conformance/adapters/browser/reference-client.html",
} as const;

const HELLO_WITHIN_MS = 10_000;
const BYE_WITHIN_MS = 2_000;

/** How a control server is set up. */
export interface ControlOptions {
  /** The port on 127.0.0.1; 0 takes any free one. Default 0. */
  port?: number;
  /** How long a page may take to dial, in milliseconds. Default 5 minutes. */
  dialWithinMs?: number;
}

/** Waits for adapters that dial. Each case has a page for itself: with several pages open, a run is as many times faster. */
export class ControlServer implements AdapterSource {
  readonly name = "a page";
  readonly pace = 8;
  readonly #http: Server;
  readonly #dialWithinMs: number;
  readonly #all = new Set<Adapter>();
  readonly #idle: ReadyAdapter[] = [];
  readonly #waiting: ((page: ReadyAdapter) => void)[] = [];

  private constructor(options: ControlOptions) {
    this.#dialWithinMs = options.dialWithinMs ?? 300_000;
    this.#http = createServer((request, response) => this.#serve(request, response));
    const sockets = new WebSocketServer({ server: this.#http, path: "/control" });
    sockets.on("connection", (socket) => this.#onPage(socket));
  }

  /** Starts to listen. */
  static async listen(options: ControlOptions = {}): Promise<ControlServer> {
    const control = new ControlServer(options);
    await new Promise<void>((resolve, reject) => {
      control.#http.once("error", reject);
      control.#http.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    return control;
  }

  /** The address that an adapter dials. */
  get control(): string {
    return `ws://${this.#host}/control`;
  }

  /** The addresses of the pages that come with the kit, by what they drive. */
  get pages(): { [what in keyof typeof PAGES]: string } {
    const address = (path: string) => `http://${this.#host}${path}?control=${encodeURIComponent(this.control)}`;
    return Object.fromEntries(Object.entries(PAGES).map(([what, path]) => [what, address(path)])) as never;
  }

  acquire(): Promise<ReadyAdapter> {
    const idle = this.#idle.shift();
    if (idle !== undefined) return Promise.resolve(idle);
    return new Promise((resolve, reject) => {
      const settle = (page: ReadyAdapter) => {
        clearTimeout(timer);
        resolve(page);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(settle), 1);
        reject(new AdapterFailure(`No adapter dialled ${this.control} within ${this.#dialWithinMs / 1_000} s`, "gone"));
      }, this.#dialWithinMs);
      this.#waiting.push(settle);
    });
  }

  /** A page that is asked to end loads itself again, and dials anew. */
  async release(ready: ReadyAdapter, fresh: boolean): Promise<void> {
    if (fresh || ready.adapter.failure !== undefined) await this.#end(ready.adapter);
    else this.#isFree(ready);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((adapter) => this.#end(adapter)));
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #isFree(page: ReadyAdapter): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(page);
    else next(page);
  }

  async #end(adapter: Adapter): Promise<void> {
    await adapter.bye(BYE_WITHIN_MS);
    this.#all.delete(adapter);
  }

  get #host(): string {
    const address = this.#http.address();
    return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  async #onPage(socket: WebSocket): Promise<void> {
    const adapter = new Adapter(new ControlLink(socket));
    try {
      const page = { adapter, hello: await adapter.hello(HELLO_WITHIN_MS) };
      this.#all.add(adapter);
      adapter.onFailure.add(() => {
        // A page that was closed while it had nothing to do is handed out to nobody.
        const index = this.#idle.indexOf(page);
        if (index >= 0) this.#idle.splice(index, 1);
      });
      this.#isFree(page);
    } catch {
      socket.terminate();
    }
  }

  #serve({ url = "/" }: IncomingMessage, response: ServerResponse): void {
    const path = url.replace(/\?.*/, "");
    if (path === "/") {
      response.writeHead(200, { "Content-Type": TYPES.html }).end(this.#index());
      return;
    }
    if (!SERVED.test(path)) {
      response.writeHead(404).end();
      return;
    }
    try {
      const content = readFileSync(fileURLToPath(new URL(`.${path}`, BUILT)));
      response.writeHead(200, { "Content-Type": TYPES[path.split(".").at(-1) ?? ""] }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  #index(): string {
    const items = Object.entries(this.pages).map(([what, page]) => `<li><a href="${page}">${what}</a></li>`);
    return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>tidings test client</title>
<p>Which client is to be judged in this browser?</p>
<ul>${items.join("")}</ul>
<p>A page or a device of your own dials <code>${this.control}</code>.</p></html>
`;
  }
}

/** A page, or a device, that has dialled. */
class ControlLink implements AdapterLink {
  readonly freeText = "";
  readonly canFreeze = false;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  listen(listener: LinkListener): void {
    this.#socket.on("message", (data) => listener.onLine(data.toString()));
    this.#socket.on("error", () => {});
    this.#socket.once("close", (code) => listener.onEnd(`closed its control connection (code ${code})`));
  }

  send(line: string): void {
    this.#socket.send(line);
  }

  freeze(): void {
    throw new Error("a page can't be stopped");
  }

  thaw(): void {}

  kill(): void {
    this.#socket.terminate();
  }

  async end(): Promise<void> {
    this.#socket.close();
  }
}
