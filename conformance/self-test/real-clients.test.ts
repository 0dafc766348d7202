/** The kit against clients that nobody made for it, and the reference in a browser. `npm test` builds the adapters first. */
import { describe, expect, it } from "vitest";
import type { Profile } from "../../spec/rules.ts";
import type { RunOptions } from "../runner/run.ts";
import { judgeClient, missingForClient, type ZooClient, zooClients } from "./zoo-clients.ts";

const REFERENCE_PAGE: ZooClient = {
  name: "the reference client in a browser",
  about: "tidings/client",
  adapter: "browser/reference-client.html",
  profiles: ["core-ws", "core-sse", "sse"],
};

/** What is wrong, in words, of what those who know the client take for granted. */
async function deviations(client: ZooClient, options: RunOptions = {}): Promise<string[]> {
  const { result } = await judgeClient(client, { ...options, jobs: 6 });
  return [
    ...(result.message === undefined ? [] : [result.message]),
    ...result.cases
      .filter(({ status }) => !["pass", "not-applicable", "warn"].includes(status))
      .map(({ id, status, message }) => `${id}: ${status}: ${message}`),
  ];
}

const named = (name: string, profiles: Profile[]): ZooClient => {
  const client = zooClients.find((one) => one.name === name);
  if (client === undefined) throw new Error(`There is no ${name} in the zoo.`);
  return { ...client, profiles };
};

/** Frames and messages need nobody who comes back. */
const FRAMES = ["client-wire/*", "client-messages/*", "client-bad-json/*", "client-sending/each-once"];
const OF_WRAPPERS = ["CORE-C3", "client-messages/later-connections"];

const known: readonly (readonly [what: string, client: ZooClient, options?: RunOptions])[] = [
  ["on frames", named("ws", ["core-ws"]), { selection: { run: FRAMES, skip: OF_WRAPPERS } }],
  ["on frames", named("undici", ["core-ws"]), { selection: { run: FRAMES, skip: OF_WRAPPERS } }],
  ["on frames", named("chromium", ["core-ws"]), { selection: { run: FRAMES, skip: OF_WRAPPERS } }],
  ["on streams", named("undici", ["core-sse"])],
  ["on streams", named("eventsource", ["core-sse"])],
  ["on streams", named("chromium", ["core-sse"])],
  ["at all", REFERENCE_PAGE],
];

describe.concurrent("no false alarm", () => {
  for (const [what, client, options] of known) {
    const missing = missingForClient(client);
    const leftOut = missing !== undefined && !process.env.CI;
    if (leftOut) console.warn(`Left out: ${client.name}, which needs ${missing}.`);

    it.skipIf(leftOut)(`${what}: ${client.name}`, async () => {
      expect(missing, "In CI all that clients need has to be installed.").toBeUndefined();
      expect(await deviations(client, options)).toEqual([]);
    });
  }
});
