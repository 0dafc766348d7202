/** Puts the state machine, a transport and the listeners together into a client. */
import { ClientError } from "../core/client-error.ts";
import { Lifecycle } from "../core/lifecycle.ts";
import type { ClientState, Closure, Message } from "../core/notice.ts";
import { requireInteger, requireKnown, requireOneOf } from "../core/options.ts";
import type { Sending, SendOptions } from "../core/outbox.ts";
import type { Transport } from "../core/transport.ts";
import { type Address, parseAddress, requestProvider, transportOf } from "./address.ts";
import { askingTransport, type Dial } from "./dial.ts";
import { followEnvironment } from "./environment.ts";
import { eventStreamDial } from "./event-stream.ts";
import { Listeners } from "./listeners.ts";
import { MessageIterator } from "./message-iterator.ts";
import { type ClientOptions, settingsOf } from "./options.ts";
import type { Platform } from "./platform.ts";
import { createPublish } from "./publish.ts";
import { systemClock } from "./system-clock.ts";

/**
 * A client of live messages, over WebSocket or over a stream of server-sent events. It keeps the profiles `core-ws`,
 * `core-sse`, `reconnect`, `queue`, `liveness`, `state` and `sse`.
 *
 * No method fails because of the state that it is in (RECON-2a). A listener that throws is reported as an uncaught error,
 * and changes nothing for the client.
 */
export interface Client extends AsyncIterable<Message> {
  /** The state that it is in (RECON-12d). */
  readonly state: ClientState;
  /**
   * Connects, and again after each loss. Where it is connected or connecting, nothing changes; a delay that passes is cut
   * short, unless the server asked for it.
   */
  connect(): void;
  /**
   * Sends a message, or queues it until a connection is open. On a stream it is sent by `POST`, one after the other.
   *
   * @param message - what JSON can say; servers pass objects on
   * @returns what became of it
   * @throws TypeError if JSON can't say it, or an option is bad
   */
  send(message: unknown, options?: SendOptions): Sending;
  /** Ends the connection, the attempt or the delay, for good until {@link Client.connect}; what is queued is rejected. */
  close(): void;
  /**
   * Calls a listener with each broadcast.
   *
   * @returns what takes it off again
   */
  on(name: "message", listener: (data: unknown, message: Message) => void): () => void;
  /** Calls a listener when a connection or a stream is open (CORE-C1a). */
  on(name: "open", listener: () => void): () => void;
  /** Calls a listener when one that was open is over (CORE-C1c). */
  on(name: "close", listener: (closure: Closure) => void): () => void;
  /** Calls a listener when something went wrong (CORE-C1b). */
  on(name: "error", listener: (error: ClientError) => void): () => void;
  /** Calls a listener with each change of the state (RECON-12a); `waiting` tells of the delay (RECON-4a). */
  on(name: "state", listener: (state: ClientState) => void): () => void;
  /** Calls a listener with the data of each event that has this name, whichever the transport. */
  on(name: string, listener: (data: unknown, message: Message) => void): () => void;
  /**
   * Calls a listener with each broadcast and each event, whatever its name: also with events of a stream that have the name
   * of a notice.
   *
   * @returns what takes it off again
   */
  onAny(listener: (message: Message) => void): () => void;
  /**
   * The broadcasts and events from now on, for `for await`. It ends when the client is closed or has given up. A loop that is
   * more than 1000 messages behind misses the oldest, and an error says so.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message, undefined>;
}

/** How many messages are kept for a loop that is slow. */
const MAX_BEHIND = 1_000;

/** Makes clients for a platform. */
export function clientFactory(platform: Platform): (address: Address, options?: ClientOptions) => Client {
  return (address, options = {}) => {
    const settings = settingsOf(options);
    const { clock = systemClock, random = Math.random, environment = platform.environment } = options;
    const transport = createTransport(platform, address, options, settings.connectTimeoutMs);
    const listeners = new Listeners();
    const lifecycle = new Lifecycle(settings, { transport, clock, random, show: listeners.show });
    if (environment) followEnvironment(environment, lifecycle, listeners);
    return clientOf(lifecycle, listeners);
  };
}

function createTransport(platform: Platform, address: Address, options: ClientOptions, timeoutMs: number): Transport {
  const { headers, protocols = [], credentials, clock = systemClock, publish } = options;
  if (typeof options.transport === "object") return options.transport;
  if (options.transport !== undefined) requireOneOf("transport", options.transport, ["ws", "sse"]);
  const name = transportOf(address, options.transport, platform);
  const ask = requestProvider(name, address, headers, platform);
  if (name === "ws") {
    if (headers && !platform.socketHeaders) {
      throw new TypeError("browsers send no headers with WebSocket: put what the server needs into the address");
    }
    return askingTransport(true, ask, (request, listener) => platform.openSocket(request, protocols, listener));
  }
  const publishAddress = publish === undefined ? undefined : parseAddress(publish, platform);
  const { fetch } = platform;
  const publisher = createPublish({ fetch, clock, credentials, address: publishAddress, timeoutMs });
  const dial: Dial = eventStreamDial({ fetch, clock, credentials, publish: publisher });
  return askingTransport(false, ask, dial);
}

function clientOf(lifecycle: Lifecycle, listeners: Listeners): Client {
  return {
    get state() {
      return lifecycle.state;
    },
    connect: () => lifecycle.connect(),
    close: () => lifecycle.close(),
    send(message, options = {}) {
      requireKnown(options, ["ttlMs", "volatile"]);
      if (options.ttlMs !== undefined) requireInteger("ttlMs", options.ttlMs, 0, 2 ** 31 - 1);
      const text = JSON.stringify(message) as string | undefined;
      if (text === undefined) throw new TypeError(`a message is what JSON can say, not ${String(message)}`);
      return lifecycle.send(text, options);
    },
    on: (name: string, listener: (...values: never[]) => void) => listeners.add(name, listener),
    onAny: (listener) => listeners.addForAll(listener),
    [Symbol.asyncIterator]: () => iterate(lifecycle, listeners),
  };
}

function iterate(lifecycle: Lifecycle, listeners: Listeners): AsyncIterableIterator<Message, undefined> {
  const stops: (() => void)[] = [];
  const iterator = new MessageIterator({
    maxMessages: MAX_BEHIND,
    missed() {
      const error = new ClientError(
        "iterator-overflow",
        `a loop is more than ${MAX_BEHIND} messages behind, and misses one`,
      );
      listeners.show({ kind: "error", value: error });
    },
    stopped() {
      for (const stop of stops) stop();
    },
  });
  const endWhenOver = ({ state }: ClientState) => {
    if (state === "closed" || state === "failed") void iterator.end();
  };
  stops.push(
    listeners.addForAll((message) => iterator.push(message)),
    listeners.add("state", endWhenOver),
  );
  endWhenOver(lifecycle.state);
  return iterator;
}
