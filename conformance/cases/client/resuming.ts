/** Cases on streams that go on where others stopped: SSE-C2 and SSE-C3a. */
import { type ClientContext, clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { notSooner, shownInOrder, shownOnce } from "../../expect-client.ts";
import { asksAgain, eventsBehind, tellsLastId } from "../../expect-resuming.ts";
import type { Attempt } from "../../wire/attempt.ts";
import { SHORT_DELAYS } from "./delays.ts";
import { STREAM_GATES } from "./streams.ts";

/** What came on a stream, the last event id behind it, and why it is that. */
type Way = readonly [text: string, id: string, since: string];

/** Has a client for each way read its text on a first stream, which ends then. */
async function requestsAfter(
  { openMany }: Pick<ClientContext, "openMany">,
  ways: readonly Way[],
): Promise<readonly Attempt[]> {
  const clients = await openMany(ways.length, SHORT_DELAYS);
  const streams = await Promise.all(clients.map((client) => client.stream()));
  for (const [index, stream] of streams.entries()) {
    stream.write(ways[index]?.[0] ?? "");
    stream.end();
  }
  return Promise.all(clients.map((client) => requestAgain(client)));
}

/** Waits for a request, but not for one from a client that fails at each before it has made it. */
async function requestAgain(client: DrivenClient): Promise<Attempt> {
  const errors = () => client.reports.filter(({ event }) => event === "error").length;
  await client.until(() => client.server.untaken > 0 || errors() >= 5, "make a request", client.longestDelayMs + 3_000);
  asksAgain(client);
  return client.attempt();
}

function tellLastIds(attempts: readonly Attempt[], ways: readonly Way[]): void {
  for (const [index, [, id, since]] of ways.entries()) {
    const attempt = attempts[index];
    if (attempt !== undefined) tellsLastId(attempt, id, since);
  }
}

export const lastId = clientCase({
  id: "client-resuming/last-id",
  title: "tells the last event id of what it has read with each further request, also of several in a row",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const [one, two, three] = [message(), message(), message()];
    const first = await client.attempt();
    const stream = first.openStream();
    stream.event({ id: "early", data: one.text });
    stream.event({ id: "0", data: two.text });
    await client.showsAll([one, two]);
    stream.cut();
    const second = await client.attempt();
    second.openStream().end();
    const third = await client.attempt();
    const streamWithoutIds = third.openStream();
    streamWithoutIds.event({ data: three.text });
    await client.showsAll([three]);
    streamWithoutIds.reset();
    const fourth = await client.attempt();
    fourth.openStream().write("id: later\ndata: {}\n\n");
    fourth.stream?.end();
    const fifth = await client.attempt();

    judging("SSE-C2a");
    tellsLastId(first, "", "the first request");
    tellsLastId(second, "0", "that of the last event");
    tellsLastId(third, "0", "that of the last event, two requests ago");
    tellsLastId(fourth, "0", "that of the last event that had one");
    tellsLastId(fifth, "later", "that of the last event");
  },
});

export const idAfterFailure = clientCase({
  id: "client-resuming/id-after-failure",
  title: "tells the last event id also after a request that failed",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const stream = await client.stream();
    stream.write("id: a\ndata: {}\n\n");
    stream.end();
    const failed = await client.attempt();
    failed.reset();
    const attempt = await client.attempt();

    judging("SSE-C2a");
    tellsLastId(failed, "a", "that of the last event");
    tellsLastId(attempt, "a", "that of the last event");
  },
});

export const idKept = clientCase({
  id: "client-resuming/id-kept",
  title: "keeps the last event id over what does not set one",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run(context) {
    const first = "id: a\ndata: {}\n\n";
    const ways: readonly Way[] = [
      [`${first}data: {}\n\n: id: x\n\n`, "a", "kept over an event without one, and over a comment"],
      [`${first}ID: x\nid : x\n id: x\nids: x\ndata: {}\n\n`, "a", "kept over fields with other names"],
      [`${first}id: x\ndata: {}\n`, "a", "not set by an event whose empty line never came"],
      [`${first}id: x\n`, "a", "not set by an id with no empty line behind it"],
    ];
    const attempts = await requestsAfter(context, ways);

    context.judging("SSE-C2a");
    tellLastIds(attempts, ways);
  },
});

export const idOfAnyEvent = clientCase({
  id: "client-resuming/id-of-any-event",
  title: "takes the last event id from whatever event comes",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run(context) {
    const first = "id: x\ndata: {}\n\n";
    const ways: readonly Way[] = [
      [`${first}event: nobody listens\nid: a\ndata: {}\n\n`, "a", "set by an event of another type"],
      [`${first}id: a\ndata: not JSON\n\n`, "a", "set by an event whose data is not JSON"],
      [`${first}data: {}\nid: a\n\n`, "a", "set behind the data"],
      [`${first}id: y\ndata: {}\nid: a\n\n`, "a", "the last of two"],
      [`${first}id:a\ndata: {}\n\n`, "a", "set without a space behind the colon"],
    ];
    const attempts = await requestsAfter(context, ways);

    context.judging("SSE-C2a");
    tellLastIds(attempts, ways);
  },
});

export const idWithoutData = clientCase({
  id: "client-resuming/id-without-data",
  title: "takes the last event id also from a block without data",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run(context) {
    const ways: readonly Way[] = [
      ["id: x\ndata: {}\n\nid: a\n\n", "a", "set by a block without data"],
      ["id: a\n\n", "a", "set by a block without data"],
    ];
    const attempts = await requestsAfter(context, ways);

    context.judging("SSE-C2a");
    tellLastIds(attempts, ways);
  },
});

export const idEmptied = clientCase({
  id: "client-resuming/id-emptied",
  title: "tells no last event id after an empty one",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run(context) {
    const ways: readonly Way[] = [
      ["id: x\ndata: {}\n\nid:\ndata: {}\n\n", "", "emptied"],
      ["id: x\ndata: {}\n\nid\ndata: {}\n\ndata: {}\n\n", "", "emptied"],
    ];
    const attempts = await requestsAfter(context, ways);

    context.judging("SSE-C2a");
    tellLastIds(attempts, ways);
  },
});

export const idWithNul = clientCase({
  id: "client-resuming/id-with-nul",
  title: "passes over an id with NUL in it",
  covers: ["SSE-C2a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run(context) {
    const ways: readonly Way[] = [
      ["id: a\ndata: {}\n\nid: x\0\ndata: {}\n\n", "a", "not set by an id with NUL in it"],
      ["id: a\ndata: {}\n\nid: \0\ndata: {}\n\n", "a", "not set by an id with NUL in it"],
    ];

    context.judging("SSE-C2a");
    const attempts = await requestsAfter(context, ways);
    tellLastIds(attempts, ways);
  },
});

/** Without an id these clients ask again: it is the id, where they don't. */
const texts = (what: string, title: string, ids: readonly string[]) =>
  clientCase({
    id: `client-resuming/${what}`,
    title,
    covers: ["SSE-C2a"],
    transport: "sse",
    needs: STREAM_GATES,
    async run(context) {
      const ways = ids.map((id): Way => [`id: ${id}\ndata: {}\n\n`, id, "that of the last event"]);

      context.judging("SSE-C2a");
      const attempts = await requestsAfter(context, ways);
      tellLastIds(attempts, ways);
    },
  });

export const anyText = texts("any-text", "tells last event ids of any ASCII text", [
  "1:17",
  "a b&c=d+e%20f#g?h/i",
  '{"seq":1,"of":"x"}',
  "x".repeat(1_000),
]);

export const notAscii = texts("not-ascii", "tells last event ids that are not ASCII", ["Größe é", "世界", "🎉"]);

export const eachOnce = clientCase({
  id: "client-resuming/each-once",
  title: "shows each event once where the server sends those behind the last event id that it was told",
  covers: ["SSE-C2b"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, judging, messages }) {
    const client = await open(SHORT_DELAYS);
    const events = messages(30);
    const ids = events.map((_, index) => `of ${index + 1}`);
    const texts = new Map(events.map((event, index) => [event, `id: ${ids[index]}\ndata: ${event.text}\n\n`]));
    const written = (some: readonly (typeof events)[number][]) => some.map((event) => texts.get(event)).join("");
    const first = await client.stream();
    first.write(written(events.slice(0, 5)));
    await client.showsAll(events.slice(0, 5));
    // What was under way is lost with a reset: the client may have read any of it, or nothing.
    first.write(written(events.slice(5, 15)));
    first.reset();
    const secondAttempt = await client.attempt();
    const second = secondAttempt.openStream();
    second.write(written(eventsBehind(secondAttempt, ids, events.slice(0, 20))).slice(0, -1));
    second.end();
    const thirdAttempt = await client.attempt();
    const third = thirdAttempt.openStream();
    third.write(written(eventsBehind(thirdAttempt, ids, events)));

    judging("SSE-C2b");
    await client.showsAll(events.slice(-1));
    shownOnce(client, events);
    shownInOrder(client, events);
  },
});

/** Where no delay can be set: longer than what clients wait that have never heard of `retry`. */
const retryMs = ({ offers }: Pick<ClientContext, "offers">) => (offers("baseDelayMs") ? 1_500 : 6_000);
/** So that a client that does not care for `retry` comes far too soon. */
const QUICK = { baseDelayMs: 100, maxDelayMs: 200 };

export const retry = clientCase({
  id: "client-resuming/retry",
  title: "makes no request sooner after a stream than the last `retry` on it says",
  covers: ["SSE-C3a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ openMany, offers, judging, message }) {
    const boundMs = retryMs({ offers });
    const clients = await openMany(3, QUICK);
    const inOne = message();
    const [alone, inEvent, second] = await Promise.all(clients.map((client) => client.stream()));
    alone?.write(`retry: ${boundMs}\n\ndata: {}\n\n`);
    alone?.end();
    // What comes right before a cut may be lost with it: it is shown first.
    inEvent?.write(`data: ${inOne.text}\nretry:${boundMs}\nid: 1\n\n`);
    await clients[1]?.showsAll([inOne]);
    inEvent?.cut();
    second?.write(`retry: 10\n\ndata: {}\n\nretry: ${boundMs}\n\n`);
    second?.end();

    judging("SSE-C3a");
    const attempts = await Promise.all(clients.map((client) => client.attempt()));
    for (const { delayMs = 0, name } of attempts) notSooner(delayMs, boundMs, `request ${name}`);
  },
});

export const noRetry = clientCase({
  id: "client-resuming/no-retry",
  title: "passes over a `retry` that is not digits alone",
  covers: ["SSE-C3a"],
  transport: "sse",
  needs: STREAM_GATES,
  async run({ open, offers, judging }) {
    const boundMs = retryMs({ offers });
    const client = await open(QUICK);
    const stream = await client.stream();
    stream.write(`retry: ${boundMs}\ndata: {}\n\n`);
    for (const wrong of ["1x", "-1", "1.5", "+1", "0x1", " 1", "1 ", "1e1", "\u0661"])
      stream.event({ data: "{}", retry: wrong });
    stream.end();

    judging("SSE-C3a");
    const { delayMs = 0 } = await client.attempt();
    notSooner(delayMs, boundMs, "the next request");
  },
});
