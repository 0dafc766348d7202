/** Makes the clients of one case, each with a scripted server of its own, and lets go of all of them. */
import type { ReadyAdapter } from "../adapter/adapter-source.ts";
import type { OpenOptionName, OpenOptions, Transport } from "../adapter/protocol.ts";
import { type ClientContext, NotApplicable } from "../client-case.ts";
import { DrivenClient } from "../driven-client.ts";
import { Finding } from "../finding.ts";
import type { MessageMaker } from "../marks.ts";
import { ScriptedServer } from "../wire/scripted-server.ts";
import type { ServingSurroundings } from "../wire/served-socket.ts";

/** What the clients of a case need. */
export interface ClientEndpointsOptions {
  ready: ReadyAdapter;
  transport: Transport;
  maker: MessageMaker;
  surroundings: ServingSurroundings;
  timeScale: number;
  /** The first number for a client's name: no two of an adapter have the same. */
  firstNumber: number;
}

const ANSWER_WITHIN_MS = 8_000;
/** Where servers commonly have what is asked for. */
const PATHS = { ws: "/live", sse: "/api/events" } as const;

/** The clients of one case. */
export class ClientEndpoints {
  readonly clients: DrivenClient[] = [];
  readonly #options: ClientEndpointsOptions;
  readonly #servers: ScriptedServer[] = [];
  #opened = 0;

  constructor(options: ClientEndpointsOptions) {
    this.#options = options;
  }

  /** What the case is given, but for `judging`. */
  get context(): Omit<ClientContext, "judging"> {
    const { maker, surroundings, timeScale } = this.#options;
    return {
      open: (options, paths) => this.#open(options, paths),
      openMany: (count, options) => Promise.all(Array.from({ length: count }, () => this.#open(options))),
      openCrowd: (count, options) => this.#openCrowd(count, options),
      offers: (option) => this.#offers(option),
      environment: (change) => this.#environment(change),
      freezeFor: (windowMs) => this.#freezeFor(windowMs),
      message: (members) => maker.message(members),
      event: (name, data, members) => maker.event(name, data, members),
      eventOf: (data) => maker.eventOf(data),
      messages: (count, members) => maker.messages(count, members),
      written: (write, event) => maker.written(write, event),
      mark: () => maker.mark(),
      quietFor: (windowMs) => surroundings.patience.quiet(windowMs, () => undefined),
      timeScale,
    };
  }

  /** Has all clients close, and ends their servers. */
  async leave(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.leave()));
    for (const server of this.#servers) server.close();
  }

  async #open(wanted: OpenOptions = {}, paths?: readonly string[]): Promise<DrivenClient> {
    const { ready, transport, surroundings, timeScale, firstNumber } = this.#options;
    const options = Object.fromEntries(
      Object.entries(wanted).filter(([name]) => this.#offers(name as OpenOptionName)),
    ) as OpenOptions;
    const server = await ScriptedServer.listen(`c${firstNumber + this.#opened++}`, surroundings);
    this.#servers.push(server);
    const target = `${PATHS[transport]}?client=${server.name}`;
    const client = new DrivenClient(server, target, options, ready.adapter, ANSWER_WITHIN_MS * timeScale, surroundings);
    this.clients.push(client);
    const root = `${transport === "ws" ? "ws" : "http"}://${server.host}`;
    const address = paths === undefined ? { url: `${root}${target}` } : { urls: paths.map((path) => `${root}${path}`) };
    const answer = await client.command({ cmd: "open", client: client.name, transport, options, ...address });
    if (answer.ok) return client;
    if (paths !== undefined && answer.error === "unsupported") {
      throw new NotApplicable("the client has no way to be given another address at each attempt (urls)");
    }
    throw new Finding(`the client could not be opened: ${answer.error}`, {
      actual: answer.error ?? "",
      presupposed: true,
    });
  }

  #openCrowd(count: number, options?: OpenOptions): Promise<DrivenClient[]> {
    if (this.#options.ready.hello.platform === "browser") {
      throw new NotApplicable("browsers hold back connections where many are asked for at once");
    }
    return this.context.openMany(count, options);
  }

  #offers(option: OpenOptionName): boolean {
    return this.#options.ready.hello.options?.includes(option) ?? false;
  }

  async #environment(change: { online?: boolean; visible?: boolean }): Promise<void> {
    const { ready, surroundings, timeScale } = this.#options;
    surroundings.transcript.record("adapter", "sent", "command", JSON.stringify({ cmd: "environment", ...change }));
    const answer = await ready.adapter.command({ cmd: "environment", ...change }, ANSWER_WITHIN_MS * timeScale);
    if (answer.ok) return;
    if (answer.error === "unsupported") throw new NotApplicable("the adapter has no way to pretend that (environment)");
    throw new Finding(`the client ended in an error: ${answer.error}`, { actual: answer.error ?? "" });
  }

  async #freezeFor(windowMs: number): Promise<void> {
    const { ready, surroundings } = this.#options;
    const { link } = ready.adapter;
    if (!link.canFreeze) {
      throw new NotApplicable("the client is no process of the kit's: it can't be stopped and continued");
    }
    surroundings.transcript.record("adapter", "sent", "command", `(its process is stopped for ${windowMs} ms)`);
    link.freeze();
    try {
      await surroundings.patience.quiet(windowMs, () => undefined);
    } finally {
      link.thaw();
    }
    surroundings.transcript.record("adapter", "sent", "command", "(its process goes on)");
  }
}
