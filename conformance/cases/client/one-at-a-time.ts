/** Cases on having one attempt or connection at a time: RECON-2b. */
import { clientCase } from "../../client-case.ts";
import { oneAtATime } from "../../expect-delays.ts";
import { comebackMs, SHORT_DELAYS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";

/** Longer than a client without options takes for its first delay, and than what an EventSource waits by itself. */
const SETTLED_MS = 4_000;
/** How long two connections stand side by side before it is looked at. */
const CONNECTED_MS = 500;

const flapping = ({ transport, prefix, name, needs, accept }: Kind) =>
  clientCase({
    id: `${prefix}-one/flapping`,
    title: `has one attempt or ${name} at a time with a server that refuses, resets, ends and closes`,
    covers: ["RECON-2b"],
    transport,
    needs,
    async run({ open, judging, offers, quietFor }) {
      const client = await open({ baseDelayMs: 100, maxDelayMs: 300 });
      client.server.answerEach(
        (attempt) => attempt.reset(),
        (attempt) => accept(attempt).end(),
        (attempt) => attempt.end(),
        (attempt) => accept(attempt).reset(),
        (attempt) => accept(attempt),
      );

      judging("RECON-2b");
      await quietFor(offers("maxDelayMs") ? SETTLED_MS : 3 * SETTLED_MS);
      oneAtATime(client);
    },
  });

const calls = ({ transport, prefix, name, needs, accept, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-one/calls`,
    title: `has one attempt or ${name} at a time when the program has it connect several times`,
    covers: ["RECON-2b"],
    transport,
    needs,
    async run(context) {
      const { open, judging, quietFor } = context;
      const clients = {
        connecting: await open(SHORT_DELAYS),
        open: await open(SHORT_DELAYS),
        waiting: await open(SHORT_DELAYS),
        closed: await open(SHORT_DELAYS),
      };
      const all = Object.values(clients);
      await clients.connecting.attempt();
      await openOne(clients.open, context);
      const lost = await openOne(clients.waiting, context);
      await openOne(clients.closed, context);
      await clients.closed.close();
      for (const { server } of all) server.answerEach((attempt) => accept(attempt));

      judging("RECON-2b");
      lost.reset();
      for (const client of all) await client.call("connect", "connect", "connect");
      await clients.closed.call("close", "connect", "close", "connect");
      await quietFor(comebackMs(clients.waiting.options) + CONNECTED_MS);
      for (const client of all) oneAtATime(client);
    },
  });

const hanging = ({ transport, prefix, name, accept }: Kind) =>
  clientCase({
    id: `${prefix}-one/hanging`,
    title: `has one attempt or ${name} at a time when an attempt takes too long`,
    covers: ["RECON-2b"],
    transport,
    async run({ open, judging, offers, quietFor }) {
      const client = await open({ ...SHORT_DELAYS, connectTimeoutMs: 500 });
      client.server.answerEach(
        () => {},
        (attempt) => attempt.answerBytes("HTTP/1.1 "),
        (attempt) => accept(attempt),
      );

      judging("RECON-2b");
      await quietFor(offers("connectTimeoutMs") ? 2_500 : 13_000);
      oneAtATime(client);
    },
  });

const online = ({ transport, prefix, name, needs, accept, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-one/online`,
    title: `has one attempt or ${name} at a time when the network goes and comes`,
    covers: ["RECON-2b"],
    transport,
    needs,
    async run(context) {
      const { open, environment, judging, quietFor } = context;
      const clients = {
        connecting: await open(SHORT_DELAYS),
        open: await open(SHORT_DELAYS),
        waiting: await open({ baseDelayMs: 1_000, maxDelayMs: 2_000 }),
      };
      const all = Object.values(clients);
      await clients.connecting.attempt();
      await openOne(clients.open, context);
      const lost = await openOne(clients.waiting, context);
      for (const { server } of all) server.answerEach((attempt) => accept(attempt));

      judging("RECON-2b");
      lost.reset();
      for (let times = 1; times <= 3; times++) {
        await environment({ online: false });
        await environment({ online: true });
      }
      // What begins because the network is back may take two seconds to begin.
      await quietFor(3_500);
      for (const client of all) oneAtATime(client);
    },
  });

export const onConnections = [flapping(connections), calls(connections), hanging(connections), online(connections)];
export const onStreams = [flapping(streams), calls(streams), hanging(streams), online(streams)];
