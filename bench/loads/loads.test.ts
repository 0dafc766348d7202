import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { createServer } from "../../src/server/index.ts";
import { type BenchmarkPlan, benchmark } from "../benchmark.ts";
import { renderReport } from "../reports/report.ts";
import { parseResult } from "../result.ts";
import { coreDialect, runningTarget, startCommand, type Target } from "../target/target.ts";
import { TargetFailure } from "../target/target-failure.ts";

const plan: BenchmarkPlan = {
  load: "publish",
  subscribers: 10,
  pacings: [{ window: 4 }],
  messageBytes: 100,
  durationMs: 1_000,
  warmUpMs: 20,
  patienceMs: 10_000,
  rounds: 1,
  generators: 1,
};

let undo: (() => void) | undefined;
afterEach(() => undo?.());

/** A server of WebSockets and POSTs, that does with each message what the test says. */
async function serve(options: {
  relay: (text: string, clients: WebSocket[]) => void;
  onConnection?: (client: WebSocket) => unknown;
  onAnyConnection?: () => void;
  endsWithAnswer?: () => boolean;
}): Promise<Target> {
  const http = createHttpServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    options.relay(String(Buffer.concat(pieces)), [...sockets.clients]);
    response.shouldKeepAlive = !options.endsWithAnswer?.();
    response.writeHead(204).end();
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (client) => {
    client.on("error", () => {});
    client.on("message", (data) => options.relay(String(data), [...sockets.clients]));
    options.onConnection?.(client);
  });
  http.on("connection", () => options.onAnyConnection?.());
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  undo = () => {
    for (const client of sockets.clients) client.terminate();
    http.close();
    http.closeAllConnections();
  };
  const { port } = http.address() as AddressInfo;
  const addresses = { ws: `ws://127.0.0.1:${port}/`, publish: `http://127.0.0.1:${port}/` };
  return runningTarget(coreDialect("mine", addresses));
}

const toAll = (text: string, clients: WebSocket[]) => {
  for (const client of clients) client.send(text);
};

describe("measures the reference server under the load", () => {
  it.each([
    ["publish", ["postsPerSecond", "postLatencyP99Ms", "deliveriesPerSecond", "generatorCpuPercent"]],
    ["connect-storm", ["connectionsPerSecond", "generatorCpuPercent"]],
    ["reconnect-storm", ["connectionsPerSecond", "secondsUntilAllAreBack", "generatorCpuPercent"]],
    ["idle", ["serverMemoryBytes"]],
  ] as const)("%s", async (load, figures) => {
    await using server = createServer({ port: 0 });
    const { ws, publish } = await server.listen();
    const target = { ...runningTarget(coreDialect("mine", { ws, publish })), pid: process.pid };

    const result = await benchmark(target, { ...plan, load });

    expect(result).toMatchObject({ load, exact: true, failures: [] });
    for (const figure of figures) expect(result.figures?.[figure]?.median).toBeGreaterThan(0);
    expect(parseResult(JSON.stringify(result))).toEqual(result);
  });

  it.each([
    ["slow-consumers", ["all read", "1 more never read"]],
    ["churn", ["1 more come and go"]],
  ] as const)("%s", async (load, labels) => {
    await using server = createServer({ port: 0 });
    const { ws } = await server.listen();

    const result = await benchmark(runningTarget(coreDialect("mine", { ws })), { ...plan, load });

    expect(result.exact).toBe(true);
    expect(result.measurements.map(({ label }) => label)).toEqual(labels);
    for (const { figures, rounds } of result.measurements) {
      expect(figures?.deliveriesPerSecond?.median).toBeGreaterThan(0);
      if (load === "churn") expect(rounds[0]?.guests).toBeGreaterThan(0);
    }
  });
});

it("starts the server anew for each round of idle", async () => {
  const dialect = coreDialect("mine", { ws: "ws://127.0.0.1:{port}/" });
  const folder = mkdtempSync(join(tmpdir(), "tidings-idle-"));
  const main = fileURLToPath(import.meta.resolve("tidings/package.json")).replace(
    "package.json",
    "dist/src/cli/main.js",
  );
  // One that keeps what connections needed would show nothing for those of the second round.
  const start = `touch "${folder}/$$"; exec "${process.execPath}" "${main}" serve --port {port}`;
  await using target = await startCommand({ ...dialect, start });

  const { exact } = await benchmark(target, { ...plan, load: "idle", rounds: 3 });

  expect(exact).toBe(true);
  expect(readdirSync(folder)).toHaveLength(3);
});

it("runs one round of idle where the server runs already, and says so; no growth is no figure", async () => {
  const target = { ...(await serve({ relay: toAll })), pid: await sleeper() };

  const result = await benchmark(target, { ...plan, load: "idle", rounds: 3 });

  expect(result.exact).toBe(true);
  expect(result.figures).not.toHaveProperty("bytesPerConnection");
  expect(result.notes).toEqual([expect.stringMatching(/^One round only/), expect.stringMatching(/ did not grow /)]);
  expect(renderReport(result)).toContain("One round only");
  expect(parseResult(JSON.stringify(result))).toEqual(result);
});

/** A process that stands for one whose memory doesn't grow. */
async function sleeper(): Promise<number> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  const before = undo;
  undo = () => {
    before?.();
    child.kill();
  };
  return child.pid ?? -1;
}

it("counts what comes while the load publish is measured, not what was posted", async () => {
  // Connections: one of each subscriber, of who publishes before and after, and ten that post.
  let connections = 0;
  const held: string[] = [];
  const target = await serve({
    relay: (text, clients) => {
      held.push(text);
      if (connections > plan.subscribers + 1 && connections < plan.subscribers + 12) return;
      for (const each of held.splice(0)) toAll(each, clients);
    },
    onAnyConnection: () => connections++,
  });

  const { exact, figures } = await benchmark(target, { ...plan, durationMs: 300 });

  expect(exact).toBe(true);
  expect(figures?.postsPerSecond?.median).toBeGreaterThan(0);
  expect(figures?.deliveriesPerSecond?.median).toBe(0);
});

it("leaves no publisher open that nobody watches", async () => {
  const came: WebSocket[] = [];
  const stillOpen: boolean[] = [];
  const target = await serve({
    relay: toAll,
    onConnection: (client) => {
      came.push(client);
      stillOpen.push(came[plan.subscribers]?.readyState === client.OPEN);
    },
  });

  const dialect = coreDialect("mine", { ws: target.dialect.subscribe.url });
  await benchmark({ ...target, dialect }, { ...plan, load: "reconnect-storm" });

  // One publisher behind the first subscribers, and another one behind those that came back.
  expect(came).toHaveLength(2 * (plan.subscribers + 1));
  expect(stillOpen.at(-1)).toBe(false);
});

it("does not miss messages that a server did not answer, because it ended the connection", async () => {
  let answers = 0;
  const target = await serve({ relay: toAll, endsWithAnswer: () => ++answers % 20 === 0 });

  const { failures } = await benchmark(target, { ...plan, durationMs: 500 });

  // Whether a POST on a connection that is being ended fails or just vanishes is a matter of luck.
  expect(failures.filter((failure) => !/^\d+ POSTs failed, 0 /.test(failure))).toEqual([]);
});

it("does not miss what it publishes at the end itself where a server ends the connection behind an answer", async () => {
  let connections = 0;
  const target = await serve({
    relay: toAll,
    onAnyConnection: () => connections++,
    endsWithAnswer: () => connections > plan.subscribers + 11,
  });

  expect(await benchmark(target, { ...plan, durationMs: 300 })).toMatchObject({ exact: true, failures: [] });
});

describe("gives no figure to a server that", () => {
  it("loses some of what is posted", async () => {
    let posts = 0;
    const target = await serve({
      relay: (text, clients) => {
        const losing = ++posts > 50 && posts % 20 === 0 ? clients[3] : undefined;
        for (const client of clients) if (client !== losing) client.send(text);
      },
    });

    const { exact, figures, failures } = await benchmark(target, plan);

    expect(exact).toBe(false);
    expect(figures).toBeUndefined();
    expect(failures).toEqual([
      expect.stringMatching(/^\d+ deliveries are missing, of \d+ messages that were accepted$/),
    ]);
  });

  it("answers that it took a message, and loses that one", async () => {
    let posts = 0;
    const target = await serve({ relay: (text, clients) => ++posts !== 50 && toAll(text, clients) });

    const { exact, failures } = await benchmark(target, plan);

    expect(exact).toBe(false);
    expect(failures).toEqual([
      expect.stringMatching(/^10 deliveries are missing, of \d+ messages that were accepted$/),
    ]);
  });

  it("relays some of what is posted twice", async () => {
    let posts = 0;
    const target = await serve({
      relay: (text, clients) => {
        toAll(text, clients);
        if (++posts === 60) toAll(text, clients);
      },
    });

    const { exact, failures } = await benchmark(target, plan);

    expect(exact).toBe(false);
    expect(failures).toEqual(["10 deliveries came twice"]);
  });

  it("loses a message when somebody comes", async () => {
    let came = false;
    const target = await serve({
      relay: (text, clients) => {
        if (!came || clients.length <= plan.subscribers) toAll(text, clients);
        came = false;
      },
      onConnection: () => {
        came = true;
      },
    });

    const { exact, measurements } = await benchmark(target, { ...plan, load: "churn", patienceMs: 200 });

    expect(exact).toBe(false);
    expect(measurements[0]?.rounds[0]?.lost).toBeGreaterThan(0);
    expect(measurements[0]).not.toHaveProperty("figures");
  });

  it.each<[string, (text: string, clients: WebSocket[]) => void, (client: WebSocket, first: string) => void, RegExp]>([
    [
      "sends who comes a message from before",
      toAll,
      (client, first) => client.send(first),
      /^a subscriber that came while messages were sent got message \d+, though all had messages up to \d+ before it came$/,
    ],
    [
      "leaves something out for who comes",
      (text, clients) => {
        const some = /"sequence":\d*7,/.test(text) ? clients.slice(0, plan.subscribers) : clients;
        toAll(text, some);
      },
      () => {},
      /^a subscriber that came while messages were sent got message \d+ where \d*7 was due$/,
    ],
    [
      "sends nothing to who comes",
      (text, clients) => toAll(text, clients.slice(0, plan.subscribers)),
      () => {},
      /^a subscriber that came while messages were sent got nothing, though all had message \d+, which was sent when it was there$/,
    ],
    [
      "cuts who comes",
      toAll,
      (client) => client.terminate(),
      /^a subscriber that came while messages were sent was cut: .+$/,
    ],
  ])("%s", async (_, relay, welcome, reason) => {
    let first: string | undefined;
    const target = await serve({
      relay: (text, clients) => {
        first ??= text;
        relay(text, clients);
      },
      onConnection: (client) => first !== undefined && welcome(client, first),
    });

    const { exact, measurements } = await benchmark(target, { ...plan, load: "churn", durationMs: 3_000 });

    expect(exact).toBe(false);
    const [round] = measurements[0]?.rounds ?? [];
    expect(round).toMatchObject({ lost: 0, duplicated: 0, reason: expect.stringMatching(reason) });
    expect(round).not.toHaveProperty("figures");
  });

  it("refuses who comes while messages are sent", async () => {
    const target = await refusingAfter(11);

    const refused = await benchmark(target, { ...plan, load: "churn" });

    expect(refused.exact).toBe(false);
    expect(refused.measurements[0]?.rounds[0]?.reason).toMatch(/^a subscriber that came .* was refused: .* 503/);
  });
});

/** A right server that takes only so many. */
async function refusingAfter(most: number): Promise<Target> {
  const http = createHttpServer();
  const sockets = new WebSocketServer({
    server: http,
    verifyClient: (_: unknown, done: (ok: boolean, code?: number) => void) => done(sockets.clients.size < most, 503),
  });
  sockets.on("connection", (client) => client.on("message", (data) => toAll(String(data), [...sockets.clients])));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  undo = () => {
    for (const client of sockets.clients) client.terminate();
    http.close();
  };
  return runningTarget(coreDialect("mine", { ws: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/` }));
}

describe("fails when the server", () => {
  it.each(["connect-storm", "reconnect-storm"] as const)(
    "takes connections and sends them nothing: %s",
    async (load) => {
      const target = await serve({ relay: (text, [first]) => first?.send(text) });

      const run = benchmark(target, { ...plan, load, patienceMs: 100 });

      await expect(run).rejects.toThrow(TargetFailure);
      await expect(run).rejects.toThrow(/^9 of 10 connections were accepted, but got nothing$/);
    },
  );

  it("takes only some", async () => {
    const target = await refusingAfter(5);

    await expect(benchmark(target, { ...plan, load: "connect-storm" })).rejects.toThrow(/the status 503$/);
  });

  it("has a memory that can't be read", async () => {
    const target = await serve({ relay: toAll });

    await expect(benchmark(target, { ...plan, load: "idle" })).rejects.toThrow(/--start/);
  });
});
