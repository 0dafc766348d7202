/** How a client is set up: what each option takes, its default, and what a bad one is told. */
import type { Clock } from "../core/clock.ts";
import type { LifecycleSettings } from "../core/lifecycle.ts";
import { requireInteger, requireKnown, requireOneOf } from "../core/options.ts";
import type { OverflowPolicy } from "../core/outbox.ts";
import type { Transport } from "../core/transport.ts";

/** How a client is set up. Every option has a default; times are in milliseconds. */
export interface ClientOptions {
  /**
   * How to connect. A transport of your own is for tests and simulations: it is not told the address.
   * @defaultValue by the scheme of the address: `ws` for `ws:` and `wss:`, `sse` for `http:` and `https:`
   */
  transport?: "ws" | "sse" | Transport;
  /**
   * The upper end of the first delay; each attempt in a row that fails doubles it. A delay is chosen at random between half
   * and all of it (RECON-3).
   * @defaultValue 1 000
   */
  baseDelayMs?: number;
  /**
   * The upper end of all delays. What a server asks for may be longer.
   * @defaultValue 30 000
   */
  maxDelayMs?: number;
  /**
   * How many attempts in a row may fail after the first one, or after a loss, before the client gives up (CORE-C7e).
   * @defaultValue Infinity: a client that gives up does not outlive a restart of its server
   */
  maxAttempts?: number;
  /** The same as `maxAttempts`. */
  maxReconnectAttempts?: number;
  /**
   * How long a connection has to be open before attempts are counted anew (RECON-5).
   * @defaultValue 5 000
   */
  stableAfterMs?: number;
  /**
   * How long an attempt may take (RECON-6). Of a stream it includes the head of the answer.
   * @defaultValue 10 000
   */
  connectTimeoutMs?: number;
  /**
   * How often a ping is sent on WebSocket (CORE-C2a).
   * @defaultValue 30 000
   */
  heartbeatIntervalMs?: number;
  /** The same as `heartbeatIntervalMs`. */
  heartbeatInterval?: number;
  /**
   * How long after a ping nothing may come before the connection is taken for dead (LIVE-1a).
   * @defaultValue 10 000
   */
  pongTimeoutMs?: number;
  /**
   * How many messages may be queued while no connection is open (QUEUE-2a).
   * @defaultValue 1 000
   */
  queueMaxMessages?: number;
  /**
   * How many bytes they may have together (QUEUE-2b).
   * @defaultValue 1 048 576 (1 MiB)
   */
  queueMaxBytes?: number;
  /**
   * Which message goes when the queue is full: the new one is rejected or dropped, or the oldest is dropped (QUEUE-2c).
   * @defaultValue `"reject"`
   */
  queueOverflow?: OverflowPolicy;
  /**
   * Further headers of each request, or what gives them; asked at each attempt. Browsers can't send any with WebSocket.
   * @defaultValue none
   */
  headers?: Readonly<Record<string, string>> | (() => HeadersAnswer | Promise<HeadersAnswer>);
  /**
   * The subprotocols to offer, for WebSocket.
   * @defaultValue none
   */
  protocols?: readonly string[];
  /**
   * Whether streams and publishing bring cookies to other origins, in browsers, as `fetch` has it.
   * @defaultValue `"same-origin"`
   */
  credentials?: "omit" | "same-origin" | "include";
  /**
   * Where a client of a stream publishes by `POST`.
   * @defaultValue the address of the stream
   */
  publish?: string | URL;
  /**
   * Where `online`, `pageshow` and `visibilitychange` come from.
   * @defaultValue the window in browsers; nothing in Node
   */
  environment?: EventTarget;
  /**
   * Gives numbers from 0 up to 1, for the delays.
   * @defaultValue `Math.random`
   */
  random?: () => number;
  /**
   * The time to go by, for tests and simulations.
   * @defaultValue that of the machine
   */
  clock?: Clock;
}

/** Headers by name. */
export type HeadersAnswer = Readonly<Record<string, string>>;

const LONGEST_MS = 2 ** 31 - 1;

const known: readonly (keyof ClientOptions)[] = [
  "transport",
  "baseDelayMs",
  "maxDelayMs",
  "maxAttempts",
  "maxReconnectAttempts",
  "stableAfterMs",
  "connectTimeoutMs",
  "heartbeatIntervalMs",
  "heartbeatInterval",
  "pongTimeoutMs",
  "queueMaxMessages",
  "queueMaxBytes",
  "queueOverflow",
  "headers",
  "protocols",
  "credentials",
  "publish",
  "environment",
  "random",
  "clock",
];

/**
 * What the state machine is set up with.
 *
 * @throws TypeError that names the option whose value is bad
 */
export function settingsOf(options: ClientOptions): LifecycleSettings {
  requireKnown(options, known);
  requireOneName(options, "maxAttempts", "maxReconnectAttempts");
  requireOneName(options, "heartbeatIntervalMs", "heartbeatInterval");
  const settings: LifecycleSettings = {
    baseDelayMs: options.baseDelayMs ?? 1_000,
    maxDelayMs: options.maxDelayMs ?? 30_000,
    maxAttempts: options.maxAttempts ?? options.maxReconnectAttempts ?? Number.POSITIVE_INFINITY,
    stableAfterMs: options.stableAfterMs ?? 5_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? options.heartbeatInterval ?? 30_000,
    pongTimeoutMs: options.pongTimeoutMs ?? 10_000,
    queueMaxMessages: options.queueMaxMessages ?? 1_000,
    queueMaxBytes: options.queueMaxBytes ?? 1_048_576,
    queueOverflow: options.queueOverflow ?? "reject",
  };
  for (const name of [
    "baseDelayMs",
    "maxDelayMs",
    "connectTimeoutMs",
    "heartbeatIntervalMs",
    "pongTimeoutMs",
  ] as const) {
    requireInteger(name, settings[name], 1, LONGEST_MS);
  }
  requireInteger("stableAfterMs", settings.stableAfterMs, 0, LONGEST_MS);
  if (settings.maxAttempts !== Number.POSITIVE_INFINITY) {
    requireInteger("maxAttempts", settings.maxAttempts, 0, Number.MAX_SAFE_INTEGER);
  }
  requireInteger("queueMaxMessages", settings.queueMaxMessages, 0, Number.MAX_SAFE_INTEGER);
  requireInteger("queueMaxBytes", settings.queueMaxBytes, 0, Number.MAX_SAFE_INTEGER);
  requireOneOf("queueOverflow", settings.queueOverflow, ["reject", "drop-oldest", "drop-newest"]);
  return settings;
}

function requireOneName(options: ClientOptions, name: keyof ClientOptions, synonym: keyof ClientOptions): void {
  if (options[name] === undefined || options[synonym] === undefined) return;
  throw new TypeError(`options ${name} and ${synonym} are the same: give one of them`);
}
