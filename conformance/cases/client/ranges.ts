/** Cases on how long delays are: RECON-3 and RECON-5. They look at many clients side by side. */
import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { notLater } from "../../expect-client.ts";
import { attemptsAtMost, doubled, eachAnew, notAnew, roundsOf, spread } from "../../expect-delays.ts";
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
    const attempt = await client.attemptAfterFailures();
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
    // Forty clients that come at once are in the way of others, and others blur their delays.
    lane: "alone",
    needs,
    async run(context) {
      const { openCrowd, judging, offers } = context;
      const clients = await openCrowd(MANY, LONG_DELAYS);
      const opened = await Promise.all(clients.map((client) => openOne(client, context)));
      for (const one of opened) one.reset();
      const attempts = await attemptsOf(clients);

      judging("RECON-3a");
      spread(
        attempts.map(({ delayMs = 0 }) => delayMs),
        "the first delays",
        offers("baseDelayMs") ? LONG_DELAYS.baseDelayMs : undefined,
      );
    },
  });

export const laterSpread = clientCase({
  id: "client-delays/later-at-random",
  title: "chooses later delays at random, too, and each anew",
  covers: ["RECON-3a"],
  transport: "ws",
  needs: connections.needs,
  async run({ openCrowd, judging, offers }) {
    const clients = await openCrowd(MANY, { baseDelayMs: 300, maxDelayMs: 30_000 });
    const delays = await Promise.all(clients.map((client) => failing(client, 4)));

    judging("RECON-3a");
    const [, , second = [], third = []] = roundsOf(delays);
    spread(third, "the third delays", offers("baseDelayMs") ? 4 * 300 : undefined);
    eachAnew(second, third);
  },
});

export const doubles = clientCase({
  id: "client-delays/doubled",
  title: "doubles the range of its delays with each attempt in a row that fails",
  covers: ["RECON-3b"],
  transport: "ws",
  needs: connections.needs,
  async run({ openCrowd, judging, offers }) {
    const clients = await openCrowd(offers("baseDelayMs") ? 24 : 64, { ...GROWING_DELAYS, maxAttempts: 10 });
    const delays = await Promise.all(clients.map((client) => failing(client, 6)));

    judging("RECON-3b");
    // The first delay is left out: what it takes to connect is too much of it.
    doubled(
      roundsOf(delays).slice(2),
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
    const rounds = roundsOf(await Promise.all(clients.map((client) => failing(client, BOUNDS.length))));
    for (const [index, [mostMs, what]] of BOUNDS.entries()) {
      notLater(Math.max(...(rounds[index] ?? [])), mostMs + CONNECTING_MS * timeScale, what);
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
      const { openCrowd, judging } = context;
      const clients = { refused: await openCrowd(24, GROWING_DELAYS), accepted: await openCrowd(24, GROWING_DELAYS) };
      const endingAtOnce = async (client: DrivenClient) => {
        for (let ended = 1; ended <= 5; ended++) (await openOne(client, context)).end();
        return client.server.attempts.slice(0, 5).map(({ delayMs = 0 }) => delayMs);
      };
      const [refused, accepted] = await Promise.all([
        Promise.all(clients.refused.map((client) => failing(client, 5))),
        Promise.all(clients.accepted.map(endingAtOnce)),
      ]);

      judging("RECON-5");
      notAnew(roundsOf(accepted).at(-1) ?? [], roundsOf(refused).at(-1) ?? []);
    },
  });

export const unstable = clientCase({
  id: "client-counting/unstable",
  title:
    "does not begin with its first delay again after a connection that was open, and used, for less than is stable",
  covers: ["RECON-5"],
  transport: "ws",
  needs: connections.needs,
  async run({ openCrowd, judging, message, quietFor }) {
    const clients = await openCrowd(24, { ...GROWING_DELAYS, stableAfterMs: 2_000, heartbeatIntervalMs: 500 });
    const hello = message({ text: "hello" });
    const brieflyOpened = async (client: DrivenClient) => {
      await failing(client, 4);
      const opening = await client.attemptAfterFailures();
      const connection = opening.accept();
      connection.send(hello);
      await client.showsAll([hello]);
      await quietFor(1_200);
      connection.close(1012);
      const next = await client.attemptAfterFailures();
      return [opening.delayMs ?? 0, next.delayMs ?? 0];
    };
    const [grown = [], after = []] = roundsOf(await Promise.all(clients.map(brieflyOpened)));

    judging("RECON-5");
    notAnew(after, grown);
  },
});

export const limit = clientCase({
  id: "client-counting/limit",
  title: "does not count attempts that failed anew after a connection that was open briefly",
  covers: ["RECON-5"],
  transport: "ws",
  needs: connections.needs,
  requires: { options: ["maxAttempts"] },
  async run({ open, judging, quietFor }) {
    const client = await open({ baseDelayMs: 100, maxDelayMs: 200, maxAttempts: 3 });
    (await client.attempt()).reset();
    (await client.attempt()).reset();
    const connection = await client.connection();
    client.server.answerEach((attempt) => attempt.reset());

    judging("RECON-5");
    connection.close(1012);
    // Long enough for three attempts.
    await quietFor(3 * (client.options.maxDelayMs ?? 2_500) + CONNECTING_MS);
    attemptsAtMost(client, 5, "its limit of 3 attempts had failed, one before a brief connection and two after it");
  },
});

export const onConnections = [firstSpread(connections), brieflyOpen(connections)];
export const onStreams = [firstSpread(streams), brieflyOpen(streams)];
