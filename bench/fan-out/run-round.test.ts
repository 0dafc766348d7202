import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { createServer } from "../../src/server/index.ts";
import { TargetFailure } from "../target/target-failure.ts";
import type { Load } from "./load.ts";
import { runRound } from "./run-round.ts";

const load: Omit<Load, "dialect"> = {
  subscribers: 5,
  pacing: { window: 4 },
  messageBytes: 100,
  durationMs: 100,
  warmUpMs: 20,
  patienceMs: 10_000,
  generators: 1,
};
const window = 4;

const overWebSocket = (url: string): Load["dialect"] => ({
  subscribe: { transport: "ws", url },
  publish: { via: "ws", url },
});

const right = { lost: 0, duplicated: 0, reordered: 0, disconnected: 0, overloaded: false };

let undo: (() => void) | undefined;
afterEach(() => undo?.());

/** Starts a server that does with a broadcast what the test says; it answers pings. */
async function serve(relay: (text: string, clients: WebSocket[]) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (client) => {
    client.on("message", (data) => {
      if (JSON.parse(data.toString()).type === "ping") client.send('{"type":"pong"}');
      else relay(data.toString(), [...server.clients]);
    });
  });
  await once(server, "listening");
  undo = () => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it("counts every delivery of a right server", async () => {
  await using server = createServer({ port: 0 });
  const { ws } = await server.listen();

  const round = await runRound({ ...load, dialect: overWebSocket(ws), pid: process.pid });

  expect(round).toMatchObject(right);
  expect(round.sent).toBeGreaterThanOrEqual(2 * window);
  expect(round.delivered).toBe(round.sent * load.subscribers);
  expect(round.figures?.deliveriesPerSecond).toBeGreaterThanOrEqual(0);
});

it("takes another spelling of the same message for the message", async () => {
  const url = await serve((text, clients) => {
    for (const client of clients) client.send(JSON.stringify(JSON.parse(text), null, 2));
  });

  const round = await runRound({ ...load, dialect: overWebSocket(url) });

  expect(round).toMatchObject(right);
  expect(round.delivered).toBe(round.sent * load.subscribers);
});

describe("gives no figure to a server that", () => {
  it("loses a message for one subscriber", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      const losing = ++messages === 10 ? clients[2] : undefined;
      for (const client of clients) if (client !== losing) client.send(text);
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url), patienceMs: 200 });

    expect(round).toMatchObject({ lost: 1, duplicated: 0, reordered: 0, disconnected: 0 });
    expect(round).not.toHaveProperty("figures");
  });

  it("loses every tenth message", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      if (++messages % 10 !== 0) for (const client of clients) client.send(text);
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url), patienceMs: 200 });

    expect(round.lost).toBe(load.subscribers);
    expect(round).not.toHaveProperty("figures");
  });

  it("sends a message twice, the second time after all else", async () => {
    let messages = 0;
    let first = "";
    const url = await serve((text, clients) => {
      if (++messages === 8) first = text;
      for (const client of clients) client.send(text);
      if (messages === 20) for (const client of clients) client.send(first);
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url) });

    expect(round).toMatchObject({ lost: 0, duplicated: load.subscribers, reordered: 0 });
    expect(round).not.toHaveProperty("figures");
  });

  it("swaps two neighbours", async () => {
    let messages = 0;
    let held: string | undefined;
    const url = await serve((text, clients) => {
      if (++messages === 10) {
        held = text;
        return;
      }
      for (const client of clients) client.send(text);
      if (held) for (const client of clients) client.send(held);
      held = undefined;
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url) });

    expect(round).toMatchObject({ lost: 0, duplicated: 0, reordered: load.subscribers });
    expect(round).not.toHaveProperty("figures");
  });

  it("cuts a connection", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      if (++messages === 10) clients[2]?.terminate();
      for (const client of clients) client.send(text);
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url) });

    expect(round.disconnected).toBe(1);
    expect(round).not.toHaveProperty("figures");
  });

  it("changes what is in a message", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      const sent = ++messages < 10 ? text : text.replace(/"sequence":(\d+)/, '"sequence":"$1"');
      for (const client of clients) client.send(sent);
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url), patienceMs: 200 });

    expect(round.lost).toBeGreaterThanOrEqual(window * load.subscribers);
    expect(round).not.toHaveProperty("figures");
  });

  it("takes the time off messages, so that there is no latency", async () => {
    const url = await serve((text, clients) => {
      const sent = text.replace('"sentAt"', '"gone"').replace("xx", "xxxx");
      for (const client of clients) client.send(sent);
    });

    const round = await runRound({ ...load, dialect: overWebSocket(url) });

    expect(round).toMatchObject({ ...right, reason: "messages came without the time when they were sent" });
    expect(round).not.toHaveProperty("figures");
  });

  it("was sent nothing while it was measured", async () => {
    await using server = createServer({ port: 0 });
    const { ws } = await server.listen();

    const round = await runRound({ ...load, dialect: overWebSocket(ws), pacing: { rate: 0.3 }, durationMs: 20 });

    expect(round).toMatchObject({ ...right, reason: expect.stringMatching(/^no message was sent while/) });
    expect(round).not.toHaveProperty("figures");
  });

  it("falls behind the schedule", async () => {
    const url = await serve((text, clients) => {
      const until = performance.now() + 4;
      while (performance.now() < until);
      for (const client of clients) client.send(text);
    });

    const pacing = { rate: 500 };
    const round = await runRound({
      ...{ ...load, dialect: overWebSocket(url), pacing, durationMs: 60_000, pid: process.pid },
    });

    expect(round).toMatchObject({ ...right, overloaded: true, generatorCpuPercent: expect.any(Number) });
    if (process.platform === "linux") expect(round.serverCpuPercent).toBeGreaterThan(0);
    expect(round).not.toHaveProperty("figures");
  });
});

/** What many read at once is compared with what the first has read: so there are faults in bursts, too. */
describe("in bursts,", () => {
  const AFFECTED = 2;

  /** A server that writes all messages of a turn at once; `change` says what one client gets in place of the 10th such burst. */
  async function serveBursts(change: (texts: string[]) => string[], ping = false) {
    const http = createHttpServer();
    const server = new WebSocketServer({ noServer: true });
    const clients: [WebSocket, Duplex][] = [];
    const pongs = new Map<WebSocket, number>();
    let texts: string[] = [];
    let bursts = 0;
    const flush = () => {
      const burst = texts;
      texts = [];
      if (burst.length >= 20) bursts++;
      for (const [index, [client, socket]] of clients.entries()) {
        socket.cork();
        const isDue = bursts === 10 && burst.length >= 20;
        const changed = isDue && index === AFFECTED ? change(burst) : burst;
        for (const [at, text] of changed.entries()) {
          if (isDue && ping && at === 5) client.ping();
          client.send(text);
        }
        socket.uncork();
      }
    };
    http.on("upgrade", (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (client) => {
        clients.push([client, socket]);
        client.on("pong", () => pongs.set(client, (pongs.get(client) ?? 0) + 1));
        client.on("message", (data) => {
          if (texts.push(String(data)) === 1) setImmediate(flush);
        });
      });
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    undo = () => {
      for (const [client] of clients) client.terminate();
      http.close();
    };
    return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`, bursts: () => bursts, pongs };
  }

  const bursts = { ...load, pacing: { window: 64 }, durationMs: 300 };

  it.each<[string, (texts: string[]) => string[], object]>([
    ["loses a message", (texts) => texts.toSpliced(7, 1), { lost: 1, duplicated: 0, reordered: 0 }],
    ["sends one twice", (texts) => texts.toSpliced(7, 0, ...texts.slice(7, 8)), { lost: 0, duplicated: 1 }],
    ["swaps two", (texts) => texts.toSpliced(7, 2, ...texts.slice(7, 9).reverse()), { lost: 0, reordered: 1 }],
    [
      "changes the number of one",
      (texts) => texts.with(7, texts[7]?.replace(/"sequence":\d/, '"sequence":"') ?? ""),
      { lost: 1 },
    ],
  ])("is not right if it %s for one subscriber", async (_, change, expected) => {
    const { url, bursts: written } = await serveBursts(change);

    const round = await runRound({ ...bursts, dialect: overWebSocket(url), patienceMs: 500 });

    expect(written()).toBeGreaterThanOrEqual(10);
    expect(round).toMatchObject(expected);
    expect(round).not.toHaveProperty("figures");
  });

  it("is right, and each subscriber answers a Ping in the midst of one", async () => {
    const { url, bursts: written, pongs } = await serveBursts((texts) => texts, true);

    const round = await runRound({ ...bursts, dialect: overWebSocket(url) });

    expect(written()).toBeGreaterThanOrEqual(10);
    expect(round).toMatchObject(right);
    expect([...pongs.values()]).toEqual(Array.from({ length: load.subscribers + 1 }, () => 1));
  });

  it.each([
    ["over WebSocket", false, false],
    ["compressed", false, true],
    ["over streams", true, false],
  ])("the reference server is right: %s", async (_, sse, deflate) => {
    await using server = createServer({ port: 0, compression: deflate });
    const { ws, sse: streams } = await server.listen();
    const { publish } = overWebSocket(ws);
    const subscribe = sse
      ? ({ transport: "sse", url: streams } as const)
      : { transport: "ws" as const, url: ws, deflate };

    const round = await runRound({ ...bursts, dialect: { subscribe, publish } });

    expect(round).toMatchObject(right);
    expect(round.figures?.messagesPerRead).toBeGreaterThan(10);
  });
});

describe("works", () => {
  it("with several processes that share the subscribers", async () => {
    await using server = createServer({ port: 0 });
    const { ws } = await server.listen();

    const round = await runRound({ ...load, dialect: overWebSocket(ws), generators: 2, subscribers: 7 });

    expect(round).toMatchObject(right);
    expect(round.sent).toBeGreaterThanOrEqual(2 * window);
    expect(round.delivered).toBe(7 * round.sent);
  });

  it("over streams, with messages that are posted", async () => {
    await using server = createServer({ port: 0 });
    const { sse, publish } = await server.listen();

    const dialect: Load["dialect"] = {
      subscribe: { transport: "sse", url: sse },
      publish: { via: "post", url: publish },
    };
    const round = await runRound({ ...load, dialect });

    expect(round).toMatchObject(right);
    expect(round.delivered).toBe(load.subscribers * round.sent);
  });

  it("with compressed messages", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: { threshold: 0 } });
    server.on("connection", (client) =>
      client.on("message", (data) => {
        for (const other of server.clients) other.send(String(data));
      }),
    );
    await once(server, "listening");
    undo = () => {
      for (const client of server.clients) client.terminate();
      server.close();
    };
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;

    const dialect: Load["dialect"] = {
      subscribe: { transport: "ws", url, deflate: true },
      publish: { via: "ws", url },
    };
    const round = await runRound({ ...load, dialect, messageBytes: 1_024 });

    expect(round).toMatchObject(right);
    const { bytesPerSecond = 0, deliveriesPerSecond = 0 } = round.figures ?? {};
    expect(bytesPerSecond / deliveriesPerSecond).toBeLessThan(512);
  });

  it("at a rate, with latency from the time when a message should have been sent", async () => {
    await using server = createServer({ port: 0 });
    const { ws } = await server.listen();

    const round = await runRound({ ...load, dialect: overWebSocket(ws), pacing: { rate: 200 }, durationMs: 500 });

    expect(round).toMatchObject(right);
    expect(round.delivered).toBe(load.subscribers * round.sent);
    expect(round.figures?.messagesPerSecond).toBeGreaterThan(0);
    // What is sent too late on a busy machine makes the round invalid.
    const { latenessP99Ms = 0, latencyP99Ms = 0 } = round.figures ?? {};
    expect("invalid" in round).toBe(latenessP99Ms > Math.max(2, 0.2 * latencyP99Ms));
  });
});

describe("fails when the server", () => {
  it("cannot be reached", async () => {
    const url = await serve(() => {});
    undo?.();

    await expect(runRound({ ...load, dialect: overWebSocket(url) })).rejects.toThrow(TargetFailure);
  });

  it("relays nothing", async () => {
    const url = await serve(() => {});

    const round = runRound({ ...load, dialect: overWebSocket(url), patienceMs: 100 });
    await expect(round).rejects.toThrow(/does not relay what is published: 5 of 5/);
  });

  it("refuses what is posted", async () => {
    await using server = createServer({ port: 0 });
    const { ws, health } = await server.listen();

    const dialect: Load["dialect"] = { subscribe: { transport: "ws", url: ws }, publish: { via: "post", url: health } };
    await expect(runRound({ ...load, dialect, patienceMs: 100 })).rejects.toThrow(/answered with the status 40/);
  });
});
