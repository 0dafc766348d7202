/** Cases on the pings of a client: CORE-C2. */
import { clientCase } from "../../client-case.ts";
import { noneAfter, onePingEach, pingsInTime } from "../../expect-client.ts";
import { SHORT_DELAYS } from "./delays.ts";

const SHORT_MS = 500;
/** Long enough that twice as much is beyond what the rule grants. */
const LONGER_MS = 1_200;
/** The interval of a client that has no other. */
const OWN_MS = 30_000;
const GRANTED_MS = 500;

export const eachInterval = clientCase({
  id: "client-heartbeat/each-interval",
  title: "sends a ping in each heartbeat interval",
  covers: ["CORE-C2a"],
  transport: "ws",
  async run({ open, judging, offers, timeScale }) {
    const [intervalMs, wanted] = offers("heartbeatIntervalMs") ? [LONGER_MS, 3] : [OWN_MS, 1];
    const client = await open({ heartbeatIntervalMs: intervalMs });
    const connection = await client.connection();
    const boundMs = intervalMs + GRANTED_MS * timeScale;

    judging("CORE-C2a");
    await connection.until(() => connection.pings.length >= wanted, `send ${wanted} pings`, boundMs + GRANTED_MS);
    pingsInTime(connection, boundMs);
  },
});

export const whileBusy = clientCase({
  id: "client-heartbeat/while-busy",
  title: "sends a ping in each heartbeat interval also while messages come and go, on a later connection too",
  covers: ["CORE-C2a"],
  transport: "ws",
  requires: { options: ["heartbeatIntervalMs"] },
  needs: ["client-opening/open", "client-again/reset"],
  async run({ open, judging, messages, quietFor, timeScale }) {
    const client = await open({ ...SHORT_DELAYS, heartbeatIntervalMs: SHORT_MS });
    const first = await client.connection();
    first.reset();
    const second = await client.connection();

    judging("CORE-C2a");
    for (const message of messages(25)) {
      second.send(message);
      await client.send(message);
      await quietFor(100);
    }
    pingsInTime(second, SHORT_MS + GRANTED_MS * timeScale);
  },
});

export const notMore = clientCase({
  id: "client-heartbeat/not-more",
  title: "sends no more than one ping for each heartbeat interval, also on a third connection",
  covers: ["CORE-C2b"],
  transport: "ws",
  requires: { options: ["heartbeatIntervalMs"] },
  needs: ["client-opening/open", "client-again/reset"],
  async run({ open, judging, messages, quietFor }) {
    const client = await open({ ...SHORT_DELAYS, heartbeatIntervalMs: SHORT_MS });
    const first = await client.connection();
    await first.until(() => first.pings.length >= 1, "send a ping");
    first.reset();
    const second = await client.connection();
    await second.until(() => second.pings.length >= 1, "send a ping");
    second.close(1001);
    const third = await client.connection();

    judging("CORE-C2b");
    await client.sendAll(messages(5));
    third.send(...messages(5));
    await quietFor(4.5 * SHORT_MS);
    onePingEach(third, SHORT_MS);
  },
});

export const noneAfterClose = clientCase({
  id: "client-heartbeat/none-after-close",
  title: "sends no ping after its own Close frame",
  covers: ["CORE-C2c"],
  transport: "ws",
  requires: { options: ["heartbeatIntervalMs"] },
  async run({ open, judging, quietFor }) {
    const client = await open({ heartbeatIntervalMs: SHORT_MS });
    const connection = await client.connection();
    await connection.until(() => connection.pings.length >= 1, "send a ping");
    connection.answerCloseWith("none");
    await client.close();
    await connection.givenUp("end the connection");

    judging("CORE-C2c");
    await quietFor(3 * SHORT_MS);
    noneAfter(connection, connection.pings, "a ping");
  },
});

export const noneAfterAnswer = clientCase({
  id: "client-heartbeat/none-after-answer",
  title: "sends no ping after it has answered a Close frame",
  covers: ["CORE-C2c"],
  transport: "ws",
  requires: { options: ["heartbeatIntervalMs"] },
  async run({ open, judging, quietFor }) {
    const client = await open({ heartbeatIntervalMs: SHORT_MS });
    const connection = await client.connection();
    await connection.until(() => connection.pings.length >= 1, "send a ping");
    connection.lingers = true;
    connection.close(1001);
    await connection.givenUp("answer the Close frame");

    judging("CORE-C2c");
    await quietFor(3 * SHORT_MS);
    noneAfter(connection, connection.pings, "a ping");
  },
});
