import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { createServer } from "../src/server/index.ts";
import { type Load, runRound } from "./closed-loop.ts";
import { TargetFailure } from "./target-failure.ts";

const load: Omit<Load, "url"> = {
  subscribers: 5,
  window: 4,
  messageBytes: 100,
  durationMs: 100,
  warmUpMs: 20,
  patienceMs: 10_000,
};

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

  const round = await runRound({ ...load, url: ws, serverCpuSeconds: () => process.cpuUsage().user / 1_000_000 });

  expect(round).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, disconnected: 0 });
  expect(round.sent).toBeGreaterThanOrEqual(2 * load.window);
  expect(round.delivered).toBe(round.sent * load.subscribers);
  expect(round.figures?.deliveriesPerSecond).toBeGreaterThanOrEqual(0);
});

it("takes another spelling of the same message for the message", async () => {
  const url = await serve((text, clients) => {
    for (const client of clients) client.send(JSON.stringify(JSON.parse(text), null, 2));
  });

  const round = await runRound({ ...load, url });

  expect(round).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, disconnected: 0 });
  expect(round.delivered).toBe(round.sent * load.subscribers);
});

describe("gives no figure to a server that", () => {
  it("loses a message for one subscriber", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      const losing = ++messages === 10 ? clients[2] : undefined;
      for (const client of clients) if (client !== losing) client.send(text);
    });

    const round = await runRound({ ...load, url, patienceMs: 200 });

    expect(round).toMatchObject({ lost: 1, duplicated: 0, reordered: 0, disconnected: 0 });
    expect(round).not.toHaveProperty("figures");
  });

  it("loses every tenth message", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      if (++messages % 10 !== 0) for (const client of clients) client.send(text);
    });

    const round = await runRound({ ...load, url, patienceMs: 200 });

    expect(round.lost).toBe(load.window * load.subscribers);
    expect(round).not.toHaveProperty("figures");
  });

  it("sends a message twice, the second time after all else", async () => {
    let messages = 0;
    let first = "";
    const url = await serve((text, clients) => {
      if (++messages === 1) first = text;
      for (const client of clients) client.send(text);
      if (messages === 20) for (const client of clients) client.send(first);
    });

    const round = await runRound({ ...load, url });

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

    const round = await runRound({ ...load, url });

    expect(round).toMatchObject({ lost: 0, duplicated: 0, reordered: load.subscribers });
    expect(round).not.toHaveProperty("figures");
  });

  it("cuts a connection", async () => {
    let messages = 0;
    const url = await serve((text, clients) => {
      if (++messages === 10) clients[2]?.terminate();
      for (const client of clients) client.send(text);
    });

    const round = await runRound({ ...load, url });

    expect(round.disconnected).toBe(1);
    expect(round).not.toHaveProperty("figures");
  });

  it("changes messages", async () => {
    const url = await serve((text, clients) => {
      for (const client of clients) client.send(JSON.stringify({ ...JSON.parse(text), at: 1 }));
    });

    const round = await runRound({ ...load, url, patienceMs: 200 });

    expect(round).toMatchObject({ delivered: 0, lost: load.window * load.subscribers });
    expect(round).not.toHaveProperty("figures");
  });
});

describe("fails when the server", () => {
  it("cannot be reached", async () => {
    const url = await serve(() => {});
    undo?.();

    await expect(runRound({ ...load, url })).rejects.toThrow(TargetFailure);
  });

  it("does not answer pings", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    undo = () => server.close();
    await once(server, "listening");
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;

    await expect(runRound({ ...load, url, patienceMs: 100 })).rejects.toThrow(/does not answer/);
  });
});
