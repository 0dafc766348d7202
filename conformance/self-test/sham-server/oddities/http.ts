/** Oddities of the opening handshake. */

import { frameBytes, opcode } from "../frames.ts";
import type { HttpResponse } from "../http.ts";
import type { Oddity } from "../oddities.ts";
import type { Override } from "../steps.ts";
import { later } from "../timing.ts";

/** Changes the response that agrees. */
const agrees =
  (change: (response: HttpResponse) => HttpResponse): Override =>
  (plain) => ({
    answerHandshake(request) {
      const response = plain.answerHandshake(request);
      return response.status.startsWith("101") ? change(response) : response;
    },
  });

const renames =
  (rename: (name: string) => string) =>
  ({ status, headers }: HttpResponse): HttpResponse => ({
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [rename(name), value])),
  });

export const httpOddities = {
  "http.lower-case-names": {
    description: "The names of the response's headers are in lower case.",
    steps: agrees(renames((name) => name.toLowerCase())),
  },
  "http.capital-names": {
    description: "The names of the response's headers are in capitals.",
    steps: agrees(renames((name) => name.toUpperCase())),
  },
  "http.odd-values": {
    description: "`Upgrade: WebSocket`, `Connection: keep-alive, UPGRADE`, and a reason phrase of its own.",
    steps: agrees(({ headers }) => ({
      status: "101 Web Socket Protocol Handshake",
      headers: { ...headers, Upgrade: "WebSocket", Connection: "keep-alive, UPGRADE" },
    })),
  },
  "http.no-reason-phrase": {
    description: "The status line has an empty reason phrase.",
    steps: agrees((response) => ({ ...response, status: "101 " })),
  },
  "http.further-headers": {
    description: "The response has further headers: Date, Server, Set-Cookie and more.",
    steps: agrees(({ status, headers }) => ({
      status,
      headers: {
        Date: new Date().toUTCString(),
        Server: "sham/1.0 (odd: yes)",
        "Set-Cookie": "session=1; Path=/; HttpOnly",
        "X-Long": "x".repeat(2000),
        ...headers,
        "X-Empty": "",
      },
    })),
  },
  "http.late": {
    description: "The handshake is answered after 100 ms.",
    steps: (plain) => ({
      onHandshake: (connection, request) => later(100, () => plain.onHandshake(connection, request)),
    }),
  },
  "http.frame-behind-101": {
    description: "The response and a Ping frame arrive in one piece.",
    steps: (plain, room) => ({
      onRequestBytes(connection, chunk) {
        connection.socket.cork();
        plain.onRequestBytes(connection, chunk);
        if (connection.state === "open") room.steps.write(connection, frameBytes(opcode.ping, Buffer.from("early")));
        connection.socket.uncork();
      },
    }),
  },
} satisfies { readonly [name: string]: Oddity };
