import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { type Command, Hello, openOptionNames } from "../adapter/protocol.ts";
import { profiles } from "../profiles.ts";
import { dist, members, ODD } from "./adapters/members.ts";
import { startPage } from "./adapters/page.ts";
import { Peer } from "./adapters/peer.ts";
import { startProgram } from "./adapters/program.ts";
import type { Talk } from "./adapters/talk.ts";

/** An address at which nobody listens any more. */
async function goneAddress(): Promise<string> {
  const gone = new Peer();
  await gone.listen();
  const address = `ws://${gone.host}/`;
  gone.close();
  return address;
}

describe.each(members)("the adapter of $name", ({ name, transports, program, page, connectsAgain, hears, missing }) => {
  if (typeof missing === "string") {
    it.skip(`is left out: ${missing}`, () => {});
    return;
  }
  const peer = new Peer();
  let talk: Talk;
  let stop: () => Promise<void>;
  let clients = 0;

  beforeAll(async () => {
    await peer.listen();
    ({ talk, stop } = page === undefined ? startProgram(program ?? []) : await startPage(dist, page));
  }, 120_000);

  afterAll(async () => {
    await stop();
    peer.close();
  });

  const addressOf = { ws: () => `ws://${peer.host}/`, sse: () => `http://${peer.host}/` };

  /** What happened to it, whether it also tells of its states or not. */
  const eventsOf = (client: string) =>
    talk.of(client).flatMap(({ event }) => (event === "state" || event === "waiting" ? [] : [event]));

  async function openWebSocket(): Promise<{ client: string; socket: WebSocket }> {
    const client = `c${++clients}`;
    const connected = once(peer.webSockets, "connection");
    const open: Command = { cmd: "open", client, transport: "ws", url: addressOf.ws(), options: {} };
    expect(await talk.ask(open)).toMatchObject({ ok: true });
    const [socket] = await connected;
    await talk.shown(client, "open");
    return { client, socket };
  }

  it("says hello", async () => {
    const hello = await talk.ask({ cmd: "hello" });

    expect([...Compile(Hello).Errors(hello)]).toEqual([]);
    const { options = [], profiles: claimed = [], ...about } = hello as Hello;
    expect(about).toMatchObject({ name, transports });
    expect(openOptionNames).toEqual(expect.arrayContaining(options));
    expect(profiles("client")).toEqual(expect.arrayContaining(claimed));
    expect(claimed).toEqual(expect.arrayContaining(transports.map((transport) => `core-${transport}`)));
    expect(about.platform).toBe(page === undefined ? undefined : "browser");
  });

  it("says of what it does not know that it is unsupported", async () => {
    expect(await talk.ask({ cmd: "dance" })).toMatchObject({ ok: false, error: "unsupported" });
  });

  it("says what went wrong", async () => {
    const answer = await talk.ask({ cmd: "close", client: "nobody" });
    expect(answer).toMatchObject({ ok: false, error: expect.stringContaining("nobody") });
  });

  if (transports.includes("ws"))
    describe("over WebSocket", () => {
      it("shows what comes, and sends what it is given", async () => {
        const { client, socket } = await openWebSocket();
        const values = [ODD, { list: [1.5, null] }, { last: true }];
        socket.send(JSON.stringify(values[0]));
        socket.send("this is not JSON");
        for (const value of values.slice(1)) socket.send(JSON.stringify(value));
        await talk.shown(client, "message", 3);

        expect(eventsOf(client)).toEqual(["open", "message", "error", "message", "message"]);
        expect(talk.of(client).flatMap(({ event, data }) => (event === "message" ? [data] : []))).toEqual(values);

        const came = once(socket, "message");
        expect(await talk.ask({ cmd: "send", client, data: ODD })).toMatchObject({ ok: true });
        const [text, isBinary] = await came;
        expect(isBinary).toBe(false);
        expect(JSON.parse(String(text))).toEqual(ODD);

        const closed = once(socket, "close");
        expect(await talk.ask({ cmd: "close", client })).toMatchObject({ ok: true });
        await closed;
      });

      it("shows that a connection is over", async () => {
        const { client, socket } = await openWebSocket();
        socket.terminate();
        await talk.shown(client, "close");
        await talk.ask({ cmd: "close", client });
      });

      it("shows that an attempt failed", async () => {
        const url = await goneAddress();
        const client = "failing";
        await talk.ask({ cmd: "open", client, transport: "ws", url, options: {} });
        const { data } = await talk.shown(client, "error");

        expect(data).toEqual(expect.stringMatching(/./));
        await talk.ask({ cmd: "close", client });
        expect(talk.of(client).filter(({ event }) => event === "open" || event === "close")).toEqual([]);
      });

      it(`${connectsAgain ? "asks" : "does not ask"} for the next address`, async () => {
        const urls = [`${addressOf.ws()}first`, `${addressOf.ws()}second`];
        const answer = talk.ask({ cmd: "open", client: "asking", transport: "ws", urls, options: {} });
        if (!connectsAgain) {
          expect(await answer).toMatchObject({ ok: false, error: "unsupported" });
          return;
        }
        for (const expected of ["/first", "/second"]) {
          const [socket, { url }] = await once(peer.webSockets, "connection");
          expect(url).toBe(expected);
          socket.close(1012);
        }
        await talk.ask({ cmd: "close", client: "asking" });
      });

      it(`${connectsAgain ? "can" : "cannot"} be asked to connect again`, async () => {
        const { client, socket } = await openWebSocket();
        const closed = once(socket, "close");
        await talk.ask({ cmd: "close", client });
        await closed;
        const again = connectsAgain ? once(peer.webSockets, "connection") : undefined;
        const answer = await talk.ask({ cmd: "connect", client });
        expect(answer).toMatchObject(connectsAgain ? { ok: true } : { ok: false, error: "unsupported" });
        await again;
        await talk.ask({ cmd: "close", client });
      });
    });

  if (transports.includes("sse"))
    describe("over SSE", () => {
      it("shows what comes", async () => {
        const client = `c${++clients}`;
        const { options: offered = [] } = (await talk.ask({ cmd: "hello" })) as Hello;
        const requested = once(peer.http, "request");
        const open: Command = {
          cmd: "open",
          client,
          transport: "sse",
          url: addressOf.sse(),
          options: offered.includes("events") ? { events: ["price"] } : {},
        };
        expect(await talk.ask(open)).toMatchObject({ ok: true });
        const [, stream]: [unknown, ServerResponse] = (await requested) as never;
        await talk.shown(client, "open");
        stream.write(`data: ${JSON.stringify(ODD)}\n\ndata: this is not JSON\n\n`);
        stream.write(`event: price\ndata: 12.5\n\nid: 7\ndata: {"last":true}\n\n`);
        await talk.shown(client, "message", 3);

        expect(eventsOf(client)).toEqual(["open", "message", "error", "message", "message"]);
        const messages = talk.of(client).filter(({ event }) => event === "message");
        expect(messages).toMatchObject([{ data: ODD }, { name: "price", data: 12.5 }, { data: { last: true } }]);
        expect(messages.map((message) => "name" in message)).toEqual([false, true, false]);
        // Not all show it.
        expect(["7", ""]).toContain(messages[2]?.lastEventId ?? "");

        stream.end();
        await talk.shown(client, "close");
        await talk.ask({ cmd: "close", client });
      });

      it("ends its request when it is closed", async () => {
        const client = `c${++clients}`;
        const requested = once(peer.http, "request");
        await talk.ask({ cmd: "open", client, transport: "sse", url: addressOf.sse(), options: {} });
        const [, stream] = await requested;
        await talk.shown(client, "open");
        const closed = once(stream, "close");
        expect(await talk.ask({ cmd: "close", client })).toMatchObject({ ok: true });
        await closed;
      });
    });

  it.runIf(hears === undefined)("says that it hears neither of the network nor of the tab", async () => {
    expect(await talk.ask({ cmd: "environment", online: true })).toMatchObject({ ok: false, error: "unsupported" });
  });

  it.runIf(hears === "network")("hears that the network is back", async () => {
    const client = `c${++clients}`;
    const options = { baseDelayMs: 600_000, maxDelayMs: 600_000 };
    await talk.ask({ cmd: "open", client, transport: "ws", url: await goneAddress(), options });
    await talk.shown(client, "waiting");
    expect(await talk.ask({ cmd: "environment", online: true })).toMatchObject({ ok: true });
    await talk.shown(client, "waiting", 2);
    await talk.ask({ cmd: "close", client });
  });

  it.runIf(hears === "tab")("hears that the tab went and came", async () => {
    const client = `c${++clients}`;
    const requested = once(peer.http, "request");
    await talk.ask({ cmd: "open", client, transport: "sse", url: addressOf.sse(), options: {} });
    const [, stream] = await requested;
    await talk.shown(client, "open");
    const closed = once(stream, "close");
    expect(await talk.ask({ cmd: "environment", visible: false })).toMatchObject({ ok: true });
    await closed;
    const requestedAgain = once(peer.http, "request");
    expect(await talk.ask({ cmd: "environment", visible: true })).toMatchObject({ ok: true });
    await requestedAgain;
    await talk.ask({ cmd: "close", client });
  });

  it("has counted its reports", () => {
    expect(talk.reports.map(({ seq }) => seq)).toEqual(talk.reports.map((_, index) => index + 1));
  });
});
