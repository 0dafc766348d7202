/** The HTTP side of the opening handshake: reads a request, writes a response. */
import { createHash } from "node:crypto";

export interface HandshakeRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The text as it came, up to the empty line. */
  readonly head: string;
}

export interface HandshakeResponse {
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function parseRequest(head: string): HandshakeRequest {
  const [line = "", ...rest] = head.split("\r\n");
  const headers = new Map<string, string>();
  for (const header of rest) {
    const colon = header.indexOf(":");
    const name = header.slice(0, colon).trim().toLowerCase();
    const before = headers.get(name);
    const value = header.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { method: line.split(" ")[0] ?? "", headers, head };
}

/** The elements of a comma-separated header, in lower case. */
export function listHeader(request: HandshakeRequest, name: string): string[] {
  const value = request.headers.get(name) ?? "";
  return value.split(",").map((element) => element.trim().toLowerCase());
}

export function responseText({ status, headers, body = "" }: HandshakeResponse): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join("")}\r\n${body}`;
}

export function acceptOf(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** The response that agrees to speak WebSocket. */
export function agreement(request: HandshakeRequest): HandshakeResponse {
  return {
    status: "101 Switching Protocols",
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Accept": acceptOf(request.headers.get("sec-websocket-key") ?? ""),
    },
  };
}

/** A response that refuses. */
export function refusal(status: string, body = ""): HandshakeResponse {
  return { status, headers: { Connection: "close", "Content-Length": String(Buffer.byteLength(body)) }, body };
}
