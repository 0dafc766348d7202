/** The opening handshake of RFC 6455 as text. */
import { createHash } from "node:crypto";
import { type RenderedRequest, type RequestHeader, renderRequest } from "./http-request.ts";
import type { ResponseHead } from "./http-response.ts";
import type { RequestHead } from "./request-head.ts";
import type { Access } from "./tcp.ts";

/** What a case asks for in a handshake, beside what RFC 6455 demands. */
export interface HandshakeOptions {
  /** The value of the Connection header. Default `Upgrade`. */
  connection?: string;
  /** The value of Sec-WebSocket-Extensions. Default: the header is absent. */
  extensions?: string;
  /** The value of the Upgrade header. Default `websocket`. */
  upgrade?: string;
  /** Write all header names in lower case. */
  lowerCaseNames?: boolean;
  /** Further headers. */
  headers?: readonly (readonly [name: string, value: string])[];
}

/** @returns the request for an opening handshake. */
export function handshakeRequest(url: URL, key: string, access: Access, options: HandshakeOptions): RenderedRequest {
  const headers: RequestHeader[] = [
    ["Upgrade", options.upgrade ?? "websocket"],
    ["Connection", options.connection ?? "Upgrade"],
    ["Sec-WebSocket-Key", key],
    ["Sec-WebSocket-Version", "13"],
  ];
  if (options.extensions !== undefined) headers.push(["Sec-WebSocket-Extensions", options.extensions]);
  headers.push(...(options.headers ?? []));
  return renderRequest("GET", url, headers, access, options.lowerCaseNames ? (name) => name.toLowerCase() : undefined);
}

/** @returns the value that Sec-WebSocket-Accept has to have for a key (RFC 6455, section 4.2.2). */
export function acceptFor(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** @returns what is wrong with a response to an opening handshake, or undefined where nothing is (RFC 6455, 4.1). */
export function handshakeFault(head: ResponseHead, key: string, offeredExtensions: boolean): string | undefined {
  const { status, reason, headers } = head;
  if (status !== 101) return `the answer ${status} ${reason}`.trimEnd() + statusHint(head);
  const header = (name: string) => headers.get(name) ?? "";
  const tokens = (name: string) =>
    header(name)
      .toLowerCase()
      .split(",")
      .map((token) => token.trim());
  if (header("upgrade").toLowerCase() !== "websocket")
    return `a 101 answer whose Upgrade header is "${header("upgrade")}"`;
  if (!tokens("connection").includes("upgrade"))
    return `a 101 answer whose Connection header is "${header("connection")}"`;
  if (header("sec-websocket-accept") !== acceptFor(key)) {
    return `a 101 answer whose Sec-WebSocket-Accept is "${header("sec-websocket-accept")}" where "${acceptFor(key)}" belongs`;
  }
  if (headers.has("sec-websocket-protocol")) {
    return `a 101 answer that selects the subprotocol "${header("sec-websocket-protocol")}", which was not offered`;
  }
  if (header("sec-websocket-extensions") !== "" && !offeredExtensions) {
    return `a 101 answer that selects the extension "${header("sec-websocket-extensions")}", where none was offered`;
  }
  return undefined;
}

/** @returns what is wrong with a client's request for an opening handshake, or undefined where nothing is (RFC 6455, 4.1). */
export function handshakeRequestFault({ method, version, headers }: RequestHead): string | undefined {
  const header = (name: string) => headers.get(name) ?? "";
  const has = (name: string, token: string) =>
    header(name)
      .toLowerCase()
      .split(",")
      .some((one) => one.trim() === token);
  if (method !== "GET") return `the method ${method}`;
  if (version !== "HTTP/1.1") return `the version ${version}`;
  if (header("host") === "") return "no Host header";
  if (!has("upgrade", "websocket")) return `the Upgrade header "${header("upgrade")}"`;
  if (!has("connection", "upgrade")) return `the Connection header "${header("connection")}"`;
  if (!/^[A-Za-z0-9+/]{22}==$/.test(header("sec-websocket-key"))) {
    return `the Sec-WebSocket-Key "${header("sec-websocket-key")}", which is not 16 bytes in base64`;
  }
  if (header("sec-websocket-version") !== "13") return `the Sec-WebSocket-Version "${header("sec-websocket-version")}"`;
  return undefined;
}

function statusHint({ status, headers }: ResponseHead): string {
  if (status === 404) return ": is the URL's path the one that serves WebSocket?";
  if (status === 401 || status === 403)
    return ": if it asks for credentials or an origin, give --header 'NAME: VALUE' or --origin URL";
  if (status >= 300 && status < 400)
    return `: a redirect to ${headers.get("location") ?? "nowhere"}, which browsers do not follow here`;
  return "";
}
