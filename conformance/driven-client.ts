/** One client under test, as a case drives it: what it is told through its adapter. */
import type { Adapter } from "./adapter/adapter.ts";
import type { Answer, Command, OpenOptions, SendOptions } from "./adapter/protocol.ts";
import { NotApplicable } from "./client-case.ts";
import { Finding } from "./finding.ts";
import type { Message } from "./marks.ts";
import { WatchedClient } from "./watched-client.ts";
import type { ScriptedServer } from "./wire/scripted-server.ts";
import type { ServedConnection } from "./wire/served-connection.ts";
import type { ServingSurroundings } from "./wire/served-socket.ts";

/** How often a message is tried behind a queue, and after which pause. */
const TRIES = 60;
const TRY_AGAIN_MS = 50;

/** A client that is watched and driven. */
export class DrivenClient extends WatchedClient {
  readonly #adapter: Adapter;
  readonly #answerWithinMs: number;

  /** Drives a client of an adapter, which has not been opened yet. */
  constructor(
    server: ScriptedServer,
    target: string,
    options: OpenOptions,
    adapter: Adapter,
    answerWithinMs: number,
    surroundings: ServingSurroundings,
  ) {
    super(server, target, options, surroundings);
    this.#adapter = adapter;
    this.#answerWithinMs = answerWithinMs;
    adapter.clients.set(this.name, (report) => this.sees(report));
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
    if (told !== undefined) this.hears(message.mark, told);
    return answer;
  }

  /** Has it send messages, one after the other, whatever comes of them. */
  trySendAll(messages: readonly Message[]): Promise<Answer[]> {
    return Promise.all(messages.map((message) => this.trySend(message)));
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

  /** Has it send messages, one every so many milliseconds, until none is left or it gives the connection up. */
  async sendSlowly(connection: ServedConnection, messages: readonly Message[], everyMs: number): Promise<void> {
    for (const message of messages) {
      if (connection.givenUpAt !== undefined || this.server.untaken > 0) return;
      await this.trySend(message);
      await this.surroundings.patience.quiet(everyMs, () => undefined);
    }
  }

  /**
   * Has it send messages until one of them has come: what was queued before has come by then, or never will.
   *
   * @param make - makes a message.
   */
  async sendBehindQueue(connection: ServedConnection, make: () => Message): Promise<Message> {
    const { patience } = this.surroundings;
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

  /** Has it close for good. */
  async close(): Promise<void> {
    this.#carriedOut("close", await this.command({ cmd: "close", client: this.name }));
  }

  /** Has it connect, after it was closed or while it is connected. */
  async connect(): Promise<void> {
    this.#carriedOut("connect", await this.command({ cmd: "connect", client: this.name }));
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

  /** Has its adapter carry out a command. */
  async command(command: Command): Promise<Answer> {
    this.surroundings.transcript.record(this.name, "sent", "command", JSON.stringify(command));
    const answer = await this.#adapter.command(command, this.#answerWithinMs);
    if (!answer.ok || answer.status !== undefined) {
      this.surroundings.transcript.record(this.name, "received", "answer", JSON.stringify(answer));
    }
    this.surroundings.patience.notify(true);
    return answer;
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
}
