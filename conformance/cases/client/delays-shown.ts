/** Cases on what a client shows of its delays, and of their end: RECON-4. */
import { clientCase } from "../../client-case.ts";
import { delayShown } from "../../expect-delays.ts";
import { CONNECTING_MS, SHORT_DELAYS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";

const shownDelays = ({ transport, prefix, name, needs, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-delays/shown`,
    title: `shows each delay when it begins: how long it is, and the number of the attempt after it`,
    covers: ["RECON-4a"],
    transport,
    needs,
    async run(context) {
      const { open, judging, timeScale } = context;
      const client = await open({ baseDelayMs: 600, maxDelayMs: 10_000 });
      const waits = () => client.reports.filter(({ event }) => event === "waiting");
      const firstNumber = () => (waits()[0]?.data as { attempt?: number } | undefined)?.attempt ?? 1;
      const opened = await openOne(client, context);

      judging("RECON-4a");
      opened.reset();
      for (let index = 0; index < 3; index++) {
        const attempt = await client.attempt();
        await client.until(
          () => waits().length > index,
          `show a delay (after a ${name} was lost, or an attempt failed)`,
        );
        delayShown(waits()[index], attempt, firstNumber() + index, CONNECTING_MS * timeScale);
        attempt.reset();
      }
    },
  });

const giveUpShown = ({ transport, prefix, name, needs, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-limit/shown`,
    title: `shows that it has given up, at the first of its limit and after a ${name} was lost`,
    covers: ["RECON-4b"],
    transport,
    needs,
    requires: { options: ["maxAttempts"] },
    async run(context) {
      const { open, judging } = context;
      const clients = {
        fresh: await open({ ...SHORT_DELAYS, maxAttempts: 2 }),
        lost: await open({ ...SHORT_DELAYS, maxAttempts: 2 }),
      };
      const opened = await openOne(clients.lost, context);
      opened.reset();
      (await clients.fresh.attempt()).reset();
      for (const client of Object.values(clients)) {
        (await client.attempt()).reset();
        (await client.attempt()).reset();
      }

      judging("RECON-4b");
      await clients.fresh.shows("giveup");
      await clients.lost.shows("giveup");
    },
  });

export const onConnections = [shownDelays(connections), giveUpShown(connections)];
export const onStreams = [shownDelays(streams), giveUpShown(streams)];
