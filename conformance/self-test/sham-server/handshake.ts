/** The response of the opening handshake. */
import { createHash } from "node:crypto";
import type { HttpRequest, HttpResponse } from "./http.ts";

export function acceptOf(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** The response that agrees to speak WebSocket. */
export function agreement(request: HttpRequest): HttpResponse {
  return {
    status: "101 Switching Protocols",
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Accept": acceptOf(request.headers.get("sec-websocket-key") ?? ""),
    },
  };
}
