/** Cases on what the server and the platform ask for: RECON-8 to RECON-10. */
import { clientCase } from "../../client-case.ts";
import { notLater } from "../../expect-client.ts";
import { eachAddressAnew, notBackBefore } from "../../expect-delays.ts";
import { CONNECTING_MS, SHORT_DELAYS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";

const HINT_MS = 2_500;
const RETRY_AFTER_MS = 2_000;
const HINTS = [
  [1012, "retry=2500"],
  [1013, "restart;retry=2500"],
  [4100, "retry=2500;node=7"],
  [1001, "restart;retry=2500;node=7"],
] as const;
/** Far below what is asked for, the longest delay too. */
const SHORTEST_DELAYS = { baseDelayMs: 100, maxDelayMs: 500 };
const BACK_MS = 2_000;

export const reasonHint = clientCase({
  id: "client-hint/reason",
  title: "makes no attempt sooner than the reason of a Close frame asks for",
  covers: ["RECON-8a"],
  transport: "ws",
  async run({ openMany, judging, quietFor }) {
    const clients = await openMany(2 * HINTS.length, SHORTEST_DELAYS);
    const opened = await Promise.all(clients.map((client) => client.connection()));

    const hintOf = (index: number) => HINTS[index % HINTS.length] ?? HINTS[0];

    judging("RECON-8a");
    for (const [index, connection] of opened.entries()) {
      const [code, reason] = hintOf(index);
      connection.close(code, reason);
    }
    await quietFor(HINT_MS);
    for (const [index, client] of clients.entries()) {
      notBackBefore(client, HINT_MS, `code ${hintOf(index).join(" with the reason ")}`);
    }
  },
});

const retryAfter = ({ transport, prefix }: Kind) =>
  clientCase({
    id: `${prefix}-hint/retry-after`,
    title: "makes no attempt sooner than Retry-After asks for in an answer with status 429 or 503",
    covers: ["RECON-8b"],
    transport,
    requires: { seesAnswers: true },
    async run({ openMany, judging, quietFor }) {
      const statuses = ["503 Service Unavailable", "429 Too Many Requests"];
      const clients = await openMany(2 * statuses.length, SHORTEST_DELAYS);
      const attempts = await Promise.all(clients.map((client) => client.attempt()));
      const statusOf = (index: number) => statuses[index % statuses.length] ?? "";

      judging("RECON-8b");
      for (const [index, attempt] of attempts.entries()) attempt.answer(statusOf(index), ["Retry-After: 2"]);
      await quietFor(RETRY_AFTER_MS);
      for (const [index, client] of clients.entries()) {
        notBackBefore(client, RETRY_AFTER_MS, `an answer with ${statusOf(index)} and Retry-After: 2`);
      }
    },
  });

const backOnline = ({ transport, prefix, name, needs, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-online/back`,
    title: `makes an attempt within 2 seconds when the network is back, after a ${name} was lost and after an attempt failed`,
    covers: ["RECON-9"],
    transport,
    needs,
    async run(context) {
      const { open, judging, environment, quietFor, timeScale } = context;
      const delays = { baseDelayMs: 20_000, maxDelayMs: 30_000 };
      const clients = { lost: await open(delays), failed: await open(delays) };
      const opened = await openOne(clients.lost, context);
      const attempt = await clients.failed.attempt();
      await environment({ online: false });
      opened.reset();
      attempt.reset();
      await quietFor(500);
      const boundMs = BACK_MS + CONNECTING_MS * timeScale;

      judging("RECON-9");
      const backAt = performance.now();
      await environment({ online: true });
      for (const client of Object.values(clients)) {
        const next = await client.attempt(boundMs + CONNECTING_MS);
        notLater(next.at - backAt, boundMs, "the attempt after the network was back");
      }
    },
  });

const addresses = ({ transport, prefix, accept }: Kind) =>
  clientCase({
    id: `${prefix}-address/anew`,
    title: "asks for its address anew at each attempt, after failures and after losses",
    covers: ["RECON-10"],
    transport,
    async run({ open, judging }) {
      const paths = ["/a?token=1", "/a?token=2", "/b?token=3", "/b?token=4", "/c?token=5", "/c?token=6", "/c?token=7"];
      const client = await open(SHORT_DELAYS, paths);
      const attempts = [await client.attempt()];
      attempts[0]?.reset();
      attempts.push(await client.attempt());
      attempts[1]?.reset();
      const third = await client.attempt();
      accept(third).end();
      const fourth = await client.attempt();
      accept(fourth).end();
      const fifth = await client.attempt();

      judging("RECON-10");
      eachAddressAnew([...attempts, third, fourth, fifth], paths);
    },
  });

export const onConnections = [retryAfter(connections), backOnline(connections), addresses(connections)];
export const onStreams = [retryAfter(streams), backOnline(streams), addresses(streams)];
