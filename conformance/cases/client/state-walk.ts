/** A walk through all the states of a client, for cases that look at what it showed of them. */
import type { ClientContext } from "../../client-case.ts";
import type { DrivenClient } from "../../driven-client.ts";
import type { Kind } from "./kinds.ts";

/** Long enough that the program can close it while one passes. */
const DELAYS = { baseDelayMs: 500, maxDelayMs: 2_000 };
const NOTICED_MS = 150;

/** Walks through failures, losses, and calls in all states. @returns the client, and the states that it went through. */
export async function walk(kind: Kind, context: ClientContext): Promise<{ client: DrivenClient; states: string[] }> {
  const { open, quietFor, message } = context;
  const states: string[] = [];
  const client = await open(DELAYS);
  const reset = await client.attempt();
  reset.reset();
  states.push("connecting", "waiting");
  const opened = await kind.open(client, context);
  opened.reset();
  states.push("connecting", "open", "waiting");
  const refused = await client.attempt();
  refused.end();
  states.push("connecting", "waiting");
  const second = await kind.open(client, context);
  const hello = message({ text: "hello" });
  second.send(hello);
  await client.showsAll([hello]);
  second.end();
  states.push("connecting", "open", "waiting");
  const third = await kind.open(client, context);
  await client.close();
  await third.givenUp("end what was open");
  states.push("connecting", "open", "closed");
  await client.connect();
  const fourth = await client.attempt();
  await client.close();
  fourth.reset();
  states.push("connecting", "closed");
  await client.connect();
  const last = await kind.open(client, context);
  last.reset();
  await quietFor(NOTICED_MS);
  await client.close();
  states.push("connecting", "open", "waiting", "closed");
  return { client, states };
}
