/** Cases on close codes: RECON-7. */
import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { cameOnce, notLater } from "../../expect-client.ts";
import { CONNECTING_MS, comebackMs, SHORT_DELAYS } from "./delays.ts";
import { connections } from "./kinds.ts";

const RETRIED_CODES = [
  ...[undefined, 1001, 1009, 1011, 1012, 1013, 1014, 3001, 3999, 4000, 4099],
  ...[4100, 4199, 4200, 4299, 4300, 4399, 3000, 4500, 4999],
] as const;
/** Browsers hold back connections where more are asked for. */
const AT_ONCE = 7;
const STOPPING_CODES = [1000, 1002, 1003, 1007, 1010, 3003, 3008, 4400, 4403, 4499] as const;
/** Codes for which a second connection that ends alike is the last one. */
const REFUSALS = [
  [4301, 4301],
  [4300, 4399],
  [3000, 4302],
] as const;
/** The 30 seconds, but for what a timer may fire too early. */
const AFTER_1008_MS = 29_900;
/** A part of them: who takes the network's return for a reason to be back is back by then. */
const AFTER_ONLINE_MS = 4_000;
const SOON_MS = 2_000;

const named = (code: number | undefined) => (code === undefined ? "a Close frame without a code" : `code ${code}`);

/** Shows that the client has not just stopped: it shows why, or it has not stopped at all. */
const toldOrBack = ({ reports, server }: DrivenClient) =>
  server.untaken > 0 || reports.some(({ event }) => event === "error" || event === "giveup");

export const retried = clientCase({
  id: "client-code/connects-again",
  title: "connects again after a Close frame without a code, and after each code that asks for it or is not known",
  covers: ["RECON-7a"],
  transport: "ws",
  needs: connections.needs,
  async run({ openMany, judging }) {
    for (let first = 0; first < RETRIED_CODES.length; first += AT_ONCE) {
      const codes = RETRIED_CODES.slice(first, first + AT_ONCE);
      const clients = await openMany(codes.length, SHORT_DELAYS);
      const opened = await Promise.all(clients.map((client) => client.connection()));

      judging("RECON-7a");
      for (const [index, connection] of opened.entries()) connection.close(codes[index]);
      await Promise.all(clients.map((client, index) => client.comesBack(named(codes[index]))));
    }
  },
});

export const refusedAnew = clientCase({
  id: "client-code/refused-anew",
  title: "connects again after codes 4300 to 4399 that are not in a row",
  covers: ["RECON-7a"],
  transport: "ws",
  needs: connections.needs,
  async run({ open, judging }) {
    const client = await open(SHORT_DELAYS);
    (await client.connection()).close(4301);
    (await client.connection()).close(1012);
    const third = await client.connection();

    judging("RECON-7a");
    third.close(4301);
    await client.comesBack("code 4301, since the connection before had ended otherwise");
  },
});

export const stops = clientCase({
  id: "client-code/stops",
  title: "makes no attempt after a code that asks for no more",
  covers: ["RECON-7b"],
  transport: "ws",
  async run({ openMany, judging }) {
    const clients = await openMany(STOPPING_CODES.length, SHORT_DELAYS);
    const opened = await Promise.all(clients.map((client) => client.connection()));

    judging("RECON-7b");
    for (const [index, connection] of opened.entries()) connection.close(STOPPING_CODES[index]);
    await Promise.all(
      clients.map((client, index) => client.noAttempt(comebackMs(client.options), named(STOPPING_CODES[index]))),
    );
  },
});

export const stopShown = clientCase({
  id: "client-code/stop-shown",
  title: "shows an error, or that it has given up, when it stops because of a code other than 1000",
  covers: ["RECON-7c"],
  transport: "ws",
  async run({ openMany, judging }) {
    const codes = STOPPING_CODES.slice(1);
    const clients = await openMany(codes.length, SHORT_DELAYS);
    const opened = await Promise.all(clients.map((client) => client.connection()));

    judging("RECON-7c");
    for (const [index, connection] of opened.entries()) connection.close(codes[index]);
    for (const [index, client] of clients.entries()) {
      await client.until(
        () => toldOrBack(client),
        `show why it stopped after ${named(codes[index])}`,
        client.longestDelayMs,
      );
    }
  },
});

export const policy = clientCase({
  id: "client-code/1008",
  title: "is not back for 30 seconds after code 1008",
  covers: ["RECON-7d"],
  transport: "ws",
  lane: "long",
  async run({ openMany, judging }) {
    // Four, so that one whose jitter is taken off the 30 seconds shows it.
    const clients = await openMany(4, SHORT_DELAYS);
    const connections = await Promise.all(clients.map((client) => client.connection()));

    judging("RECON-7d");
    for (const connection of connections) connection.close(1008, "too many messages");
    await Promise.all(clients.map((client) => client.noAttempt(AFTER_1008_MS, "code 1008")));
  },
});

export const policyOnline = clientCase({
  id: "client-code/1008-online",
  title: "is not back soon after code 1008, also when the network comes back",
  covers: ["RECON-7d"],
  transport: "ws",
  async run({ open, judging, environment, quietFor }) {
    const client = await open(SHORT_DELAYS);
    const connection = await client.connection();

    judging("RECON-7d");
    connection.close(1008);
    await client.shows("close");
    await environment({ online: false });
    await quietFor(200);
    await environment({ online: true });
    await client.noAttempt(AFTER_ONLINE_MS, "code 1008, and after the network was back");
  },
});

export const tooLong = clientCase({
  id: "client-code/1009",
  title: "does not send a message again after code 1009",
  covers: ["RECON-7e"],
  transport: "ws",
  needs: connections.needs,
  async run({ open, judging, message }) {
    const client = await open(SHORT_DELAYS);
    const first = await client.connection();
    const sent = [message({ text: "short" }), message({ filler: "x".repeat(200_000) }), message({ text: "the last" })];
    const after = message({ text: "on the next connection" });
    await client.sendAll(sent);
    await first.arrive(...sent);
    first.close(1009);
    const second = await client.connection();
    await client.send(after);
    await second.arrive(after);

    judging("RECON-7e");
    cameOnce([first, second], sent);
  },
});

export const soon = clientCase({
  id: "client-code/soon",
  title: "is back within 2 seconds after a code from 4100 to 4199, however long its delays are",
  covers: ["RECON-7f"],
  transport: "ws",
  async run({ openMany, judging, timeScale }) {
    const codes = [4100, 4101, 4150, 4198, 4199];
    const clients = await openMany(codes.length, { baseDelayMs: 25_000, maxDelayMs: 30_000 });
    const opened = await Promise.all(clients.map((client) => client.connection()));
    const boundMs = SOON_MS + CONNECTING_MS * timeScale;

    judging("RECON-7f");
    for (const [index, connection] of opened.entries()) connection.close(codes[index]);
    for (const [index, client] of clients.entries()) {
      const attempt = await client.attempt(boundMs + CONNECTING_MS);
      notLater(attempt.delayMs ?? 0, boundMs, `the attempt after ${named(codes[index])}`);
    }
  },
});

export const refusedTwice = clientCase({
  id: "client-code/refused-twice",
  title: "makes no attempt after a second connection in a row was closed with a code from 4300 to 4399, and says so",
  covers: ["RECON-7c", "RECON-7g"],
  transport: "ws",
  needs: connections.needs,
  async run({ openMany, judging }) {
    const clients = await openMany(REFUSALS.length, SHORT_DELAYS);
    const first = await Promise.all(clients.map((client) => client.connection()));
    for (const [index, connection] of first.entries()) connection.close(REFUSALS[index]?.[0]);
    const second = await Promise.all(clients.map((client) => client.connection()));

    judging("RECON-7g");
    for (const [index, connection] of second.entries()) connection.close(REFUSALS[index]?.[1]);
    await Promise.all(
      clients.map((client, index) =>
        client.noAttempt(2 * comebackMs(client.options), `codes ${REFUSALS[index]?.join(" and ")} in a row`),
      ),
    );

    judging("RECON-7c");
    for (const client of clients) await client.until(() => toldOrBack(client), "show why it has stopped");
  },
});
