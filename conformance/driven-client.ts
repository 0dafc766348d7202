/** One client under test in a case: what it is told through its adapter, what it shows, and the server that it has. */
import type { Adapter } from "./adapter/adapter.ts";
import type { Answer, Command, OpenOptions, Report, SendOptions } from "./adapter/protocol.ts";
import { NotApplicable } from "./client-case.ts";
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
const GROWN_DELAY_MS = 30_000;
/** How long what was sent before an answer may take to be seen after it. */
const IN_FLIGHT_MS = 100;

/** What a client tells of a message. */
export type Told = "sent" | "queued" | "rejected" | "expired" | "dropped";

/** How often a message is tried behind a queue, and after which pause. */
const TRIES = 60;
const TRY_AGAIN_MS = 50;

/** One client under test. */
export class DrivenClient {
  readonly name: string;
  readonly server: ScriptedServer;
  /** What it is to ask for: path and query of its address. */
  readonly target: string;
  /** The options that it was opened with: those that its adapter offers. */
  readonly options: OpenOptions;
  /** All that it has shown, in order. */
  readonly reports: SeenReport[] = [];
  readonly #adapter: Adapter;
  readonly #surroundings: ServingSurroundings;
  readonly #answerWithinMs: number;
  /** What it told of each message, by its mark. */
  readonly #told = new Map<string, Told[]>();
  readonly #copies = new Map<string, SeenReport[]>();

  /** Drives a client of an adapter, which has not been opened yet. */
  constructor(
    server: ScriptedServer,
    target: string,
    options: OpenOptions,
    adapter: Adapter,
    answerWithinMs: number,
    surroundings: ServingSurroundings,
  ) {
    this.name = server.name;
    this.server = server;
    this.target = target;
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
  async trySend(message: Message, options?: SendOptions): Promise<Answer> {
    const answer = await this.command({
      cmd: "send",
      client: this.name,
      data: message.value,
      sendId: message.mark,
      ...(options !== undefined && { options }),
    });
    const told = answer.ok ? answer.status : "rejected";
    if (told !== undefined) this.#hears(message.mark, told);
    return answer;
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

  /** Waits for its next attempt where some have failed in a row: by then delays of its own may have grown to 30 seconds. */
  attemptAfterFailures(): Promise<Attempt> {
    return this.attempt((this.options.maxDelayMs ?? GROWN_DELAY_MS) + this.#surroundings.patience.limits.stallMs);
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

  /**
   * Waits for a window in which it makes no attempt. What has come before, or was on its way when the window began, does
   * not count.
   */
  async noFurtherAttempt(windowMs: number, after: string): Promise<void> {
    await this.#surroundings.patience.quiet(IN_FLIGHT_MS, () => undefined);
    const before = this.server.attempts.length;
    await this.#surroundings.patience.quiet(windowMs - IN_FLIGHT_MS, () => {
      if (this.server.attempts.length === before) return undefined;
      return new Finding(`the client made an attempt after ${after}`, {
        expected: `no attempt within ${Math.round(windowMs)} ms`,
        actual: `attempt ${this.server.attempts.length} came`,
      });
    });
  }

  /**
   * Calls it, in whatever state it is: has it send a message, connect, or close. What it has no way to do is left out.
   *
   * @throws Finding where a call ends in an error.
   */
  async call(...calls: readonly ("connect" | "close" | Message)[]): Promise<void> {
    for (const call of calls) {
      const what = typeof call === "string" ? call : "send";
      const answer = await (typeof call === "string"
        ? this.command({ cmd: call, client: this.name })
        : this.trySend(call));
      if (answer.error !== "unsupported") this.#carriedOut(what, answer);
    }
  }

  /** Waits until it has made another attempt. */
  comesBack(after: string): Promise<void> {
    const withinMs = this.longestDelayMs + this.#surroundings.patience.limits.stallMs;
    return this.until(() => this.server.untaken > 0, `make an attempt after ${after}`, withinMs);
  }

  /** Has it send messages, one after the other, whatever comes of them. */
  trySendAll(messages: readonly Message[]): Promise<Answer[]> {
    return Promise.all(messages.map((message) => this.trySend(message)));
  }

  /** Has it send messages, one every so many milliseconds, until none is left or it gives the connection up. */
  async sendSlowly(connection: ServedConnection, messages: readonly Message[], everyMs: number): Promise<void> {
    for (const message of messages) {
      if (connection.givenUpAt !== undefined || this.server.untaken > 0) return;
      await this.trySend(message);
      await this.#surroundings.patience.quiet(everyMs, () => undefined);
    }
  }

  /**
   * Has it send a message with options, whatever else comes of it.
   *
   * @throws Finding where its adapter has no way to set them.
   */
  async sendWith(message: Message, options: SendOptions): Promise<Answer> {
    const answer = await this.trySend(message, options);
    if (answer.error !== "unsupported") return answer;
    const names = Object.keys(options).join(" and ");
    throw new Finding(`the client has no way to set ${names} of a message`, {
      expected: "a message that has it is taken",
      actual: "unsupported",
      mark: message.mark,
    });
  }

  /** @returns all that it has told of a message so far, in its answer and by reports. An error rejects it, too. */
  toldOf({ mark }: Message): readonly Told[] {
    return [...(this.#told.get(mark) ?? [])];
  }

  /** Waits until it has told something of each of the messages. */
  tells(messages: readonly Message[], what: readonly Told[]): Promise<void> {
    const untold = () => messages.find((message) => !this.toldOf(message).some((told) => what.includes(told)));
    return this.#surroundings.patience.until(
      () => untold() === undefined,
      (awaited) => {
        const message = untold();
        const told = message === undefined ? [] : this.toldOf(message);
        return new Finding(`the client did not tell what became of a message ${awaited}`, {
          expected: what.join(", or "),
          actual: told.length === 0 ? "it told nothing" : `it told: ${told.join(", then ")}`,
          ...(message && { mark: message.mark }),
        });
      },
    );
  }

  /**
   * Has it send messages until one of them has come: what was queued before has come by then, or never will.
   *
   * @param make - makes a message.
   */
  async sendBehindQueue(connection: ServedConnection, make: () => Message): Promise<Message> {
    const { patience } = this.#surroundings;
    const came = (message: Message) => connection.copiesOf(message).length > 0;
    for (let tries = 1; tries <= TRIES; tries++) {
      const last = make();
      await this.trySend(last);
      const refused = () => this.toldOf(last).some((told) => told === "rejected" || told === "dropped");
      await connection.until(() => came(last) || refused(), "send a message behind its queue");
      if (came(last)) return last;
      await patience.quiet(TRY_AGAIN_MS, () => undefined);
    }
    throw new Finding("the client took no message any more after it had a queue", {
      expected: "a message is sent",
      actual: `${TRIES} messages were refused`,
    });
  }

  /**
   * Has it connect again after it was closed or has given up, and completes the handshake.
   *
   * @throws NotApplicable where it has no way to.
   */
  async connectAgain(): Promise<ServedConnection> {
    const answer = await this.command({ cmd: "connect", client: this.name });
    if (answer.error === "unsupported") throw new NotApplicable("the client can't connect again");
    this.#carriedOut("connect again", answer);
    return this.connection();
  }

  /** Waits for its next attempt for so long, whatever it does meanwhile. */
  async attemptWithin(windowMs: number, after: string): Promise<Attempt> {
    await this.within(windowMs, () => this.server.untaken > 0, `make a new attempt after ${after}`);
    return this.server.attempt();
  }

  /** Waits until something holds of it for so long, whatever it does meanwhile. */
  within(windowMs: number, done: () => boolean, what: string): Promise<void> {
    return this.#surroundings.patience.within(
      windowMs,
      done,
      () =>
        new Finding(`the client did not ${what}`, {
          expected: `within ${Math.round(windowMs)} ms`,
          actual: `${this.server.attempts.length} attempts came so far; it showed ${this.#summary()}`,
        }),
    );
  }

  /**
   * Waits for a window in which it does not give a connection up, nor makes another.
   *
   * @param why - says why it has no reason to, in words that follow "although".
   * @param marginMs - by how much all that it needs was in time: where the kit lagged for longer, nothing is said.
   */
  keeps(connection: ServedConnection, windowMs: number, why: string, marginMs: number): Promise<void> {
    return this.#surroundings.patience.quiet(windowMs, () => {
      if (connection.givenUpAt === undefined && this.server.untaken === 0) return undefined;
      const code = connection.closeFrame?.code;
      return new Finding(`the client gave the connection up although ${why}`, {
        expected: "it stays open",
        actual: code === undefined ? "it was given up" : `a Close frame with code ${code} came`,
        lateByMs: marginMs,
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

  #hears(mark: string, told: Told): void {
    this.#told.set(mark, [...(this.#told.get(mark) ?? []), told]);
  }

  #onReport(report: Report): void {
    const seen = { ...report, at: performance.now() };
    this.reports.push(seen);
    const told = report.event === "overflow" ? "dropped" : report.status;
    if (report.sendId !== undefined && told !== undefined) this.#hears(report.sendId, told);
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
