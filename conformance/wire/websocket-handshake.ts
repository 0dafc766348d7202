/** The opening handshake of RFC 6455 from the client's side, as text. */
import { createHash } from "node:crypto";
import { shownUrl } from "../shown-url.ts";
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

/** A response's status line and headers. */
export interface ResponseHead {
  status: number;
  reason: string;
  /** Names in lower case; values of headers that came several times are joined by commas. */
  headers: ReadonlyMap<string, string>;
}

/** @returns the request for an opening handshake; `shown` is the same with the access's header values left out. */
export function handshakeRequest(
  url: URL,
  key: string,
  access: Access,
  options: HandshakeOptions,
): { sent: string; shown: string } {
  const lines: [name: string, value: string, shown?: string][] = [
    ["Host", url.host],
    ["Upgrade", options.upgrade ?? "websocket"],
    ["Connection", options.connection ?? "Upgrade"],
    ["Sec-WebSocket-Key", key],
    ["Sec-WebSocket-Version", "13"],
  ];
  if (options.extensions !== undefined) lines.push(["Sec-WebSocket-Extensions", options.extensions]);
  if (access.origin !== undefined) lines.push(["Origin", access.origin]);
  for (const [name, value] of options.headers ?? []) lines.push([name, value]);
  if (url.username !== "") {
    const credentials = `${unescaped(url.username)}:${unescaped(url.password)}`;
    lines.push(["Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`, "(left out)"]);
  }
  for (const [name, value] of access.headers) lines.push([name, value, "(left out)"]);
  const spell = (name: string) => (options.lowerCaseNames ? name.toLowerCase() : name);
  const render = ({ pathname, search }: URL, values: string[]) =>
    [`GET ${pathname}${search} HTTP/1.1`, ...values, "", ""].join("\r\n");
  return {
    sent: render(
      url,
      lines.map(([name, value]) => `${spell(name)}: ${value}`),
    ),
    shown: render(
      new URL(shownUrl(url)),
      lines.map(([name, value, shown]) => `${spell(name)}: ${shown ?? value}`),
    ),
  };
}

/** URLs may have a percent sign that begins no escape: it stands for itself then. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @returns the head of an HTTP response, or undefined where the text is not one. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(statusLine);
  if (match === null) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(match[1]), reason: match[2] ?? "", headers };
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

function statusHint({ status, headers }: ResponseHead): string {
  if (status === 404) return ": is the URL's path the one that serves WebSocket?";
  if (status === 401 || status === 403)
    return ": if it asks for credentials or an origin, give --header 'NAME: VALUE' or --origin URL";
  if (status >= 300 && status < 400)
    return `: a redirect to ${headers.get("location") ?? "nowhere"}, which browsers do not follow here`;
  return "";
}
