/** Cases on requests that are answered with something else than a stream: SSE-C1, SSE-C3b, SSE-C3c, SSE-C4, SSE-C5 and SSE-C7. */
import { type ClientCase, clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { nothingShown, notShown, opensShown } from "../../expect-client.ts";
import { asksFor } from "../../expect-resuming.ts";
import type { Attempt } from "../../wire/attempt.ts";
import { nextDelayMs } from "./again.ts";
import { SHORT_DELAYS } from "./delays.ts";
import { STREAM_GATES } from "./streams.ts";

/** Waits for the request after a first stream, which ends. */
async function secondRequest(client: DrivenClient): Promise<Attempt> {
  const stream = await client.stream();
  stream.end();
  return client.attempt();
}

export const noContent = clientCase({
  id: "client-stream-answer/no-content",
  title: "makes no request after one that was answered with status 204, neither after the first nor after a later one",
  covers: ["SSE-C1a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging }) {
    const clients = { fresh: await open(SHORT_DELAYS), later: await open(SHORT_DELAYS) };
    const later = await secondRequest(clients.later);
    const fresh = await clients.fresh.attempt();

    judging("SSE-C1a");
    later.answer("204 No Content");
    fresh.answer("204 No Content");
    const windowMs = nextDelayMs(clients.later);
    await Promise.all(Object.values(clients).map((client) => client.noAttempt(windowMs, "status 204")));
  },
});

/** There is nothing more to come, in the words of the server or of the client. */
const showsItsEnd = (client: DrivenClient) =>
  client.until(
    () => client.reports.some(({ event }) => event === "end" || event === "giveup"),
    "show that the stream is over for good",
  );

export const end = clientCase({
  id: "client-stream-answer/end",
  title: "shows that a stream is over for good after status 204",
  covers: ["SSE-C1b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging }) {
    const clients = { fresh: await open(SHORT_DELAYS), later: await open(SHORT_DELAYS) };
    const later = await secondRequest(clients.later);
    const fresh = await clients.fresh.attempt();

    judging("SSE-C1b");
    later.answer("204 No Content");
    await showsItsEnd(clients.later);
    fresh.answer("204 No Content");
    await showsItsEnd(clients.fresh);
  },
});

export const networkErrors = clientCase({
  id: "client-stream-answer/network-errors",
  title: "makes a new request after one that was reset, or ended without an answer",
  covers: ["SSE-C3b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ openMany, judging }) {
    const clients = await openMany(4, SHORT_DELAYS);
    const [later, ...others] = clients;
    const [reset, ended, cutShort] = await Promise.all(others.map((client) => client.attempt()));
    const second = later && (await secondRequest(later));

    judging("SSE-C3b");
    reset?.reset();
    ended?.end();
    cutShort?.answerBytes("HTTP/1.1 200 OK\r\nContent-Ty");
    cutShort?.reset();
    second?.reset();
    await Promise.all(clients.map((client) => client.attempt()));
  },
});

export const nobodyListens = clientCase({
  id: "client-stream-answer/nobody-listens",
  title: "comes back when nobody has listened at its address for a while",
  covers: ["SSE-C3b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, offers, judging, quietFor }) {
    const client = await open(SHORT_DELAYS);
    const stream = await client.stream();

    judging("SSE-C3b");
    client.server.refuse();
    stream.end();
    await quietFor(offers("baseDelayMs") ? 1_500 : 7_000);
    await client.server.acceptAgain();
    await client.attempt();
  },
});

/** A first request, and a later one, that are answered with each status. */
const failing = (what: string, title: string, statuses: readonly string[]): ClientCase =>
  clientCase({
    id: `client-stream-answer/${what}`,
    title,
    covers: ["SSE-C3b"],
    transport: "sse",
    needs: STREAM_GATES,
    async run({ openMany, judging }) {
      const fresh = await openMany(statuses.length, SHORT_DELAYS);
      const later = await openMany(statuses.length, SHORT_DELAYS);
      const first = await Promise.all(fresh.map((client) => client.attempt()));
      const second = await Promise.all(later.map(secondRequest));

      judging("SSE-C3b");
      for (const [index, status] of statuses.entries()) {
        first[index]?.answer(status);
        second[index]?.answer(status);
      }
      await Promise.all([...fresh, ...later].map((client) => client.attempt()));
    },
  });

export const serverErrors = failing("server-errors", "makes a new request after status 500, 502, 503 and 504", [
  "500 Internal Server Error",
  "502 Bad Gateway",
  "503 Service Unavailable",
  "504 Gateway Timeout",
]);

export const tooMany = failing("too-many", "makes a new request after status 429", ["429 Too Many Requests"]);

export const errorAsStream = clientCase({
  id: "client-stream-answer/error-as-stream",
  title: "makes a new request after status 503, also where the answer looks like a stream and does not end",
  covers: ["SSE-C3b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const second = await secondRequest(client);
    const [forged, after] = [message({ text: "no event" }), message({ text: "an event" })];

    judging("SSE-C3b");
    second.openStream({ status: "503 Service Unavailable" }).send(forged);
    const stream = await client.stream();
    stream.send(after);
    await client.showsAll([after]);
    notShown(client, [forged]);
  },
});

export const refused = clientCase({
  id: "client-stream-answer/refused",
  title: "makes no request after status 401, 403 or 404",
  covers: ["SSE-C3c"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ openMany, judging }) {
    const statuses = ["401 Unauthorized", "403 Forbidden", "404 Not Found"];
    const fresh = await openMany(statuses.length, SHORT_DELAYS);
    const later = await openMany(statuses.length, SHORT_DELAYS);
    const first = await Promise.all(fresh.map((client) => client.attempt()));
    const second = await Promise.all(later.map(secondRequest));
    const windowMs = Math.max(...later.map(nextDelayMs));

    judging("SSE-C3c");
    for (const [index, status] of statuses.entries()) {
      first[index]?.answer(status);
      second[index]?.answer(status);
    }
    await Promise.all([...fresh, ...later].map((client) => client.noAttempt(windowMs, "its request was refused")));
  },
});

/** Answers that look like streams but for their media type. */
const otherTypes = (what: string, title: string, types: readonly (string | null)[]): ClientCase =>
  clientCase({
    id: `client-media-type/${what}`,
    title,
    covers: ["SSE-C4"],
    transport: "sse",
    async run({ open, openMany, judging, message }) {
      const clients = await openMany(types.length, SHORT_DELAYS);
      const attempts = await Promise.all(clients.map((client) => client.attempt()));
      const [forged, after] = [message({ text: "no event" }), message({ text: "an event" })];

      judging("SSE-C4");
      for (const [index, contentType] of types.entries()) {
        const answer = attempts[index]?.openStream({ contentType });
        answer?.send(forged);
        answer?.end();
      }
      // By the time when a client that came later shows an event, the others would have shown theirs.
      const witness = await open();
      const stream = await witness.stream();
      stream.send(after);
      await witness.showsAll([after]);
      for (const client of clients) {
        nothingShown(client, () => true, "what came with another media type");
        opensShown(client, 0);
      }
    },
  });

export const otherMediaTypes = otherTypes("other", "shows nothing of an answer of another media type, or of none", [
  "text/html; charset=utf-8",
  "application/json",
  "text/plain",
  null,
]);

export const alikeMediaTypes = otherTypes("alike", "shows nothing of an answer whose media type only looks like it", [
  "text/event-streams",
  "application/event-stream",
  "text/html; was=text/event-stream",
]);

export const anySpelling = clientCase({
  id: "client-media-type/any-case",
  title: "takes the media type in whatever case it is written",
  covers: ["SSE-C7"],
  transport: "sse",
  async run({ openMany, judging, message }) {
    const types = ["Text/Event-Stream", "TEXT/EVENT-STREAM; Charset=UTF-8", 'text/event-stream;a="b;c" ; d=e'];
    const clients = await openMany(types.length);
    const attempts = await Promise.all(clients.map((client) => client.attempt()));
    const hello = message({ text: "hello" });

    judging("SSE-C7");
    for (const [index, contentType] of types.entries()) attempts[index]?.openStream({ contentType }).send(hello);
    for (const client of clients) await client.showsAll([hello]);
  },
});

export const redirects = clientCase({
  id: "client-stream-answer/redirects",
  title: "follows redirects with status 301, 302, 307 and 308",
  covers: ["SSE-C5"],
  transport: "sse",
  async run({ openMany, judging, message }) {
    const statuses = ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"];
    const clients = await openMany(statuses.length);
    const hello = message({ text: "hello from elsewhere" });
    const attempts = await Promise.all(clients.map((client) => client.attempt()));

    judging("SSE-C5");
    for (const [index, status] of statuses.entries()) {
      attempts[index]?.answer(status, ["Location: /elsewhere/events?room=a"]);
    }
    for (const client of clients) {
      const followed = await client.attempt();
      asksFor(followed, "/elsewhere/events?room=a");
      followed.openStream().send(hello);
      await client.showsAll([hello]);
    }
  },
});

export const redirectedAgain = clientCase({
  id: "client-stream-answer/redirected-again",
  title: "follows one redirect after the other, to a whole address or to a path, also after a stream has ended",
  covers: ["SSE-C5"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const second = await secondRequest(client);
    const hello = message({ text: "hello from elsewhere" });

    judging("SSE-C5");
    second.answer("307 Temporary Redirect", [`Location: http://${client.server.host}/one`]);
    const third = await client.attempt();
    asksFor(third, "/one");
    third.answer("302 Found", ["Location: two"]);
    const fourth = await client.attempt();
    asksFor(fourth, "/two");
    fourth.openStream().send(hello);
    await client.showsAll([hello]);
  },
});
