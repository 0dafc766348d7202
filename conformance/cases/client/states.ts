/** Cases on the states that a client shows: RECON-12. */
import { clientCase } from "../../client-case.ts";
import {
  eachStateShown,
  noStateTwice,
  onlyLegalChanges,
  showsStates,
  stateHeld,
  stateIs,
} from "../../expect-states.ts";
import { CONNECTING_MS, SHORT_DELAYS } from "./delays.ts";
import { connections, type Kind, streams } from "./kinds.ts";
import { walk } from "./state-walk.ts";

const HELD_MS = 700;

const eachShown = (kind: Kind) =>
  clientCase({
    id: `${kind.prefix}-state/each-change`,
    title: `shows each change of its state on a walk through failures, losses and calls`,
    covers: ["RECON-12a"],
    transport: kind.transport,
    needs: kind.needs,
    async run(context) {
      const { client, states } = await walk(kind, context);

      context.judging("RECON-12a");
      await eachStateShown(client, states);
    },
  });

const notTwice = (kind: Kind) =>
  clientCase({
    id: `${kind.prefix}-state/not-twice`,
    title: "shows no state twice in a row",
    covers: ["RECON-12b"],
    transport: kind.transport,
    needs: kind.needs,
    async run(context) {
      const { client } = await walk(kind, context);
      await client.call("close", "close");
      await showsStates(client);

      context.judging("RECON-12b");
      noStateTwice(client);
    },
  });

const legal = (kind: Kind) =>
  clientCase({
    id: `${kind.prefix}-state/legal-changes`,
    title: "changes its state only as the table has it",
    covers: ["RECON-12c"],
    transport: kind.transport,
    needs: kind.needs,
    async run(context) {
      const { client } = await walk(kind, context);
      await showsStates(client);

      context.judging("RECON-12c");
      onlyLegalChanges(client);
    },
  });

const rightState = (kind: Kind) =>
  clientCase({
    id: `${kind.prefix}-state/right-one`,
    title: `shows the state that it is in: with an attempt, with a ${kind.name}, in a delay, and closed`,
    covers: ["RECON-12d"],
    transport: kind.transport,
    needs: kind.needs,
    async run(context) {
      const { open, judging, quietFor, message, timeScale } = context;
      const client = await open({ baseDelayMs: 2_000, maxDelayMs: 4_000 });
      const attempt = await client.attempt();
      const grantedMs = CONNECTING_MS * timeScale;

      judging("RECON-12d");
      await stateIs(client, "connecting", "an attempt is under way");
      await quietFor(HELD_MS);
      await stateIs(client, "connecting", "an attempt is under way");
      const opened = kind.accept(attempt);
      await stateIs(client, "open", `its ${kind.name} is open`);
      opened.send(message({ text: "hello" }));
      await quietFor(HELD_MS);
      await stateIs(client, "open", `its ${kind.name} is open`);
      const lostAt = performance.now();
      opened.reset();
      const next = await client.attempt();
      await stateIs(client, "connecting", "its next attempt is under way");
      stateHeld(client, "waiting", { from: lostAt, to: next.at, grantedMs });
      kind.accept(next);
      await stateIs(client, "open", `its ${kind.name} is open`);
      const closedAt = performance.now();
      await client.close();
      await stateIs(client, "closed", "the program closed it");
      await quietFor(HELD_MS);
      stateHeld(client, "closed", { from: closedAt, to: performance.now(), grantedMs });
    },
  });

export const failed = clientCase({
  id: "client-state/failed",
  title: "shows the state failed when it has given up",
  covers: ["RECON-12d"],
  transport: "ws",
  needs: connections.needs,
  requires: { options: ["maxAttempts"] },
  async run({ open, judging, quietFor }) {
    const client = await open({ ...SHORT_DELAYS, maxAttempts: 1 });
    (await client.attempt()).reset();
    (await client.attempt()).reset();

    judging("RECON-12d");
    await stateIs(client, "failed", "its limit of attempts was reached");
    await quietFor(HELD_MS);
    await stateIs(client, "failed", "its limit of attempts was reached");
  },
});

export const failedShown = clientCase({
  id: "client-state/failed-and-on",
  title: "shows its states on the way to its limit of attempts, and away from there",
  covers: ["RECON-12a", "RECON-12b", "RECON-12c"],
  transport: "ws",
  needs: connections.needs,
  requires: { options: ["maxAttempts"] },
  async run({ open, judging }) {
    const client = await open({ ...SHORT_DELAYS, maxAttempts: 1 });
    (await client.attempt()).reset();
    (await client.attempt()).reset();

    judging("RECON-12a");
    await eachStateShown(client, ["connecting", "waiting", "connecting", "failed"]);
    await client.call("connect");
    await client.connection();
    await eachStateShown(client, ["connecting", "waiting", "connecting", "failed", "connecting", "open"]);

    judging("RECON-12b");
    noStateTwice(client);

    judging("RECON-12c");
    onlyLegalChanges(client);
  },
});

export const onConnections = [
  eachShown(connections),
  notTwice(connections),
  legal(connections),
  rightState(connections),
];
export const onStreams = [eachShown(streams), notTwice(streams), legal(streams), rightState(streams)];
