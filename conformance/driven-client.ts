/** One client under test in a case: what it is told through its adapter, what it shows, and the server that it has. */
import type { Adapter } from "./adapter/adapter.ts";
import type { Answer, Command, OpenOptions, Report, SendOptions } from "./adapter/protocol.ts";
import { Finding } from "./finding.ts";
import { findMarks, type Message } from "./marks.ts";
import type { Attempt } from "./wire/attempt.ts";
import type { ScriptedServer } from "./wire/scripted-server.ts";
import type { ServedConnection } from "./wire/served-connection.ts";
import type { ServingSurroundings } from "./wire/served-socket.ts";
import type { ServedStream } from "./wire/served-stream.ts";

/** A report, and when it came, by `performance.now()`. */
export interface SeenReport extends Report {
  at: number;
}

/** How long the delays of a client may be that says nothing of them. */
const OWN_DELAY_MS = 12_000;

/** One client under test. */
export class DrivenClient {
  readonly name: string;
  readonly server: ScriptedServer;
  /** The options that it was opened with: those that its adapter offers. */
  readonly options: OpenOptions;
  /** All that it has shown, in order. */
  readonly reports: SeenReport[] = [];
  readonly #adapter: Adapter;
  readonly #surroundings: ServingSurroundings;
  readonly #answerWithinMs: number;
  readonly #copies = new Map<string, SeenReport[]>();

  constructor(
    server: ScriptedServer,
    options: OpenOptions,
    adapter: Adapter,
    answerWithinMs: number,
    surroundings: ServingSurroundings,
  ) {
    this.name = server.name;
    this.server = server;
    this.options = options;
    this.#adapter = adapter;
    this.#answerWithinMs = answerWithinMs;
    this.#surroundings = surroundings;
    adapter.clients.set(this.name, (report) => this.#onReport(report));
  }

  /** The messages that it has shown, in order. */
  get shown(): readonly SeenReport[] {
    return this.reports.filter(({ event }) => event === "message");
  }

  /** How long a delay may take that the client was free to choose, in milliseconds. */
  get longestDelayMs(): number {
    return this.options.maxDelayMs ?? OWN_DELAY_MS;
  }

  /** @returns each time that it has shown a message, in order. */
  copiesOf(message: Message): readonly SeenReport[] {
    return this.#copies.get(message.mark) ?? [];
  }

  /**
   * Has it send a message.
   *
   * @throws Finding where that ends in an error.
   */
  async send(message: Message, options?: SendOptions): Promise<Answer> {
    const answer = await this.trySend(message, options);
    if (answer.ok) return answer;
    throw new Finding(`the client did not take a message: ${answer.error ?? "an error without words"}`, {
      expected: "it is sent, queued, or rejected",
      actual: answer.error ?? "an error without words",
      mark: message.mark,
    });
  }

  /** Has it send messages, one after the other. */
  async sendAll(messages: readonly Message[]): Promise<Answer[]> {
    return Promise.all(messages.map((message) => this.send(message)));
  }

  /** Has it send a message, whatever comes of it. What it reports of it later has the message's mark as `sendId`. */
  trySend(message: Message, options?: SendOptions): Promise<Answer> {
    return this.command({
      cmd: "send",
      client: this.name,
      data: message.value,
      sendId: message.mark,
      ...(options !== undefined && { options }),
    });
  }

  /** Has it close for good. */
  async close(): Promise<void> {
    this.#carriedOut("close", await this.command({ cmd: "close", client: this.name }));
  }

  /** Has it connect, after it was closed or while it is connected. */
  async connect(): Promise<void> {
    this.#carriedOut("connect", await this.command({ cmd: "connect", client: this.name }));
  }

  /** Has its adapter carry out a command. */
  async command(command: Command): Promise<Answer> {
    this.#surroundings.transcript.record(this.name, "sent", "command", JSON.stringify(command));
    const answer = await this.#adapter.command(command, this.#answerWithinMs);
    if (!answer.ok || answer.status !== undefined) {
      this.#surroundings.transcript.record(this.name, "received", "answer", JSON.stringify(answer));
    }
    this.#surroundings.patience.notify(true);
    return answer;
  }

  /**
   * Waits for its next attempt.
   *
   * @param withinMs - how long it may take. Default: as long as its delays are, and some patience.
   */
  attempt(withinMs = this.longestDelayMs + this.#surroundings.patience.limits.stallMs): Promise<Attempt> {
    return this.server.attempt(withinMs);
  }

  /** Waits for its next attempt, completes the handshake, and waits until it shows that it is open. */
  async connection(): Promise<ServedConnection> {
    const attempt = await this.attempt();
    const opened = this.#count("open");
    const connection = attempt.accept();
    await this.shows("open", opened + 1);
    return connection;
  }

  /** Waits for its next attempt, and answers with a stream. */
  async stream(): Promise<ServedStream> {
    const attempt = await this.attempt();
    return attempt.openStream();
  }

  /**
   * Waits until it has shown something `times` times, as long as it gets on.
   *
   * @param stallMs - how long there may be no sign of life, where that is not what the limits say.
   */
  shows(event: Report["event"], times = 1, stallMs?: number): Promise<void> {
    return this.until(() => this.#count(event) >= times, `show ${WORDS[event] ?? event}`, stallMs);
  }

  /** Waits until it has shown each of the messages. */
  async showsAll(messages: readonly Message[]): Promise<void> {
    const missing = () => messages.filter((message) => this.copiesOf(message).length === 0);
    await this.#surroundings.patience.until(
      () => missing().length === 0,
      (awaited) => {
        const [first] = missing();
        return new Finding(`the client did not show ${missing().length} of ${messages.length} messages ${awaited}`, {
          expected: first?.text.slice(0, 300) ?? "",
          actual: `it showed ${this.shown.length} messages`,
          ...(first && { mark: first.mark }),
        });
      },
    );
  }

  /** Waits until something holds of it, as long as it gets on. */
  until(done: () => boolean, what: string, stallMs?: number): Promise<void> {
    return this.#surroundings.patience.until(
      done,
      (awaited) => new Finding(`the client did not ${what} ${awaited}`, { actual: `it showed ${this.#summary()}` }),
      undefined,
      stallMs,
    );
  }

  /** Waits for a window in which it makes no attempt. */
  noAttempt(windowMs: number, after: string): Promise<void> {
    return this.#surroundings.patience.quiet(windowMs, () => {
      if (this.server.untaken === 0) return undefined;
      return new Finding(`the client made an attempt after ${after}`, {
        expected: `no attempt within ${Math.round(windowMs)} ms`,
        actual: `attempt ${this.server.attempts.length} came`,
      });
    });
  }

  /** Lets go of it: the case is over. */
  async leave(): Promise<void> {
    if (this.#adapter.failure === undefined) {
      await this.#adapter.command({ cmd: "close", client: this.name }, this.#answerWithinMs).catch(() => {});
    }
    this.#adapter.clients.delete(this.name);
    this.server.close();
  }

  #carriedOut(what: string, { ok, error = "an error without words" }: Answer): void {
    if (ok) return;
    throw new Finding(`the client could not ${what}: ${error}`, { expected: "no error", actual: error });
  }

  #count(event: Report["event"]): number {
    return this.reports.filter((report) => report.event === event).length;
  }

  #summary(): string {
    const last = this.reports.slice(-6).map(({ event, data }) => (event === "state" ? `state ${data}` : event));
    return last.length === 0 ? "nothing" : `${last.join(", ")} last`;
  }

  #onReport(report: Report): void {
    const seen = { ...report, at: performance.now() };
    this.reports.push(seen);
    if (report.event === "message") {
      for (const mark of findMarks(`${report.name ?? ""} ${JSON.stringify(report.data) ?? ""}`)) {
        this.#copies.set(mark, [...(this.#copies.get(mark) ?? []), seen]);
      }
    }
    const { seq: _, client: __, ...shown } = report;
    this.#surroundings.transcript.record(this.name, "received", "report", JSON.stringify(shown));
    this.#surroundings.patience.notify(true);
  }
}

const WORDS: { [event in Report["event"]]?: string } = {
  open: "that it is open",
  close: "that the connection is over",
  error: "an error",
  giveup: "that it has given up",
  waiting: "that it waits",
  end: "that the stream is over for good",
};
