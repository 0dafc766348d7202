/** Cases on how long delays are: RECON-3 and RECON-5. They look at many clients side by side. */
import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { notLater } from "../../expect-client.ts";
import { doubled, longestOf, notAnew, spread } from "../../expect-delays.ts";
import { CONNECTING_MS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";

/** So many that their spread tells a range. */
const MANY = 40;
const LONG_DELAYS = { baseDelayMs: 1_000, maxDelayMs: 30_000 };
/** Delays that double five times before they reach the longest. */
const GROWING_DELAYS = { baseDelayMs: 200, maxDelayMs: 60_000 };

/** Waits for the next attempt of each client. */
const attemptsOf = (clients: readonly DrivenClient[]) => Promise.all(clients.map((client) => client.attempt()));

/** Has some attempts of a client fail, one after the other. @returns the delay before each. */
async function failing(client: DrivenClient, count: number): Promise<number[]> {
  const delays: number[] = [];
  for (let failed = 1; failed <= count; failed++) {
    const attempt = await client.attempt();
    delays.push(attempt.delayMs ?? 0);
    attempt.reset();
  }
  return delays;
}

const firstSpread = ({ transport, prefix, name, needs, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-delays/first-at-random`,
    title: `comes back at another time than others that lost their ${name} at the same moment`,
    covers: ["RECON-3a"],
    transport,
    needs,
    async run(context) {
      const { openMany, judging } = context;
      const clients = await openMany(MANY, LONG_DELAYS);
      const opened = await Promise.all(clients.map((client) => openOne(client, context)));
      for (const one of opened) one.reset();
      const attempts = await attemptsOf(clients);

      judging("RECON-3a");
      spread(
        attempts.map(({ delayMs = 0 }) => delayMs),
        "the first delays",
      );
    },
  });

export const laterSpread = clientCase({
  id: "client-delays/later-at-random",
  title: "chooses later delays at random, too",
  covers: ["RECON-3a"],
  transport: "ws",
  needs: connections.needs,
  async run({ openMany, judging }) {
    const clients = await openMany(MANY, { baseDelayMs: 300, maxDelayMs: 30_000 });
    const delays = await Promise.all(clients.map((client) => failing(client, 4)));

    judging("RECON-3a");
    spread(
      delays.map(([, , , third = 0]) => third),
      "the third delays",
    );
  },
});

export const doubles = clientCase({
  id: "client-delays/doubled",
  title: "doubles the range of its delays with each attempt in a row that fails",
  covers: ["RECON-3b"],
  transport: "ws",
  needs: connections.needs,
  async run({ openMany, judging, offers }) {
    const clients = await openMany(offers("baseDelayMs") ? 24 : 64, { ...GROWING_DELAYS, maxAttempts: 10 });
    const delays = await Promise.all(clients.map((client) => failing(client, 6)));

    judging("RECON-3b");
    doubled(
      longestOf(delays).slice(1),
      clients.length,
      offers("baseDelayMs") && offers("maxDelayMs") ? GROWING_DELAYS.maxDelayMs : undefined,
    );
  },
});

export const bounded = clientCase({
  id: "client-delays/bounded",
  title: "lets no delay be longer than the first one that is set, doubled with each failure",
  covers: ["RECON-3c"],
  transport: "ws",
  needs: connections.needs,
  requires: { options: ["baseDelayMs", "maxDelayMs"] },
  async run({ openMany, judging, timeScale }) {
    const clients = await openMany(8, { baseDelayMs: 500, maxDelayMs: 4_000 });
    const lost = await Promise.all(clients.map((client) => client.connection()));
    for (const connection of lost) connection.reset();

    judging("RECON-3c");
    const longest = longestOf(await Promise.all(clients.map((client) => failing(client, BOUNDS.length))));
    for (const [index, [mostMs, what]] of BOUNDS.entries()) {
      notLater(longest[index] ?? 0, mostMs + CONNECTING_MS * timeScale, what);
    }
  },
});

/** The upper ends of the first ranges, where the first delay is 500 ms. */
const BOUNDS = [
  [500, "the attempt after a loss"],
  [1_000, "the attempt after one failure"],
  [2_000, "the attempt after two failures"],
] as const;

const brieflyOpen = ({ transport, prefix, name, needs, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-counting/briefly-open`,
    title: `takes longer and longer with a server that ends each ${name} at once`,
    covers: ["RECON-5"],
    transport,
    needs,
    async run(context) {
      const { openMany, judging } = context;
      const clients = { refused: await openMany(24, GROWING_DELAYS), accepted: await openMany(24, GROWING_DELAYS) };
      const endingAtOnce = async (client: DrivenClient) => {
        for (let ended = 1; ended <= 5; ended++) (await openOne(client, context)).end();
        return client.server.attempts.map(({ delayMs = 0 }) => delayMs);
      };
      const [refused, accepted] = await Promise.all([
        Promise.all(clients.refused.map((client) => failing(client, 5))),
        Promise.all(clients.accepted.map(endingAtOnce)),
      ]);
      const [, firstMs = 0, , , laterMs = 0] = longestOf(accepted);

      judging("RECON-5");
      notAnew(longestOf(refused).slice(1), firstMs, laterMs);
    },
  });

export const unstable = clientCase({
  id: "client-counting/unstable",
  title:
    "does not begin with its first delay again after a connection that was open, and used, for less than is stable",
  covers: ["RECON-5"],
  transport: "ws",
  needs: connections.needs,
  async run({ openMany, judging, message, quietFor }) {
    const clients = await openMany(12, { ...GROWING_DELAYS, stableAfterMs: 2_000, heartbeatIntervalMs: 500 });
    const hello = message({ text: "hello" });
    const brieflyOpened = async (client: DrivenClient) => {
      const delays = await failing(client, 3);
      const connection = await client.connection();
      connection.send(hello);
      await client.showsAll([hello]);
      await quietFor(1_200);
      connection.close(1012);
      await client.attempt();
      return [...delays, ...client.server.attempts.slice(3).map(({ delayMs = 0 }) => delayMs)];
    };
    const [, firstMs = 0, secondMs = 0, thirdMs = 0, laterMs = 0] = longestOf(
      await Promise.all(clients.map(brieflyOpened)),
    );

    judging("RECON-5");
    notAnew([firstMs, secondMs, thirdMs], firstMs, laterMs);
  },
});

export const limit = clientCase({
  id: "client-counting/limit",
  title: "does not count attempts that failed anew after a connection that was open briefly",
  covers: ["RECON-5"],
  transport: "ws",
  needs: connections.needs,
  requires: { options: ["maxAttempts"] },
  async run({ open, judging }) {
    const client = await open({ baseDelayMs: 100, maxDelayMs: 200, maxAttempts: 2 });
    (await client.attempt()).reset();
    (await client.attempt()).reset();
    (await client.connection()).close(1012);
    const last = await client.attempt();

    judging("RECON-5");
    last.reset();
    const windowMs = (client.options.maxDelayMs ?? 4_000) + CONNECTING_MS;
    await client.noAttempt(windowMs, "its limit of 2 attempts had failed, one before and one after a brief connection");
  },
});

export const onConnections = [firstSpread(connections), brieflyOpen(connections)];
export const onStreams = [firstSpread(streams), brieflyOpen(streams)];
