/** One client under test, as it is seen in a case: what it reports, and what it does to the server that it has. */
import type { OpenOptions, Report } from "./adapter/protocol.ts";
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

/** What a client tells of a message. */
export type Told = "sent" | "queued" | "rejected" | "expired" | "dropped";

/** How long the delays of a client may be that says nothing of them. */
const OWN_DELAY_MS = 12_000;
const GROWN_DELAY_MS = 30_000;
/** How long what was sent before an answer may take to be seen after it. */
const IN_FLIGHT_MS = 100;

/** A client that is watched. */
export class WatchedClient {
  readonly name: string;
  readonly server: ScriptedServer;
  /** What it is to ask for: path and query of its address. */
  readonly target: string;
  /** The options that it was opened with: those that its adapter offers. */
  readonly options: OpenOptions;
  /** All that it has shown, in order. */
  readonly reports: SeenReport[] = [];
  protected readonly surroundings: ServingSurroundings;
  /** What it told of each message, by its mark. */
  readonly #told = new Map<string, Told[]>();
  readonly #copies = new Map<string, SeenReport[]>();

  /** Watches a client that has not been opened yet. */
  constructor(server: ScriptedServer, target: string, options: OpenOptions, surroundings: ServingSurroundings) {
    this.name = server.name;
    this.server = server;
    this.target = target;
    this.options = options;
    this.surroundings = surroundings;
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

  /** @returns all that it has told of a message so far, in its answer and by reports. An error rejects it, too. */
  toldOf({ mark }: Message): readonly Told[] {
    return [...(this.#told.get(mark) ?? [])];
  }

  /**
   * Waits for its next attempt.
   *
   * @param withinMs - how long it may take. Default: as long as its delays are, and some patience.
   */
  attempt(withinMs = this.longestDelayMs + this.surroundings.patience.limits.stallMs): Promise<Attempt> {
    return this.server.attempt(withinMs);
  }

  /** Waits for its next attempt where some have failed in a row: by then delays of its own may have grown to 30 seconds. */
  attemptAfterFailures(): Promise<Attempt> {
    return this.attempt((this.options.maxDelayMs ?? GROWN_DELAY_MS) + this.surroundings.patience.limits.stallMs);
  }

  /** Waits for its next attempt for so long, whatever it does meanwhile. */
  async attemptWithin(windowMs: number, after: string): Promise<Attempt> {
    await this.within(windowMs, () => this.server.untaken > 0, `make a new attempt after ${after}`);
    return this.server.attempt();
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
    await this.surroundings.patience.until(
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

  /** Waits until it has told something of each of the messages. */
  tells(messages: readonly Message[], what: readonly Told[]): Promise<void> {
    const untold = () => messages.find((message) => !this.toldOf(message).some((told) => what.includes(told)));
    return this.surroundings.patience.until(
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

  /** Waits until something holds of it, as long as it gets on. */
  until(done: () => boolean, what: string, stallMs?: number): Promise<void> {
    return this.surroundings.patience.until(
      done,
      (awaited) => new Finding(`the client did not ${what} ${awaited}`, { actual: `it showed ${this.#summary()}` }),
      undefined,
      stallMs,
    );
  }

  /** Waits until something holds of it for so long, whatever it does meanwhile. */
  within(windowMs: number, done: () => boolean, what: string): Promise<void> {
    return this.surroundings.patience.within(
      windowMs,
      done,
      () =>
        new Finding(`the client did not ${what}`, {
          expected: `within ${Math.round(windowMs)} ms`,
          actual: `${this.server.attempts.length} attempts came so far; it showed ${this.#summary()}`,
        }),
    );
  }

  /** Waits until it has made another attempt. */
  comesBack(after: string): Promise<void> {
    const withinMs = this.longestDelayMs + this.surroundings.patience.limits.stallMs;
    return this.until(() => this.server.untaken > 0, `make an attempt after ${after}`, withinMs);
  }

  /** Waits for a window in which it makes no attempt. */
  noAttempt(windowMs: number, after: string): Promise<void> {
    return this.surroundings.patience.quiet(windowMs, () => {
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
    await this.surroundings.patience.quiet(IN_FLIGHT_MS, () => undefined);
    const before = this.server.attempts.length;
    await this.surroundings.patience.quiet(windowMs - IN_FLIGHT_MS, () => {
      if (this.server.attempts.length === before) return undefined;
      return new Finding(`the client made an attempt after ${after}`, {
        expected: `no attempt within ${Math.round(windowMs)} ms`,
        actual: `attempt ${this.server.attempts.length} came`,
      });
    });
  }

  /**
   * Waits for a window in which it does not give a connection up, nor makes another.
   *
   * @param why - says why it has no reason to, in words that follow "although".
   * @param marginMs - by how much all that it needs was in time: where the kit lagged for longer, nothing is said.
   */
  keeps(connection: ServedConnection, windowMs: number, why: string, marginMs: number): Promise<void> {
    return this.surroundings.patience.quiet(windowMs, () => {
      if (connection.givenUpAt === undefined && this.server.untaken === 0) return undefined;
      const code = connection.closeFrame?.code;
      return new Finding(`the client gave the connection up although ${why}`, {
        expected: "it stays open",
        actual: code === undefined ? "it was given up" : `a Close frame with code ${code} came`,
        lateByMs: marginMs,
      });
    });
  }

  /** It has told this of a message. */
  protected hears(mark: string, told: Told): void {
    this.#told.set(mark, [...(this.#told.get(mark) ?? []), told]);
  }

  /** It has reported this. */
  protected sees(report: Report): void {
    const seen = { ...report, at: performance.now() };
    this.reports.push(seen);
    const told = report.event === "overflow" ? "dropped" : report.status;
    if (report.sendId !== undefined && told !== undefined) this.hears(report.sendId, told);
    if (report.event === "message") {
      for (const mark of findMarks(`${report.name ?? ""} ${JSON.stringify(report.data) ?? ""}`)) {
        this.#copies.set(mark, [...(this.#copies.get(mark) ?? []), seen]);
      }
    }
    const { seq: _, client: __, ...shown } = report;
    this.surroundings.transcript.record(this.name, "received", "report", JSON.stringify(shown));
    this.surroundings.patience.notify(true);
  }

  #count(event: Report["event"]): number {
    return this.reports.filter((report) => report.event === event).length;
  }

  #summary(): string {
    const last = this.reports.slice(-6).map(({ event, data }) => (event === "state" ? `state ${data}` : event));
    return last.length === 0 ? "nothing" : `${last.join(", ")} last`;
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
