/** Faults in the opening handshake, and in what is taken for its answer. */
import type { Fault } from "../faults.ts";
import type { Headers, HttpResponse } from "../http.ts";
import { counter } from "../per-key.ts";
import type { Connection, Override } from "../steps.ts";

/** Sends other headers, on WebSocket only. */
const requestsWith =
  (change: (headers: Headers, connection: Connection) => Headers): Override =>
  (plain) => ({
    requestHeaders(connection) {
      const headers = plain.requestHeaders(connection);
      return connection.client.transport === "ws" ? change(headers, connection) : headers;
    },
  });

const without = (unwanted: string) => requestsWith((headers) => headers.filter(([name]) => name !== unwanted));

const withOther = (changed: string, value: string) =>
  requestsWith((headers) => headers.map((header) => (header[0] === changed ? [changed, value] : header)));

/** Takes some answers for an agreement that are none. */
const takes =
  (test: (response: HttpResponse) => boolean): Override =>
  (plain) => ({
    agrees: (connection, response) => plain.agrees(connection, response) || test(response),
  });

export const wireOpeningFaults = {
  // C13a, the request
  "request.without-a-version": {
    breaks: "CORE-C13a",
    description: "The handshake has no Sec-WebSocket-Version.",
    steps: without("Sec-WebSocket-Version"),
  },
  "request.of-version-8": {
    breaks: "CORE-C13a",
    description: "The handshake asks for version 8.",
    steps: withOther("Sec-WebSocket-Version", "8"),
  },
  "request.without-a-host": {
    breaks: "CORE-C13a",
    description: "The handshake has no Host.",
    steps: without("Host"),
  },
  "request.without-an-upgrade": {
    breaks: "CORE-C13a",
    description: "The handshake has no Upgrade.",
    steps: without("Upgrade"),
  },
  "request.with-a-short-key": {
    breaks: "CORE-C13a",
    description: "The key of the handshake is 8 bytes long.",
    steps: (plain) => ({
      dial(client, url) {
        plain.dial(client, url);
        if (client.connection !== undefined) Object.assign(client.connection, { key: "c2hvcnQxMjM=" });
      },
    }),
  },
  "request.with-the-same-key": {
    breaks: "CORE-C13a",
    description: "The key of the handshake is the same for all connections.",
    steps: (plain) => ({
      dial(client, url) {
        plain.dial(client, url);
        if (client.connection !== undefined) Object.assign(client.connection, { key: "dGhlIHNhbWUgYWx3YXlzIQ==" });
      },
    }),
  },
  "request.without-its-query": {
    breaks: "CORE-C13a",
    description: "The query of the address is not in the request.",
    steps: () => ({ target: ({ url }) => url.pathname }),
  },
  "request.host-without-port": {
    breaks: "CORE-C13a",
    description: "The Host header has no port.",
    steps: (plain) => ({
      requestHeaders: (connection) =>
        plain
          .requestHeaders(connection)
          .map(([name, value]) => [name, name === "Host" ? value.replace(/:\d+$/, "") : value]),
    }),
  },
  "request.for-the-root": {
    breaks: "CORE-C13a",
    description: "The request is for `/`, whatever the address.",
    steps: () => ({ target: ({ url }) => `/${url.search}` }),
  },

  // C13e
  "answer.wrong-accept-taken": {
    breaks: "CORE-C13e",
    description: "Whatever Sec-WebSocket-Accept has is taken.",
    steps: takes(({ status, headers }) => status === 101 && headers.has("sec-websocket-accept")),
  },
  "answer.without-an-accept-taken": {
    breaks: "CORE-C13e",
    description: "An answer without Sec-WebSocket-Accept is taken.",
    steps: takes(({ status, headers }) => status === 101 && !headers.has("sec-websocket-accept")),
  },
  "answer.200-taken": {
    breaks: "CORE-C13e",
    description: "An answer with status 200 is taken.",
    steps: takes(({ status }) => status === 200),
  },
  "answer.any-status-taken": {
    breaks: "CORE-C13e",
    description: "An answer with any status but 404 is taken.",
    steps: takes(({ status }) => status !== 101 && status !== 404),
  },
  "answer.taken-before-it-came": {
    breaks: "CORE-C13e",
    description: "The connection is taken for open as soon as there is a TCP connection.",
    steps: (plain) => {
      const early = counter<Connection>();
      return {
        requestHeaders(connection) {
          const { client } = connection;
          if (client.transport === "ws" && early(connection) === 1) {
            plain.setState(client, "open");
            plain.report(client, "open");
          }
          return plain.requestHeaders(connection);
        },
        report(client, event, told) {
          if (event !== "open" || client.connection?.state !== "open") plain.report(client, event, told);
        },
      };
    },
  },
} satisfies { readonly [name: string]: Fault };
