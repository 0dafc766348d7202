/** The life of a client: one attempt or connection at a time, what follows from each end, and what is shown of it. */
import { type DelayLimits, delayBefore } from "./backoff.ts";
import { ClientError } from "./client-error.ts";
import type { Clock } from "./clock.ts";
import type { Ending, Sequel } from "./ending.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { ClientState, Closure, Message, Notice } from "./notice.ts";
import { Outbox, type OverflowPolicy, type Sending, type SendOptions } from "./outbox.ts";
import { messageOfStreamEvent, messageOfText } from "./shown-message.ts";
import type { Line, Transport } from "./transport.ts";

/** What a client is set up with; times are in milliseconds. */
export interface LifecycleSettings extends DelayLimits {
  maxAttempts: number;
  stableAfterMs: number;
  connectTimeoutMs: number;
  heartbeatIntervalMs: number;
  pongTimeoutMs: number;
  queueMaxMessages: number;
  queueMaxBytes: number;
  queueOverflow: OverflowPolicy;
}

/** All that a client needs of the world. */
export interface Ports {
  transport: Transport;
  clock: Clock;
  /** Gives numbers from 0 up to 1. */
  random: () => number;
  /** Shows what happened, in this order. It may call the client back. */
  show: (...notices: Notice[]) => void;
}

/** "Soon" is within two seconds, and it takes some of them to connect. */
const SOON_MS = 1_500;
/** The codes of the Close frames that a client sends. */
const NORMAL = 1000;
const NO_PONG = 4000;
const PING = '{"type":"ping"}';

/**
 * The state machine of a client (chapter 12). Pure: it has time, chance and the wire from its ports.
 *
 * Each method first changes all that it has to change and then shows it, so that a listener may call any method.
 */
export class Lifecycle {
  readonly #settings: LifecycleSettings;
  readonly #ports: Ports;
  readonly #outbox: Outbox;
  #state: ClientState = { state: "idle" };
  /** The attempt that is under way, or the connection that came of it. What others say is not heard any more. */
  #line: Line | undefined;
  #openedAt: number | undefined;
  #heartbeat: Heartbeat | undefined;
  /** Of the attempt that is next, or under way, or has led to what is open; 0 is the first of all. */
  #attempt = 0;
  /** How many attempts in a row have failed, but for the first of all. */
  #failures = 0;
  /** The last connection was closed as its credentials were not good any more. */
  #refreshed = false;
  /** As the server asks: no attempt before this time. */
  #notBefore = 0;
  /** When the delay is over. */
  #dueAt = 0;
  /** Stops the one timer that there is while connecting or waiting. */
  #stopTimer: () => void = () => {};

  constructor(settings: LifecycleSettings, ports: Ports) {
    this.#settings = settings;
    this.#ports = ports;
    this.#outbox = new Outbox({
      clock: ports.clock,
      maxMessages: settings.queueMaxMessages,
      maxBytes: settings.queueMaxBytes,
      policy: settings.queueOverflow,
      overflowed: (outcome) => ports.show(error("queue-overflow", `a message was ${outcome}: the queue is full`)),
    });
  }

  /** The state that it is in (RECON-12d). */
  get state(): ClientState {
    return this.#state;
  }

  /** Connects, where it has not been asked to or has ended; ends a delay, unless the server asked for it. */
  connect(): void {
    const { state } = this.#state;
    if (state === "waiting") this.#hurry(0);
    if (state !== "idle" && state !== "closed" && state !== "failed") return;
    this.#attempt = 0;
    this.#failures = 0;
    this.#refreshed = false;
    this.#startAttempt();
  }

  /** Ends whatever is under way, for good until {@link connect}. What is queued is rejected (QUEUE-6). */
  close(): void {
    if (this.#state.state === "closed") return;
    const closure = { code: NORMAL, reason: "the program closed it" };
    const wasOpen = this.#openedAt !== undefined;
    this.#line?.leave(NORMAL, "");
    this.#release();
    const closed = this.#end({ state: "closed", by: "program", reason: closure.reason });
    this.#ports.show(...(wasOpen ? [closeNotice(closure)] : []), closed);
  }

  /** Takes a message, in whatever state (QUEUE-1a). */
  send(text: string, options?: SendOptions): Sending {
    const { state } = this.#state;
    if (state !== "closed" && state !== "failed") return this.#outbox.give(text, options);
    return { status: "rejected", settled: Promise.resolve("rejected") };
  }

  /** The network is back: what was tried without it is not worth waiting for (RECON-9). */
  online(): void {
    this.wake();
    if (this.#state.state !== "connecting") return;
    this.#line?.cut(NORMAL, "");
    this.#attempt = Math.max(0, this.#attempt - 1);
    this.#ended({ sequel: "soon", reason: "the network came back while an attempt was under way" }, false);
  }

  /** Somebody is looking again: a delay is cut short, a connection is asked whether it is alive. */
  wake(): void {
    this.#heartbeat?.probe();
    if (this.#state.state === "waiting") this.#hurry(SOON_MS);
  }

  #startAttempt(): void {
    const { transport, clock } = this.#ports;
    const ifCurrent = (then: () => void) => {
      if (this.#line === line) then();
    };
    const line = transport.open({
      opened: () => ifCurrent(() => this.#opened(line)),
      text: (text) => ifCurrent(() => this.#heardText(text)),
      event: (event) => ifCurrent(() => this.#showMessage(messageOfStreamEvent(event), event.data)),
      trouble: (what) => ifCurrent(() => this.#ports.show(error("publish-failed", what))),
      ended: (ending) => ifCurrent(() => this.#ended(ending, true)),
    });
    this.#line = line;
    const { connectTimeoutMs } = this.#settings;
    this.#stopTimer = clock.after(connectTimeoutMs, () => {
      line.cut(NORMAL, "");
      this.#ended({ sequel: "again", reason: `not connected within ${connectTimeoutMs} ms` }, true);
    });
    this.#ports.show(this.#become({ state: "connecting", attempt: this.#attempt }));
  }

  #opened(line: Line): void {
    const { transport, clock, show } = this.#ports;
    const { heartbeatIntervalMs: intervalMs, pongTimeoutMs } = this.#settings;
    this.#stopTimer();
    this.#openedAt = clock.now();
    if (transport.beats) {
      const ping = () => void line.send(PING);
      this.#heartbeat = new Heartbeat({ clock, intervalMs, pongTimeoutMs, ping, dead: () => this.#giveUp(line) });
    }
    const open = this.#become({ state: "open" });
    this.#outbox.attach(line);
    show(open, { kind: "open" });
  }

  #giveUp(line: Line): void {
    const reason = "nothing came within the pong timeout";
    line.cut(NO_PONG, reason);
    this.#ended({ sequel: "again", code: NO_PONG, reason }, true);
  }

  #heardText(text: string): void {
    this.#heartbeat?.heard();
    this.#showMessage(messageOfText(text), text);
  }

  #showMessage(message: Message | "invalid" | undefined, text: string): void {
    if (message === undefined) return;
    if (message !== "invalid") this.#ports.show({ kind: "message", value: message });
    else this.#ports.show(error("bad-message", `what came is not JSON: ${JSON.stringify(text.slice(0, 100))}`));
  }

  #ended(ending: Ending, counts: boolean): void {
    const openedAt = this.#openedAt;
    this.#release();
    if (openedAt === undefined) {
      if (counts && this.#attempt > 0) this.#failures++;
    } else if (this.#ports.clock.now() - openedAt >= this.#settings.stableAfterMs) {
      this.#attempt = 0;
      this.#failures = 0;
      this.#refreshed = false;
    }
    const first = openedAt === undefined ? failureNotice(ending) : [closeNotice(ending)];
    this.#ports.show(...first, ...this.#follow(ending, this.#sequel(ending, openedAt !== undefined)));
  }

  /** What follows, with what came before taken into account: credentials are renewed once (RECON-7g). */
  #sequel({ sequel }: Ending, wasOpen: boolean): Sequel {
    const again = sequel === "refresh" && this.#refreshed;
    if (wasOpen) this.#refreshed = sequel === "refresh";
    return again ? "stop" : sequel;
  }

  #follow(ending: Ending, sequel: Sequel): Notice[] {
    const { reason } = ending;
    if (sequel === "over") return [this.#end({ state: "closed", by: "server", reason })];
    if (sequel === "stop") return [error("stopped", reason), this.#end({ state: "failed", reason })];
    if (this.#failures < this.#settings.maxAttempts) return [this.#wait(ending)];
    const gaveUp = `gave up after ${this.#failures} attempts: ${reason}`;
    return [error("gave-up", gaveUp), this.#end({ state: "failed", reason: gaveUp })];
  }

  #wait({ sequel, floorMs = 0, reason }: Ending): Notice {
    const { clock, random } = this.#ports;
    const attempt = ++this.#attempt;
    const soon = sequel === "soon" ? { withinMs: SOON_MS } : {};
    const delayMs = delayBefore(attempt, this.#settings, { ...soon, floorMs, random });
    this.#notBefore = clock.now() + floorMs;
    this.#schedule(delayMs);
    return this.#become({ state: "waiting", attempt, delayMs, retryAt: clock.date() + delayMs, reason });
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#ports;
    this.#dueAt = clock.now() + delayMs;
    this.#stopTimer();
    this.#stopTimer = clock.after(delayMs, () => this.#startAttempt());
  }

  /** Cuts a delay short, where the server did not ask for it. It stays the same delay: its beginning has been shown. */
  #hurry(withinMs: number): void {
    if (this.#state.state !== "waiting") return;
    const { clock, random } = this.#ports;
    const delayMs = Math.round(Math.max(0, this.#notBefore - clock.now()) + withinMs * random());
    if (clock.now() + delayMs >= this.#dueAt) return;
    this.#schedule(delayMs);
    this.#state = { ...this.#state, delayMs, retryAt: clock.date() + delayMs };
  }

  /** Lets go of what was under way or open. */
  #release(): void {
    this.#stopTimer();
    this.#heartbeat?.stop();
    this.#outbox.detach();
    this.#line = undefined;
    this.#openedAt = undefined;
    this.#heartbeat = undefined;
  }

  #end(state: ClientState): Notice {
    this.#outbox.rejectAll();
    return this.#become(state);
  }

  #become(state: ClientState): Notice {
    this.#state = state;
    return { kind: "state", value: state };
  }
}

function error(code: ConstructorParameters<typeof ClientError>[0], message: string): Notice {
  return { kind: "error", value: new ClientError(code, message) };
}

/** A failed attempt is an error (CORE-C1b), but for an answer that there is no more to come. */
function failureNotice({ sequel, reason }: Ending): Notice[] {
  return sequel === "over" ? [] : [error("attempt-failed", reason)];
}

function closeNotice({ code, reason }: Closure): Notice {
  return { kind: "close", value: code === undefined ? { reason } : { code, reason } };
}
