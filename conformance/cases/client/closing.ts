/** Cases on what the program may ask for, and when: RECON-1 and RECON-2a. */
import { type ClientContext, clientCase } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import { comebackMs, SHORT_DELAYS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";

/** Long enough that the program can close it while the first of them passes. */
const LONGER_DELAYS = { baseDelayMs: 800, maxDelayMs: 2_000 };
const NOTICED_MS = 100;

const closedWhileOpen = ({ transport, prefix, name, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-closed/while-open`,
    title: `makes no attempt after it was closed while its ${name} was open`,
    covers: ["RECON-1a"],
    transport,
    async run(context) {
      const { openMany, judging } = context;
      const clients = await openMany(2, SHORT_DELAYS);
      const opened = await Promise.all(clients.map((client) => openOne(client, context)));

      judging("RECON-1a");
      await Promise.all(clients.map((client) => client.close()));
      // One is let go as it asked for, the other one is cut.
      opened[1]?.reset();
      await Promise.all(
        clients.map((client) => client.noFurtherAttempt(comebackMs(client.options), "the program had closed it")),
      );
    },
  });

const closedWhileWaiting = ({ transport, prefix, name, needs, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-closed/while-waiting`,
    title: `makes no attempt after it was closed between two of them, after a ${name} was lost and after an attempt failed`,
    covers: ["RECON-1a"],
    transport,
    needs,
    async run(context) {
      const { open, judging, quietFor } = context;
      const clients = { lost: await open(LONGER_DELAYS), failed: await open(LONGER_DELAYS) };
      const opened = await openOne(clients.lost, context);
      const attempt = await clients.failed.attempt();
      opened.reset();
      attempt.reset();
      await quietFor(NOTICED_MS);

      judging("RECON-1a");
      const both = Object.values(clients);
      await Promise.all(both.map((client) => client.close()));
      await Promise.all(
        both.map((client) => client.noFurtherAttempt(comebackMs(client.options), "the program had closed it")),
      );
    },
  });

const closedWhileConnecting = ({ transport, prefix, accept }: Kind) =>
  clientCase({
    id: `${prefix}-closed/while-connecting`,
    title: "makes no further attempt after it was closed while one was under way",
    covers: ["RECON-1a"],
    transport,
    async run({ openMany, judging }) {
      const clients = await openMany(2, SHORT_DELAYS);
      const attempts = await Promise.all(clients.map((client) => client.attempt()));

      judging("RECON-1a");
      await Promise.all(clients.map((client) => client.close()));
      const [accepted, refused] = attempts;
      if (accepted !== undefined) accept(accepted);
      refused?.answer("503 Service Unavailable");
      await Promise.all(
        clients.map((client) => client.noFurtherAttempt(comebackMs(client.options), "the program had closed it")),
      );
    },
  });

const givesUpAttempt = ({ transport, prefix, accept, name }: Kind) =>
  clientCase({
    id: `${prefix}-closed/gives-up`,
    title: `gives up an attempt that is under way when the program closes it, or its ${name} as soon as it is open`,
    covers: ["RECON-1b"],
    transport,
    async run({ open, judging }) {
      const client = await open(SHORT_DELAYS);
      const attempt = await client.attempt();

      judging("RECON-1b");
      await client.close();
      const opened = accept(attempt);
      await opened.givenUp("give up its attempt when the program closed it");
    },
  });

/** Has a client connect that was closed, and waits until what it opens shows a message. */
async function isBack(client: DrivenClient, { message, quietFor }: ClientContext): Promise<void> {
  await quietFor(NOTICED_MS);
  const before = client.server.attempts.length;
  await client.connect();
  await client.until(
    () => client.server.attempts.length > before,
    "make an attempt when the program asked for one after it had closed it",
  );
  const attempt = client.server.attempts.at(-1);
  const back = message({ text: "it is back" });
  (attempt?.connection ?? attempt?.stream)?.send(back);
  await client.showsAll([back]);
}

const connectsAgain = ({ transport, prefix, needs, accept, open: openOne }: Kind) =>
  clientCase({
    id: `${prefix}-closed/connects-again`,
    title: "connects again when the program asks for it, in whichever state it was when the program closed it",
    covers: ["RECON-1c"],
    transport,
    needs,
    async run(context) {
      const { open, judging, quietFor } = context;
      const clients = {
        open: await open(LONGER_DELAYS),
        waiting: await open(LONGER_DELAYS),
        connecting: await open(LONGER_DELAYS),
      };
      await openOne(clients.open, context);
      const lost = await openOne(clients.waiting, context);
      const attempt = await clients.connecting.attempt();
      for (const { server } of Object.values(clients)) server.answerEach((one) => accept(one));

      judging("RECON-1c");
      await clients.open.close();
      await isBack(clients.open, context);
      await clients.open.close();
      await isBack(clients.open, context);

      lost.reset();
      await quietFor(NOTICED_MS);
      await clients.waiting.close();
      await isBack(clients.waiting, context);

      await clients.connecting.close();
      attempt.reset();
      await isBack(clients.connecting, context);
    },
  });

export const onConnections = [
  closedWhileOpen(connections),
  closedWhileWaiting(connections),
  closedWhileConnecting(connections),
  givesUpAttempt(connections),
  connectsAgain(connections),
];

export const onStreams = [
  closedWhileOpen(streams),
  closedWhileWaiting(streams),
  closedWhileConnecting(streams),
  givesUpAttempt(streams),
  connectsAgain(streams),
];

export const closedAndOnline = clientCase({
  id: "client-closed/network-back",
  title: "makes no attempt when the network comes back, or the tab is looked at, after it was closed",
  covers: ["RECON-1a"],
  transport: "ws",
  needs: connections.needs,
  async run({ open, judging, environment }) {
    const client = await open(SHORT_DELAYS);
    const connection = await client.connection();
    await client.close();
    await connection.givenUp("end the connection");

    judging("RECON-1a");
    await environment({ online: false });
    await environment({ online: true });
    await client.noAttempt(comebackMs(client.options), "the program had closed it, and the network was back");
  },
});

export const anyCall = clientCase({
  id: "client-calls/any-state",
  title: "takes every call of the program while it is connecting, open, waiting and closed",
  covers: ["RECON-2a"],
  transport: "ws",
  needs: connections.needs,
  async run({ open, judging, message }) {
    const clients = {
      connecting: await open(LONGER_DELAYS),
      open: await open(LONGER_DELAYS),
      waiting: await open(LONGER_DELAYS),
      lost: await open(LONGER_DELAYS),
      closed: await open(LONGER_DELAYS),
    };
    const says = () => message({ text: "hello" });
    await clients.connecting.attempt();
    await clients.open.connection();
    (await clients.waiting.connection()).reset();
    await clients.waiting.shows("close");
    (await clients.lost.connection()).reset();
    await clients.lost.shows("close");
    await clients.closed.connection();
    await clients.closed.close();

    judging("RECON-2a");
    await clients.connecting.call(says(), "connect", says(), "close", "close");
    await clients.open.call(says(), "connect", says(), "connect", "close", "close");
    await clients.waiting.call(says(), "close", "close");
    await clients.lost.call(says(), "connect", "connect");
    await clients.closed.call("close", says(), "close", "connect", says(), "connect");
    // What is thrown later takes the program down: it has to be there still.
    await (await open()).connection();
  },
});

export const anyCallOnStreams = clientCase({
  id: "client-stream-calls/any-state",
  title: "takes every call of the program while it is requesting, open, waiting and closed",
  covers: ["RECON-2a"],
  transport: "sse",
  needs: streams.needs,
  async run(context) {
    const { open, judging, quietFor } = context;
    const clients = {
      connecting: await open(LONGER_DELAYS),
      open: await open(LONGER_DELAYS),
      waiting: await open(LONGER_DELAYS),
      closed: await open(LONGER_DELAYS),
    };
    await clients.connecting.attempt();
    await streams.open(clients.open, context);
    (await streams.open(clients.waiting, context)).reset();
    await streams.open(clients.closed, context);
    await quietFor(NOTICED_MS);
    await clients.closed.close();

    judging("RECON-2a");
    await clients.connecting.call("connect", "close", "close");
    await clients.open.call("connect", "connect", "close", "close");
    await clients.waiting.call("connect", "close", "close");
    await clients.closed.call("close", "connect", "connect");
    await (await open()).attempt();
  },
});
