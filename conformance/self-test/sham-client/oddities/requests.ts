/** Oddities of requests: their headers, extensions that are offered, where the last event id stands. */
import { deflate, inflated, type Window } from "../../sham-server/deflate.ts";
import type { Headers, HttpResponse } from "../http.ts";
import type { Oddity } from "../oddities.ts";
import { perKey } from "../per-key.ts";
import type { Client, Connection, Override } from "../steps.ts";

const requestsWith =
  (change: (headers: Headers, connection: Connection) => Headers): Override =>
  (plain) => ({ requestHeaders: (connection) => change(plain.requestHeaders(connection), connection) });

const onWebSocket = (...added: Headers) =>
  requestsWith((headers, { client }) => (client.transport === "ws" ? [...headers, ...added] : headers));

const onStreams = (...added: Headers) =>
  requestsWith((headers, { client }) => (client.transport === "sse" ? [...headers, ...added] : headers));

/** The response without what it says of a header. */
function without({ status, headers }: HttpResponse, name: string): HttpResponse {
  const others = new Map(headers);
  others.delete(name);
  return { status, headers: others };
}

/** Compresses what it sends where the server has agreed to, each message by itself. */
const deflates: Override = (plain, room) => {
  const windows = perKey((_: Connection): Window => ({ bytes: Buffer.alloc(0) }));
  const offer = "permessage-deflate; client_no_context_takeover";
  return {
    ...onWebSocket(["Sec-WebSocket-Extensions", offer])(plain, room),
    agrees(connection, response) {
      const agreed = response.headers.get("sec-websocket-extensions") ?? "";
      connection.deflates = agreed.startsWith("permessage-deflate");
      return plain.agrees(connection, connection.deflates ? without(response, "sec-websocket-extensions") : response);
    },
    decompress: (connection, message) => inflated(message, windows(connection)),
    compress: ({ deflates: agreed }, message) =>
      agreed ? { ...message, payload: deflate(message.payload), compressed: true } : message,
  };
};

export const requestOddities = {
  "headers.lower-case": {
    description: "Names of headers are in lower case.",
    steps: requestsWith((headers) => headers.map(([name, value]) => [name.toLowerCase(), value])),
  },
  "headers.upper-case": {
    description: "Names of headers are in upper case.",
    steps: requestsWith((headers) => headers.map(([name, value]) => [name.toUpperCase(), value])),
  },
  "headers.reversed": {
    description: "Headers come last one first.",
    steps: requestsWith((headers) => headers.toReversed()),
  },
  "headers.many": {
    description: "There are 40 more headers.",
    steps: requestsWith((headers) => [
      ...headers,
      ...Array.from({ length: 40 }, (_, at) => [`X-More-${at}`, "x".repeat(at)] as const),
    ]),
  },
  "headers.of-a-browser": {
    description: "There are an Origin, a User-Agent, a Cookie and others, as a browser sends them.",
    steps: requestsWith((headers) => [
      ...headers,
      ["Origin", "http://127.0.0.1"],
      ["User-Agent", "Mozilla/5.0"],
      ["Cookie", "session=0"],
      ["Accept-Language", "en"],
      ["Pragma", "no-cache"],
    ]),
  },
  "headers.keep-alive-and-upgrade": {
    description: "Connection is `keep-alive, Upgrade`, and Upgrade is `WebSocket`.",
    steps: requestsWith((headers) =>
      headers.map(([name, value]) => {
        if (name === "Connection") return [name, "keep-alive, Upgrade"];
        return name === "Upgrade" ? [name, "WebSocket"] : [name, value];
      }),
    ),
  },
  "headers.with-spaces": {
    description: "There are two spaces before and behind the values of headers.",
    steps: requestsWith((headers) => headers.map(([name, value]) => [name, `  ${value}  `])),
  },
  "offers.compression": {
    description: "permessage-deflate is offered, and used where the server agrees.",
    steps: deflates,
  },
  "offers.unknown-extensions": {
    description: "Extensions are offered that nobody knows; the client can do without.",
    steps: onWebSocket(["Sec-WebSocket-Extensions", "x-unknown; a=1; b, x-other"]),
  },
  "stream.accept-absent": {
    description: "A request for a stream has no Accept, and no Cache-Control.",
    steps: requestsWith((headers) => headers.filter(([name]) => !["Accept", "Cache-Control"].includes(name))),
  },
  "stream.accepts-anything": {
    description: "A request for a stream accepts anything.",
    steps: requestsWith((headers) => headers.map(([name, value]) => [name, name === "Accept" ? "*/*" : value])),
  },
  "stream.keep-alive": {
    description: "A request for a stream has `Connection: keep-alive`.",
    steps: onStreams(["Connection", "keep-alive"]),
  },
  "stream.connection-close": {
    description: "A request for a stream has `Connection: close`.",
    steps: onStreams(["Connection", "close"]),
  },
  "id.in-the-query": {
    description: "The last event id is sent as `lastEventId` in the query.",
    steps: (plain, room) => ({
      ...requestsWith((headers) => headers.filter(([name]) => name !== "Last-Event-ID"))(plain, room),
      target: (connection) => withId(plain.target(connection), connection.client.lastEventId),
    }),
  },
  "id.in-header-and-query": {
    description: "The last event id is sent as a header, and as `lastEventId` in the query.",
    steps: (plain) => ({
      target: (connection) => withId(plain.target(connection), connection.client.lastEventId),
    }),
  },
  "redirect.remembered": {
    description: "Where a redirect with status 301 or 308 led, later requests go at once.",
    steps: (plain) => {
      const moved = perKey((_: Client) => new Map<string, string>());
      return {
        onSubscribed(connection, response) {
          const location = response.headers.get("location");
          if ((response.status === 301 || response.status === 308) && location !== undefined)
            moved(connection.client).set(connection.url.href, new URL(location, connection.url).href);
          plain.onSubscribed(connection, response);
        },
        dial(client, url) {
          plain.dial(client, new URL(moved(client).get(url.href) ?? url));
        },
      };
    },
  },
  "redirect.303-followed": {
    description: "A redirect with status 303 is followed, too.",
    steps: (plain) => ({
      onSubscribed: (connection, response) =>
        plain.onSubscribed(connection, response.status === 303 ? { ...response, status: 302 } : response),
    }),
  },
  "type.wrong-stops": {
    description: "An answer of another media type makes the client give up, as an EventSource does.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        const page = client.transport === "sse" && ending.response?.status === 200;
        return page ? { goesOn: false, state: "failed" } : plan;
      },
    }),
  },
  "status.410-goes-on": {
    description: "Requests are made after an answer with a status from 400 to 499, but for 401, 403 and 404.",
    steps: (plain) => ({
      planAfter(client, ending) {
        const plan = plain.planAfter(client, ending);
        const status = ending.response?.status ?? 0;
        const mayGoOn = status >= 400 && status < 500 && ![401, 403, 404].includes(status);
        return client.transport === "sse" && mayGoOn && !plan.goesOn ? { goesOn: true } : plan;
      },
    }),
  },
} satisfies { readonly [name: string]: Oddity };

function withId(target: string, id: string): string {
  if (id === "") return target;
  return `${target}${target.includes("?") ? "&" : "?"}lastEventId=${encodeURIComponent(id)}`;
}
