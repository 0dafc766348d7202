/** The tables of faults, oddities and null adapters are complete, and what is in them runs. */
import { afterEach, describe, expect, it } from "vitest";
import { rules } from "../../../spec/index.ts";
import { type FaultName, faults, type NullAdapterName, nullAdapters, type OddityName, oddities } from "./index.ts";
import { profiles } from "./plain-steps/adapter.ts";
import { makeShamClient } from "./sham-client.ts";
import { Driver, endAll, SocketServer } from "./test-peers.ts";

afterEach(endAll);

const ofClients = Object.values(rules).filter(({ role, level, notJudged }) => {
  return role === "client" && level !== "MAY" && notJudged === undefined;
});

describe("the faults of the sham client", () => {
  it.each(ofClients)("break $id", ({ id, level }) => {
    const breaking = Object.values(faults).filter(({ breaks }) => breaks === id);
    expect(breaking.length).toBeGreaterThanOrEqual(level === "MUST" ? 2 : 1);
  });

  it.each(Object.entries(faults))("%s breaks a rule that it claims", (_, { breaks, claims }) => {
    expect(rules[breaks].role).toBe("client");
    if (claims !== undefined) expect(claims).toContain(rules[breaks].profile);
  });

  it.each(Object.keys(faults) as FaultName[])("%s says hello", (fault) => {
    const lines: string[] = [];
    const room = makeShamClient({ fault }, { output: (text) => void lines.push(text), exit: () => {} });
    room.steps.onLine('{"id":1,"cmd":"hello"}');
    expect(JSON.parse(lines.join(""))).toMatchObject({ id: 1, ok: true, name: "sham client" });
  });
});

describe("an oddity of the sham client", () => {
  it("has a name that no other has", () => {
    const names = [faults, oddities, nullAdapters].flatMap((table) => Object.keys(table));
    expect(names.length).toBe(new Set(names).size);
  });

  it.each(Object.keys(oddities) as OddityName[])("%s opens, sends, shows, comes back and closes", async (oddity) => {
    const server = await SocketServer.start();
    const client = new Driver({ oddity });
    const { options: offered } = await client.ask("hello");
    const quick = { baseDelayMs: 20, maxDelayMs: 100, heartbeatIntervalMs: 100, pongTimeoutMs: 60_000 };
    const options = (offered as string[]).length === 0 ? {} : quick;
    await client.ask("open", { client: "c1", transport: "ws", url: server.url, options });
    await client.ask("send", { client: "c1", data: { n: 1, text: "é🙂" } });
    await client.shows("open");
    await client.ask("send", { client: "c1", data: { n: 2 } });
    await server.until(() => server.messages.length === 2);
    expect(server.messages).toEqual([{ n: 1, text: "é🙂" }, { n: 2 }]);

    server.sockets[0]?.send('{"text":"é🙂"}');
    await client.shows("message");
    expect(client.reports("message")).toMatchObject([{ data: { text: "é🙂" } }]);

    server.sockets[0]?.close(1012);
    await client.shows("open", 2);
    await client.ask("close", { client: "c1" });
    await server.until(() => server.sockets[1]?.readyState === 3);
    await client.ask("bye");
    expect(await client.exit()).toBe(0);
  });

  it.each(Object.entries(oddities))("%s claims profiles of clients", (_, { claims = [] }) => {
    for (const profile of claims) expect(profiles).toContain(profile);
  });
});

describe("a null adapter", () => {
  it.each(Object.keys(nullAdapters) as NullAdapterName[])("%s does not stop the machine", async (nullAdapter) => {
    const client = new Driver({ nullAdapter });
    client.tell("hello");
    client.tell("bye");
    await client[Symbol.asyncDispose]();
  });
});
