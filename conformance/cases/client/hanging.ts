/** Cases on attempts that neither succeed nor fail: RECON-6. */
import { clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { notLater } from "../../expect-client.ts";
import type { Attempt } from "../../wire/attempt.ts";
import { CONNECTING_MS, comebackMs, SHORT_DELAYS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";

/** What a client has that has no other. */
const OWN_TIMEOUT_MS = 10_000;

/** Waits until the client has given up an attempt, which it does in time. */
async function givesUp(client: DrivenClient, attempt: Attempt, timeoutMs: number, grantedMs: number): Promise<void> {
  const gone = () => attempt.givenUpAt !== undefined;
  await client.until(gone, "give up an attempt that hangs", timeoutMs + grantedMs + CONNECTING_MS);
  notLater((attempt.givenUpAt ?? 0) - attempt.at, timeoutMs + grantedMs, "the end of an attempt that hung");
}

const noAnswer = ({ transport, prefix, accept }: Kind) =>
  clientCase({
    id: `${prefix}-hanging/no-answer`,
    title: "gives up an attempt that is not answered, and makes another one",
    covers: ["RECON-6"],
    transport,
    async run({ open, judging, timeScale }) {
      const client = await open({ ...SHORT_DELAYS, connectTimeoutMs: 1_000 });
      const attempt = await client.attempt();

      judging("RECON-6");
      await givesUp(client, attempt, client.options.connectTimeoutMs ?? OWN_TIMEOUT_MS, CONNECTING_MS * timeScale);
      accept(await client.attempt());
    },
  });

const halfAnAnswer = ({ transport, prefix, accept }: Kind) =>
  clientCase({
    id: `${prefix}-hanging/half-an-answer`,
    title: "gives up an attempt whose answer does not come to its end, and makes another one",
    covers: ["RECON-6"],
    transport,
    async run({ open, judging, quietFor, timeScale }) {
      const client = await open({ ...SHORT_DELAYS, connectTimeoutMs: 1_500 });
      const timeoutMs = client.options.connectTimeoutMs ?? OWN_TIMEOUT_MS;
      const attempt = await client.attempt();

      judging("RECON-6");
      attempt.answerBytes(transport === "ws" ? "HTTP/1.1 101 Switching Pro" : "HTTP/1.1 200 OK\r\nContent-Ty");
      await quietFor(0.8 * timeoutMs);
      attempt.answerBytes(transport === "ws" ? "tocols\r\nUpgrade: websocket\r\n" : "pe: text/event-stream\r\n");
      await givesUp(client, attempt, timeoutMs, CONNECTING_MS * timeScale);
      accept(await client.attempt());
    },
  });

export const counted = clientCase({
  id: "client-hanging/counted",
  title: "counts an attempt that hung as failed",
  covers: ["RECON-6"],
  transport: "ws",
  requires: { options: ["maxAttempts"] },
  async run({ open, judging }) {
    const client = await open({ ...SHORT_DELAYS, connectTimeoutMs: 500, maxAttempts: 1 });
    const stallMs = (client.options.connectTimeoutMs ?? OWN_TIMEOUT_MS) + 2 * CONNECTING_MS;
    const first = await client.attempt();
    await client.until(() => first.givenUpAt !== undefined, "give up an attempt that hangs", stallMs);
    const second = await client.attempt();
    await client.until(() => second.givenUpAt !== undefined, "give up an attempt that hangs", stallMs);

    judging("RECON-6");
    // The delay that would come next is the second one.
    await client.noAttempt(2 * comebackMs(client.options), "its limit of one attempt, which hung");
  },
});

export const onConnections = [noAnswer(connections), halfAnAnswer(connections)];
export const onStreams = [noAnswer(streams), halfAnAnswer(streams)];
