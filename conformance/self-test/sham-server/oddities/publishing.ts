/** Oddities of publishing by POST. */
import { type HttpResponse, responseText } from "../http.ts";
import type { Oddity } from "../oddities.ts";
import type { Override, Post } from "../steps.ts";
import { inTurn, later, wait } from "../timing.ts";

/** Answers in another way. */
const answers =
  (change: (answer: HttpResponse, post: Post) => HttpResponse): Override =>
  (plain) => ({ postAnswer: (post, status) => change(plain.postAnswer(post, status), post) });

const isAcceptance = ({ status }: HttpResponse) => status.startsWith("2");

/** Answers what is accepted with another status, headers and body. */
const accepts = (status: string, body = "", more: Readonly<Record<string, string>> = {}): Override =>
  answers((answer) =>
    isAcceptance(answer)
      ? { status, headers: { ...answer.headers, ...more, "Content-Length": String(Buffer.byteLength(body)) }, body }
      : answer,
  );

const withoutLength = ({ status, headers: { "Content-Length": _, ...headers } }: HttpResponse): HttpResponse => ({
  status,
  headers,
});

/** Delivers what was posted in another spelling, on connections and on streams. */
const respells =
  (respell: (text: string) => string): Override =>
  (plain) => ({ onPublished: (post, message) => plain.onPublished(post, { ...message, text: respell(message.text) }) });

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Reads the whole body, however long it is, and then answers by its length. */
const readsAll: Override = (plain, room) => ({
  isTooLong: () => false,
  onBody(post, body) {
    if (plain.isTooLong(post)) room.steps.answerPost(post, "413 Content Too Large");
    else plain.onBody(post, body);
  },
});

/** Nothing that came on one transport is delivered on the other. */
const apart: Override = (plain) => ({
  receivers: (message) => (message.post === undefined ? plain.receivers(message) : []),
  subscribers: (message) => (message.post === undefined ? [] : plain.subscribers(message)),
});

const withoutStreams: Override = (plain) => ({
  routeOf(request) {
    const route = plain.routeOf(request);
    return route === "stream" ? undefined : route;
  },
});

export const publishingOddities = {
  // What is answered
  "publishing.no-content": {
    description: "What is accepted is answered with 204.",
    steps: answers((answer) =>
      isAcceptance(answer) ? { ...withoutLength(answer), status: "204 No Content" } : answer,
    ),
  },
  "publishing.ok-with-json": {
    description: "What is accepted is answered with 200, and JSON.",
    steps: accepts("200 OK", '{"type":"ping","delivered":2}', { "Content-Type": "application/json" }),
  },
  "publishing.created": {
    description: "What is accepted is answered with 201, and where it is found.",
    steps: accepts("201 Created", "", { Location: "/api/events/1" }),
  },
  "publishing.accepted-in-words": {
    description: "What is accepted is answered with 202, and a text beyond ASCII.",
    steps: accepts("202 Accepted", "Danke schön ✓\r\n\r\nHTTP/1.1 500 Not This", { "Content-Type": "text/plain" }),
  },
  "publishing.odd-success": {
    description: "What is accepted is answered with 299, and no reason phrase.",
    steps: accepts("299 "),
  },
  "publishing.refuses-in-words": {
    description: "What is refused is answered with JSON that says why.",
    steps: answers((answer) => {
      if (isAcceptance(answer)) return answer;
      const body = JSON.stringify({ error: answer.status, hint: "An object is wanted." });
      return { ...answer, headers: { ...answer.headers, "Content-Length": String(body.length) }, body };
    }),
  },
  "publishing.chunked": {
    description: "Answers are chunked.",
    steps: answers((answer) => {
      const { status, headers } = withoutLength(answer);
      return { status, headers: { ...headers, "Transfer-Encoding": "chunked" }, body: "2\r\n{}\r\n0\r\n\r\n" };
    }),
  },
  "publishing.answers-until-close": {
    description: "Answers tell no length; they end where the TCP connection does, and are of HTTP/1.0.",
    steps: answers((answer) => ({
      ...withoutLength(answer),
      version: "HTTP/1.0",
      headers: { Connection: "close" },
      body: "see you",
    })),
  },
  "publishing.keep-alive": {
    description: "The TCP connection of a request stays open, also for a client that asks to close it.",
    steps: answers((answer, { complete }) =>
      complete ? { ...answer, headers: { ...answer.headers, Connection: "keep-alive" } } : answer,
    ),
  },
  "publishing.continue-first": {
    description: "As soon as the head of a request is there, an informational response says to go on.",
    steps: (plain, room) => ({
      onPost(post) {
        if (!room.steps.isTooLong(post)) {
          room.steps.write(post.connection, Buffer.from(responseText({ status: "100 Continue", headers: {} })));
        }
        plain.onPost(post);
      },
    }),
  },
  "publishing.answers-late": {
    description: "Requests are answered after 80 ms; what they publish is delivered at once.",
    // Cases that publish one message after the other take as long, and the bridge has many.
    claims: ["core-sse", "publish"],
    steps: (plain) => ({ answerPost: (post, status) => later(80, () => plain.answerPost(post, status)) }),
  },

  // When it is delivered
  "publishing.answers-first": {
    description: "A message is delivered right after its answer.",
    steps: (_, room) => ({
      onPublished(post, message) {
        room.steps.answerPost(post, "202 Accepted");
        room.steps.onBroadcast(message);
      },
    }),
  },
  "publishing.delivers-late": {
    description: "A message is delivered 100 ms after its answer.",
    steps: (_, room) => ({
      onPublished(post, message) {
        room.steps.answerPost(post, "202 Accepted");
        later(100, () => room.steps.onBroadcast(message));
      },
    }),
  },
  "publishing.one-at-a-time": {
    description: "Bodies that have come are dealt with one after the other, each for 3 ms.",
    steps: (plain) => {
      const queue = inTurn();
      let first: Post["connection"] | undefined;
      return {
        onBody(post, body) {
          first ??= post.connection;
          queue(first, async () => {
            await wait(3);
            plain.onBody(post, body);
          });
        },
      };
    },
  },

  // What is too long
  "publishing.without-limit": {
    description: "No body is too long.",
    steps: () => ({ isTooLong: () => false }),
  },
  "publishing.limit-of-60-001-bytes": {
    description: "Bodies of more than 60 001 bytes are too long.",
    steps: () => ({ isTooLong: ({ length }) => length > 60_001 }),
  },
  "publishing.reads-what-is-too-long": {
    description: "A body that is too long is read to its end before it is refused.",
    steps: readsAll,
  },
  "publishing.refuses-when-it-is-too-long": {
    description: "A body is read until it is too long, and refused then.",
    steps: (plain, room) => ({
      isTooLong: () => false,
      onBodyBytes(post) {
        if (post.connection.unread.length > 2 ** 20) room.steps.onTooLong(post);
        else plain.onBodyBytes(post);
      },
    }),
  },

  // How it is spelled
  "publishing.sorts-members": {
    description: "What was posted is decoded and encoded again, with the members in alphabetical order.",
    steps: respells((text) => JSON.stringify(sorted(JSON.parse(text)))),
  },
  "publishing.escapes-all-but-ascii": {
    description: "In what was posted every character beyond ASCII is escaped.",
    steps: respells((text) => text.replace(/[\u0080-\uffff]/g, escaped)),
  },
  "publishing.indents": {
    description: "What was posted is indented, over several lines.",
    steps: respells((text) => JSON.stringify(JSON.parse(text), null, 2).replaceAll("\n", "\r\n")),
  },

  // Servers that do less
  "publishing.to-connections": {
    description: "A server without streams: what is posted goes to its connections.",
    claims: ["core-ws", "publish"],
    steps: withoutStreams,
  },
  "publishing.to-connections-late": {
    description: "A server without streams: what is posted goes to its connections, 100 ms after the answer.",
    claims: ["core-ws", "publish"],
    steps: (plain, room) => ({
      ...withoutStreams(plain, room),
      onPublished(post, message) {
        room.steps.answerPost(post, "202 Accepted");
        later(100, () => room.steps.onBroadcast(message));
      },
    }),
  },
  "publishing.to-streams": {
    description: "A server without connections: what is posted goes to streams, events as plain messages.",
    claims: ["core-sse", "publish"],
    steps: (plain) => ({
      routeOf(request) {
        const route = plain.routeOf(request);
        return route === "socket" ? undefined : route;
      },
      eventFor: ({ text }) => ({ data: text }),
    }),
  },
  "publishing.transports-apart": {
    description: "A server that does not bridge: what is posted goes to streams, events as plain messages.",
    claims: ["core-ws", "core-sse", "publish"],
    steps: (plain, room) => ({ ...apart(plain, room), eventFor: ({ text }) => ({ data: text }) }),
  },
} satisfies { readonly [name: string]: Oddity };
