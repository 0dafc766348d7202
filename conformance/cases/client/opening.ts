/** Cases on what a client shows of its connections: CORE-C1, and CORE-C13 as far as the handshake goes. */
import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { completeHandshake, differentKeys, opensShown } from "../../expect-client.ts";
import type { Attempt } from "../../wire/attempt.ts";
import { acceptFor } from "../../wire/websocket-handshake.ts";
import { SHORT_DELAYS } from "./delays.ts";

/** It shows an error, or tries again: what it took for open has been shown by then. */
const noticed = (client: DrivenClient) =>
  client.server.untaken > 0 || client.reports.some(({ event }) => event === "error" || event === "close");

/** The right value, but for which letters are capital. */
const otherLettersOf = ({ head }: Attempt) =>
  acceptFor(head.headers.get("sec-websocket-key") ?? "").replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );

export const opens = clientCase({
  id: "client-opening/open",
  title: "opens a connection, and shows that it is open",
  covers: ["CORE-C1a"],
  transport: "ws",
  lane: "gate",
  async run({ open, judging }) {
    judging("CORE-C1a");
    const client = await open();
    const attempt = await client.attempt();
    attempt.accept();
    await client.shows("open");
  },
});

export const errorAfterFailure = clientCase({
  id: "client-opening/error",
  title: "shows an error after an attempt that failed",
  covers: ["CORE-C1b"],
  transport: "ws",
  async run({ open, judging }) {
    const clients = { refused: await open(SHORT_DELAYS), reset: await open(SHORT_DELAYS) };
    const refused = await clients.refused.attempt();
    const reset = await clients.reset.attempt();

    judging("CORE-C1b");
    refused.answer("503 Service Unavailable");
    await clients.refused.shows("error");
    reset.reset();
    await clients.reset.shows("error");
  },
});

export const closeAfterLoss = clientCase({
  id: "client-opening/over",
  title: "shows that a connection is over, after a close handshake and after a reset",
  covers: ["CORE-C1c"],
  transport: "ws",
  async run({ open, judging }) {
    const clients = { closed: await open(SHORT_DELAYS), reset: await open(SHORT_DELAYS) };
    const closed = await clients.closed.connection();
    const reset = await clients.reset.connection();

    judging("CORE-C1c");
    closed.close(1001);
    await clients.closed.shows("close");
    reset.reset();
    await clients.reset.shows("close");
  },
});

export const eachTime = clientCase({
  id: "client-opening/each-time",
  title: "shows that a connection is open, and that it is over, each time",
  covers: ["CORE-C1a", "CORE-C1c"],
  transport: "ws",
  needs: ["client-opening/open", "client-again/reset"],
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.connection();
    first.reset();
    const attempt = await client.attempt();

    judging("CORE-C1a");
    const second = attempt.accept();
    await client.shows("open", 2);

    judging("CORE-C1c");
    second.close(1001);
    await client.shows("close", 2);
  },
});

export const request = clientCase({
  id: "client-opening/request",
  title: "asks for a connection with all that RFC 6455 wants in the request, and with another key each time",
  covers: ["CORE-C13a"],
  transport: "ws",
  needs: ["client-opening/open", "client-again/reset"],
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.attempt();
    first.reset();
    const second = await client.attempt();

    judging("CORE-C13a");
    completeHandshake(first, client);
    completeHandshake(second, client);
    differentKeys(first, second);
  },
});

export const wrongAccept = clientCase({
  id: "client-opening/wrong-accept",
  title: "takes no connection for open whose Sec-WebSocket-Accept is wrong",
  covers: ["CORE-C13e"],
  transport: "ws",
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    const attempt = await client.attempt();

    judging("CORE-C13e");
    attempt.accept({ accept: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" });
    await client.until(() => noticed(client), "notice that its attempt has failed");
    opensShown(client, 0);
  },
});

export const withoutAccept = clientCase({
  id: "client-opening/without-accept",
  title: "takes no connection for open whose answer has no Sec-WebSocket-Accept, one in other letters, or no Upgrade",
  covers: ["CORE-C13e"],
  transport: "ws",
  async run({ openMany, judging }) {
    const clients = await openMany(3, SHORT_DELAYS);
    const [withoutAccept, otherLetters, withoutUpgrade] = await Promise.all(clients.map((client) => client.attempt()));

    judging("CORE-C13e");
    withoutAccept?.accept({ without: ["Sec-WebSocket-Accept"] });
    otherLetters?.accept({ accept: otherLettersOf(otherLetters) });
    withoutUpgrade?.accept({ without: ["Upgrade"] });
    for (const client of clients) {
      await client.until(() => noticed(client), "notice that its attempt has failed");
      opensShown(client, 0);
    }
  },
});

export const otherStatus = clientCase({
  id: "client-opening/other-status",
  title: "takes no connection for open that was answered with another status than 101",
  covers: ["CORE-C13e"],
  transport: "ws",
  async run({ open, judging }) {
    const clients = { ended: await open(SHORT_DELAYS), kept: await open(SHORT_DELAYS) };
    const ended = await clients.ended.attempt();
    const kept = await clients.kept.attempt();

    judging("CORE-C13e");
    ended.answer("200 OK", ["Content-Type: text/html"], "<p>Welcome to the free wireless network</p>");
    kept.answerBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for (const client of Object.values(clients)) {
      await client.until(() => noticed(client), "notice that its attempt has failed");
      opensShown(client, 0);
    }
  },
});
