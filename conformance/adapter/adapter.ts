/** One adapter as the kit sees it: commands that are answered, reports that are counted, and what breaks the protocol. */
import { Compile } from "typebox/compile";
import type { AdapterLink } from "./link.ts";
import { Answer, type Command, Hello, Report } from "./protocol.ts";

/** The adapter did not keep to its protocol, or is gone: that says nothing of the client. */
export class AdapterFailure extends Error {
  override readonly name = "AdapterFailure";
  /** `gone`: its process, or its page, has ended. `silent`: it did not answer. `wrong`: it broke its protocol. */
  readonly kind: "gone" | "silent" | "wrong";

  /** Says in one line what went wrong, and what kind of failure that is. */
  constructor(message: string, kind: AdapterFailure["kind"]) {
    super(message);
    this.kind = kind;
  }
}

const answers = Compile(Answer);
const hellos = Compile(Hello);
const reports = Compile(Report);

const SHOWN_LINE = 200;
/** About one client: far above what there is to say. */
const MAX_REPORTS = 5_000;

/** Drives one adapter. */
export class Adapter {
  readonly link: AdapterLink;
  /** Who is told of the reports about a client, by its name. Reports about others are ignored: their case is over. */
  readonly clients = new Map<string, (report: Report) => void>();
  /** Who is told when the adapter has failed: it is of no use any more. */
  readonly onFailure = new Set<(failure: AdapterFailure) => void>();
  /** What it has failed of. */
  failure: AdapterFailure | undefined;
  /** How many reports came. */
  reported = 0;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Record<string, unknown>) => void; reject: (failure: AdapterFailure) => void }
  >();
  readonly #counts = new Map<string, number>();
  #lastId = 0;
  /** Told how it ended, once it has been asked to. */
  #onBye: ((how: string) => void) | undefined;

  /** Listens to a link from here on. */
  constructor(link: AdapterLink) {
    this.link = link;
    link.listen({
      onLine: (line) => this.#onLine(line),
      onEnd: (why) => {
        if (this.#onBye === undefined) this.#fail(`The adapter ${why}${words(link.freeText)}`, "gone");
        else {
          this.#onBye(why);
          this.#rejectAll(new AdapterFailure(`The adapter ${why}`, "gone"));
        }
      },
    });
  }

  /**
   * Asks who it is.
   *
   * @throws AdapterFailure where it does not answer in time, or with something else.
   */
  async hello(withinMs: number): Promise<Hello> {
    const answer = await this.#ask({ cmd: "hello" }, withinMs);
    if (hellos.Check(answer)) return answer;
    const [error] = hellos.Errors(answer);
    throw this.#fail(
      `The adapter's answer to hello is wrong at ${error?.instancePath || "its top"}: ${error?.message}. It was ${shown(answer)}`,
    );
  }

  /**
   * Has it carry out a command.
   *
   * @throws AdapterFailure where it does not answer in time, or is gone.
   */
  async command(command: Command, withinMs: number): Promise<Answer> {
    const answer = await this.#ask(command, withinMs);
    if (answers.Check(answer)) return answer;
    const [error] = answers.Errors(answer);
    throw this.#fail(
      `The adapter's answer to ${command.cmd} is wrong at ${error?.instancePath || "its top"}: ${error?.message}. It was ${shown(answer)}`,
    );
  }

  /** Asks it to end, and ends it where it does not. */
  async bye(withinMs: number): Promise<void> {
    if (this.failure === undefined) await this.sayBye(withinMs, withinMs).catch(() => {});
    await this.link.end();
  }

  /**
   * Asks it to end.
   *
   * @returns how it ended, in words that follow "it".
   * @throws AdapterFailure where it does not answer in time.
   */
  async sayBye(answerWithinMs: number, endWithinMs: number): Promise<string> {
    const ended = new Promise<string>((resolve) => {
      this.#onBye = resolve;
      setTimeout(() => resolve(`had not ended ${endWithinMs} ms after it`), answerWithinMs + endWithinMs).unref();
    });
    const answer = await this.#ask({ cmd: "bye" }, answerWithinMs);
    return answer.ok === true ? ended : `answered ${shown(answer)}`;
  }

  /** Says what the next command is as a line, for who sends it in another way, and waits for its answer. */
  expect(cmd: string, withinMs: number): { line: string; answer: Promise<Record<string, unknown>> } {
    const id = ++this.#lastId;
    return { line: JSON.stringify({ id, cmd }), answer: this.#answerTo(id, cmd, withinMs) };
  }

  #ask(command: Command | { cmd: string }, withinMs: number): Promise<Record<string, unknown>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const id = ++this.#lastId;
    const answer = this.#answerTo(id, command.cmd, withinMs);
    this.link.send(JSON.stringify({ id, ...command }));
    return answer;
  }

  #answerTo(id: number, cmd: string, withinMs: number): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      const timer = setTimeout(() => {
        settle();
        reject(
          this.#fail(`The adapter did not answer ${cmd} within ${withinMs} ms${words(this.link.freeText)}`, "silent"),
        );
      }, withinMs);
      this.#waiting.set(id, {
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (failure) => {
          settle();
          reject(failure);
        },
      });
    });
  }

  #onLine(line: string): void {
    if (this.failure !== undefined) return;
    let value: Record<string, unknown>;
    try {
      value = JSON.parse(line);
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it is no object");
    } catch (error) {
      this.#fail(`The adapter wrote a line that is no JSON object (${(error as Error).message}): ${shown(line)}`);
      return;
    }
    if ("id" in value) this.#onAnswer(value);
    else this.#onReport(value);
  }

  #onAnswer(value: Record<string, unknown>): void {
    const answer = typeof value.id === "number" ? this.#waiting.get(value.id) : undefined;
    if (answer !== undefined) answer.resolve(value);
    else this.#fail(`The adapter answered what was not asked, or not any more: ${shown(value)}`);
  }

  #onReport(value: Record<string, unknown>): void {
    if (!reports.Check(value)) {
      const [error] = reports.Errors(value);
      this.#fail(
        `The adapter's report is wrong at ${error?.instancePath || "its top"}: ${error?.message}. It was ${shown(value)}`,
      );
      return;
    }
    this.reported++;
    if (value.seq !== this.reported) {
      this.#fail(
        `The adapter's report has seq ${value.seq} where ${this.reported} belongs: one was lost, or came twice`,
      );
      return;
    }
    const count = (this.#counts.get(value.client) ?? 0) + 1;
    this.#counts.set(value.client, count);
    if (count > MAX_REPORTS) {
      this.#fail(
        `The adapter wrote more than ${MAX_REPORTS} reports about ${value.client}, far more than there was to say`,
      );
      return;
    }
    this.clients.get(value.client)?.(value);
  }

  #fail(message: string, kind: AdapterFailure["kind"] = "wrong"): AdapterFailure {
    this.failure ??= new AdapterFailure(message, kind);
    // It is of no use any more, and may be flooding the kit.
    this.link.kill();
    this.#rejectAll(this.failure);
    for (const listener of [...this.onFailure]) listener(this.failure);
    return this.failure;
  }

  #rejectAll(failure: AdapterFailure): void {
    for (const { reject } of [...this.#waiting.values()]) reject(failure);
  }
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN_LINE ? `${text.slice(0, SHOWN_LINE)}…` : text;
}

function words(freeText: string): string {
  const said = freeText.trim();
  return said === "" ? "" : `. Its last words: ${said.split("\n").slice(-5).join(" | ")}`;
}
