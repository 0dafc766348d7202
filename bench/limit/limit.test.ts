/** The programs in C: the server loses nothing and swaps nothing, and the generator sees it where a server does. */
import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { compile, programs } from "./compile.ts";
import { type GeneratedFigures, type GeneratedLoad, generate } from "./generator-in-c.ts";

const reason = compile("fan-out") ?? compile("generator");
if (reason !== undefined) console.warn(`Left out: the limit: ${reason}`);

it("is compiled wherever there is a gcc, without a warning", () => {
  expect(reason ?? "").not.toContain("gcc does not compile");
});

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const small: GeneratedLoad = { subscribers: 5, pacing: { window: 4 }, messageBytes: 100, seconds: 0.2 };

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}

/** Starts the server in C, and resolves when it takes connections. */
async function fanOut(mode: "each" | "joined"): Promise<{ port: number; pid: number | undefined }> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  const child = spawn(`${programs}/fan-out`, [mode, String(port)]);
  undo.push(() => end(child));
  for (let attempt = 0; attempt < 500; attempt++) {
    try {
      (await join(port)).terminate();
      return { port, pid: child.pid };
    } catch {
      await delay(20);
    }
  }
  throw new Error("fan-out does not take connections");
}

async function join(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  undo.push(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

/** Collects messages until one is `last`, or the connection ends. */
async function collect(socket: WebSocket, last: string): Promise<string[]> {
  const received: string[] = [];
  for await (const [data] of on(socket, "message", { close: ["close"] })) {
    const text = String(data);
    if (text === last) break;
    received.push(text);
  }
  return received;
}

describe.skipIf(reason !== undefined).each(["each", "joined"] as const)("fan-out, %s", (mode) => {
  it("relays once and in order to many, under load", async () => {
    const { port } = await fanOut(mode);

    const figures = await generate(port, { subscribers: 50, pacing: { window: 64 }, messageBytes: 200, seconds: 0.3 });

    expect(figures).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, disconnected: 0 });
    expect(figures.deliveries).toBeGreaterThan(0);
    expect(figures.serverCpuPercent).toBeUndefined();
  });

  it.runIf(process.platform === "linux")("is told how busy it was, while it was counted", async () => {
    const { port, pid } = await fanOut(mode);

    const { serverCpuPercent } = await generate(port, { ...small, subscribers: 50, seconds: 1, pid });

    expect(serverCpuPercent).toBeGreaterThan(0);
    // It has one thread.
    expect(serverCpuPercent).toBeLessThan(110);
  });

  it("relays texts of every length of header, to the publisher too", async () => {
    const { port } = await fanOut(mode);
    const sockets = [await join(port), await join(port), await join(port)];
    const texts = [0, 1, 125, 126, 65_000].map((bytes) => "é".repeat(Math.floor(bytes / 2)) + "x".repeat(bytes % 2));

    const received = sockets.map((socket) => collect(socket, "the end"));
    for (const text of [...texts, "the end"]) sockets[0]?.send(text);

    expect(await Promise.all(received)).toEqual([texts, texts, texts]);
  });

  it("keeps for a slow reader what the kernel does not take, and nobody waits for it", async () => {
    const { port } = await fanOut(mode);
    const [publisher, slow, quick] = [await join(port), await join(port), await join(port)];
    slow.pause();
    // More than the 4 MB that a socket takes here for sending and the 32 MB there for receiving.
    const texts = Array.from({ length: 1_000 }, (_, number) => `${number} `.padEnd(60_000, "x"));

    const quickly = collect(quick, "the end");
    for (const text of [...texts, "the end"]) publisher.send(text);
    expect(await quickly).toEqual(texts);
    const slowly = collect(slow, "the end");
    slow.resume();
    expect(await slowly).toEqual(texts);
  });

  it("goes on when others leave, one by a reset and one by a Close, and answers Ping", async () => {
    const { port } = await fanOut(mode);
    const [publisher, stays, leaves, cuts] = [await join(port), await join(port), await join(port), await join(port)];
    leaves.close(1000);
    const [code] = await once(leaves, "close");
    expect(code).toBe(1000);
    cuts.terminate();

    const received = collect(stays, "the end");
    for (const text of ["one", "two", "the end"]) publisher.send(text);
    expect(await received).toEqual(["one", "two"]);
    publisher.ping("sign of life");
    const [payload] = await once(publisher, "pong");
    expect(String(payload)).toBe("sign of life");
  });

  it("says how it is used", async () => {
    const child = spawn(`${programs}/fan-out`, ["neither", "1"]);

    expect(await once(child, "exit")).toEqual([2, null]);
  });
});

describe.skipIf(reason !== undefined)("the generator", () => {
  /** Starts a server that does with a message what the test says; `number` counts them from 1. */
  async function serve(relay: (text: string, clients: WebSocket[], number: number) => void): Promise<number> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    let messages = 0;
    const clients: WebSocket[] = [];
    server.on("connection", (client) => {
      clients.push(client);
      client.on("message", (data) => relay(data.toString(), clients, ++messages));
    });
    undo.push(() => {
      for (const client of clients) client.terminate();
      server.close();
    });
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  const all = (text: string, clients: WebSocket[]) => {
    for (const client of clients) client.send(text);
  };

  it("counts every delivery of a right server, and nothing else", async () => {
    let relayed = 0;
    const port = await serve((text, clients, number) => {
      relayed = number;
      all(text, clients);
      all('{"bench":"somebody else","sequence":0}', clients);
    });

    const figures = await generate(port, small);

    expect(figures).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, disconnected: 0 });
    expect(figures.deliveries).toBeGreaterThan(0);
    expect(figures.deliveries).toBeLessThan(relayed * small.subscribers);
    const { deliveriesPerSecond, deliveries, seconds, p50Ms, p99Ms } = figures;
    expect(Math.abs((deliveriesPerSecond ?? 0) * seconds - deliveries)).toBeLessThan(deliveries / 50);
    expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
  });

  it("keeps to a schedule, whatever becomes of the messages", async () => {
    const standStill = () => {
      for (const until = performance.now() + 100; performance.now() < until; );
    };
    const port = await serve((text, clients, number) => {
      if (number % 40 === 0) standStill();
      all(text, clients);
    });

    const figures = await generate(port, { ...small, pacing: { rate: 200 }, seconds: 1 });

    expect(figures).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, disconnected: 0 });
    expect(figures.deliveries).toBeGreaterThan(0);
    // What is behind by a second at most may be caught up with.
    expect(figures.deliveries).toBeLessThan(2.5 * 200 * small.subscribers);
    expect(figures.p99Ms).toBeGreaterThan(50);
  });

  it("takes another spelling of the same message for the message", async () => {
    const port = await serve((text, clients) => all(JSON.stringify(JSON.parse(text), null, 2), clients));

    const figures = await generate(port, small);

    expect(figures).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    expect(figures.deliveriesPerSecond).toBeGreaterThan(0);
  });

  it("answers Ping, as publisher and as subscriber", async () => {
    let pongs = 0;
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (client) => {
      client.ping();
      client.once("pong", () => pongs++);
      client.on("message", (data) => all(data.toString(), [...server.clients]));
    });
    undo.push(() => server.close());
    await once(server, "listening");

    await generate((server.address() as AddressInfo).port, small);

    expect(pongs).toBe(small.subscribers + 1);
  });

  // Messages from before the count may be the first few: faults begin with the 100th.
  it.each<[string, (text: string, clients: WebSocket[], number: number) => void, Partial<GeneratedFigures>]>([
    [
      "loses a message for one subscriber",
      (text, clients, number) => all(text, number === 100 ? clients.toSpliced(2, 1) : clients),
      { lost: 1, duplicated: 0, reordered: 0 },
    ],
    [
      "sends a message twice, the second time after others",
      (() => {
        let kept = "";
        return (text: string, clients: WebSocket[], number: number) => {
          if (number === 100) kept = text;
          all(text, clients);
          if (number === 120) all(kept, clients);
        };
      })(),
      { lost: 0, duplicated: small.subscribers, reordered: 0 },
    ],
    [
      "swaps two neighbours",
      (() => {
        let kept = "";
        return (text: string, clients: WebSocket[], number: number) => {
          if (number === 100) kept = text;
          else all(text, clients);
          if (number === 101) all(kept, clients);
        };
      })(),
      { lost: 0, duplicated: 0, reordered: small.subscribers },
    ],
    [
      "cuts a connection",
      (text, clients, number) => {
        if (number === 100) clients[2]?.terminate();
        all(text, clients);
      },
      { disconnected: 1 },
    ],
  ])("has no figure of a server that %s", async (_, relay, expected) => {
    const port = await serve(relay);

    const figures = await generate(port, small);

    expect(figures).toMatchObject({ ...expected, deliveriesPerSecond: null });
  });

  it("has no figure of a server that loses every tenth message, and does not wait for ever", async () => {
    const port = await serve((text, clients, number) => {
      if (number % 10 !== 0) all(text, clients);
    });

    const figures = await generate(port, small);

    expect(figures).toMatchObject({ duplicated: 0, reordered: 0, deliveriesPerSecond: null });
    expect(figures.lost).toBeGreaterThanOrEqual(4 * small.subscribers);
  });

  it("says so where there is no server, and where it does not upgrade", async () => {
    const server = createServer((socket) => socket.resume().end("HTTP/1.1 404 Not Found\r\n\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(generate(port, small)).rejects.toThrow("the server does not upgrade");
    server.close();
    await once(server, "close");
    await expect(generate(port, small)).rejects.toThrow(/connect: /);
  });
});
