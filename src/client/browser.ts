/**
 * The reference client, for browsers: the same as for Node, on WebSocket and fetch as browsers have them.
 *
 * @packageDocumentation
 */

import type { Address } from "./address.ts";
import type { Client } from "./client.ts";
import { clientFactory } from "./client.ts";
import type { ClientOptions } from "./options.ts";
import { browser } from "./platform-browser.ts";

export { ClientError, type ClientErrorCode } from "../core/client-error.ts";
export type { Clock } from "../core/clock.ts";
export type { Ending, Sequel } from "../core/ending.ts";
export type { ClientState, Closure, Message } from "../core/notice.ts";
export type { Outcome, OverflowPolicy, Sending, SendOptions } from "../core/outbox.ts";
export type { Line, LineListener, StreamEvent, Transport } from "../core/transport.ts";
export type { Address } from "./address.ts";
export type { Client } from "./client.ts";
export type { ClientOptions, HeadersAnswer } from "./options.ts";

/**
 * Makes a client; {@link Client.connect} starts it.
 *
 * @example
 * ```ts
 * const client = createClient("ws://127.0.0.1:8080/");
 * client.on("message", (data) => console.log(data));
 * client.on("price", (price) => console.log("price", price));
 * client.on("state", (state) => console.log(state));
 * client.connect();
 * client.send({ text: "hello" });
 * ```
 * @param address - where to: `ws:` and `wss:` for WebSocket, `http:` and `https:` for a stream; or a function that tells it,
 * or promises to, and is asked at each attempt (RECON-10)
 * @throws TypeError that names the option whose value is bad, or shows the address
 */
export const createClient: (address: Address, options?: ClientOptions) => Client = clientFactory(browser);
