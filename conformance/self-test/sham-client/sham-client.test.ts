/** Runs the built sham client as the kit does: `npm test` builds it first. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { makeWith } from "./sham-client.ts";
import type { Connection, StreamEvent } from "./steps.ts";
import { Driver, endAll, type Line, running, SocketServer } from "./test-peers.ts";

afterEach(endAll);

const quick = { baseDelayMs: 20, maxDelayMs: 100 };

describe("the plain sham client on WebSocket", () => {
  it("says hello and good-bye", async () => {
    const client = new Driver();

    expect(await client.ask("hello")).toMatchObject({ ok: true, transports: ["ws", "sse"] });
    expect(await client.ask("dance")).toMatchObject({ ok: false, error: "unsupported" });
    expect(await client.ask("bye")).toMatchObject({ ok: true });
    expect(await client.exit()).toBe(0);
  });

  it("queues, opens, sends, receives, beats, connects again, and closes", async () => {
    const server = await SocketServer.start();
    const client = new Driver();
    const options = { ...quick, heartbeatIntervalMs: 100 };
    await client.ask("open", { client: "c1", transport: "ws", url: server.url, options });
    const first = await client.ask("send", { client: "c1", data: { n: 1 }, sendId: "s1" });
    expect(["queued", "sent"]).toContain(first.status);

    await client.shows("open");
    expect(await client.ask("send", { client: "c1", data: { n: 2 } })).toMatchObject({ ok: true, status: "sent" });
    await server.until(() => server.received.some((message) => (message as Line).type === "ping"));
    expect(server.received.filter((message) => (message as Line).type !== "ping")).toEqual([{ n: 1 }, { n: 2 }]);

    const [socket] = server.sockets;
    for (const text of ["{", '{"type":"pong"}', '{"type":"event","event":"price","data":12.5}', '{"text":"é"}'])
      socket?.send(text);
    await client.shows("message", 2);
    expect(client.reports("message")).toMatchObject([{ name: "price", data: 12.5 }, { data: { text: "é" } }]);

    socket?.close(1012);
    await client.shows("open", 2);
    expect(client.reports("waiting")).toMatchObject([{ data: { attempt: 1 } }]);

    await client.ask("close", { client: "c1" });
    expect(await client.ask("send", { client: "c1", data: {} })).toMatchObject({ status: "rejected" });
    expect(client.reports("state").map(({ data }) => data)).toEqual([
      "connecting",
      "open",
      "waiting",
      "connecting",
      "open",
      "closed",
    ]);
    expect(client.lines.filter(({ seq }) => seq !== undefined).map(({ seq }) => seq)).toEqual(
      client.lines.filter(({ seq }) => seq !== undefined).map((_, at) => at + 1),
    );
    await client.ask("connect", { client: "c1" });
    await client.shows("open", 3);
  });

  it.each([
    [1000, "closed"],
    [1002, "failed"],
    [4403, "failed"],
  ])("stops after a Close frame with code %i", async (code, state) => {
    const server = await SocketServer.start();
    const client = new Driver();
    await client.ask("open", { client: "c1", transport: "ws", url: server.url, options: quick });
    await client.shows("open");

    server.sockets[0]?.close(code);
    await client.shows("state", 3);
    expect(client.reports("state").at(-1)).toMatchObject({ data: state });
    expect(client.reports("giveup")).toHaveLength(state === "failed" ? 1 : 0);
  });

  it("waits for what a hint asks, and gives up at its limit", async () => {
    const server = await SocketServer.start();
    const client = new Driver();
    const { url } = server;
    await client.ask("open", { client: "c1", transport: "ws", url, options: { ...quick, maxAttempts: 2 } });
    await client.shows("open");
    await server[Symbol.asyncDispose]();
    await client.shows("giveup");

    expect(client.reports("error")).toHaveLength(2);
    expect(client.reports("waiting").map(({ data }) => (data as Line).attempt)).toEqual([1, 2]);
  });

  it("gives up a connection on which nothing comes", async () => {
    const server = await SocketServer.start();
    const client = new Driver();
    const options = { ...quick, heartbeatIntervalMs: 50, pongTimeoutMs: 100 };
    await client.ask("open", { client: "c1", transport: "ws", url: server.url, options });

    await client.shows("open", 2);
  });
});

describe("the plain sham client on streams", () => {
  async function streams(answer: (count: number, response: ServerResponse) => void) {
    const requests: { url: string | undefined; id: string | string[] | undefined }[] = [];
    const server = createHttpServer(({ url, headers }, response) => {
      requests.push({ url, id: headers["last-event-id"] });
      answer(requests.length, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    running.push({
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
      },
    });
    return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events` };
  }

  const head = { "Content-Type": "text/event-stream" };

  it("goes on where it stopped, follows redirects, and ends at 204", async () => {
    const { requests, url } = await streams((count, response) => {
      if (count === 1) response.writeHead(307, { Location: "/elsewhere?a=b" }).end();
      else if (count === 2) response.writeHead(200, head).end('id: 7\ndata: {"n":1}\n\nid: 8\ndata: 2\n');
      else if (count === 3) response.writeHead(503, { "Retry-After": "0" }).end();
      else if (count === 4) response.writeHead(200, head).end('event: price\ndata: "é"\n\ndata: {\n\n');
      else response.writeHead(204).end();
    });
    const client = new Driver();
    await client.ask("open", { client: "c1", transport: "sse", url, options: quick });
    await client.shows("end");

    expect(client.reports("message")).toMatchObject([
      { data: { n: 1 }, lastEventId: "7" },
      { name: "price", data: "é", lastEventId: "7" },
    ]);
    expect(requests.map(({ id }) => id)).toEqual([undefined, undefined, "7", "7", "7"]);
    expect(requests[1]?.url).toBe("/elsewhere?a=b");
  });

  const streamVectors: { stream?: string; base64?: string; why: string; events: StreamEvent[]; lastEventId: string }[] =
    ["streams", "bytes"].flatMap((name) =>
      JSON.parse(readFileSync(new URL(`../../../spec/vectors/sse/${name}.json`, import.meta.url), "utf8")),
    );

  it.each(streamVectors)("reads a stream as the standard does: $why", ({ stream: text = "", base64, ...expected }) => {
    const bytes = base64 === undefined ? Buffer.from(text) : Buffer.from(base64, "base64");
    for (const size of [1, 2, bytes.length + 1]) {
      const events: StreamEvent[] = [];
      const room = makeWith([() => ({ onEvent: (_, event) => void events.push(event) })], {
        output: () => {},
        exit: () => {},
      });
      const client = room.make("c1", "sse", [], {});
      const connection = { client, state: "open" } as Connection;
      const fresh = { line: "", afterCr: false, name: "", data: [], id: "" };
      const stream = {
        connection,
        takeBody: () => ({ body: bytes, ended: false }),
        decoder: new TextDecoder(),
        ...fresh,
      };
      for (let at = 0; at < bytes.length; at += size) room.steps.onBody(stream, bytes.subarray(at, at + size));

      expect(events).toEqual(expected.events);
      expect(client.lastEventId).toBe(expected.lastEventId);
    }
  });
});
