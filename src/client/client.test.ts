import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createServer, type Server, type ServerUrls } from "../server/index.ts";
import { type Client, type ClientOptions, createClient, type Message } from "./index.ts";

const fast: ClientOptions = { baseDelayMs: 20, maxDelayMs: 200 };

async function startServer(port = 0): Promise<{ server: Server; urls: ServerUrls; port: number }> {
  const server = createServer({ port });
  const urls = await server.listen();
  onTestFinished(() => server.close());
  return { server, urls, port: Number(new URL(urls.ws).port) };
}

function startClient(address: string, options: ClientOptions = {}): { client: Client; messages: Message[] } {
  const client = createClient(address, { ...fast, ...options });
  onTestFinished(() => client.close());
  const messages: Message[] = [];
  client.onAny((message) => messages.push(message));
  return { client, messages };
}

/** Waits for what will happen: a machine that is busy only makes it take longer. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 10 });
const isOpen = (client: Client) => until(() => expect(client.state.state).toBe("open"));

afterEach(() => vi.restoreAllMocks());

describe.each(["ws", "sse"] as const)("on %s", (transport) => {
  it("sends, and shows what comes, by name and in order", async () => {
    const { urls } = await startServer();
    const { client, messages } = startClient(urls[transport]);
    const prices: unknown[] = [];
    const broadcasts: unknown[] = [];
    client.on("price", (price) => prices.push(price));
    client.on("message", (data) => broadcasts.push(data));
    client.connect();
    await isOpen(client);
    const sendings = [
      client.send({ text: "hello" }),
      client.send({ type: "event", event: "price", data: 12.5 }),
      client.send({ text: "bye" }),
    ];
    expect(await Promise.all(sendings.map(({ settled }) => settled))).toEqual(["sent", "sent", "sent"]);
    await until(() => expect(messages).toHaveLength(3));
    expect([prices, broadcasts]).toEqual([[12.5], [{ text: "hello" }, { text: "bye" }]]);
    expect(messages.map(({ event }) => event)).toEqual([undefined, "price", undefined]);
  });

  it("sends what it was given before, when it is connected", async () => {
    const { urls } = await startServer();
    const listener = startClient(urls.ws);
    listener.client.connect();
    await isOpen(listener.client);
    const { client } = startClient(urls[transport]);
    const numbers = [...Array(20).keys()];
    expect(numbers.map((n) => client.send({ n }).status)).toEqual(numbers.map(() => "queued"));
    client.connect();
    await until(() => expect(listener.messages.map(({ data }) => data)).toEqual(numbers.map((n) => ({ n }))));
  });

  it("comes back when its server does, with what it was given meanwhile", async () => {
    const { server, urls, port } = await startServer();
    const { client, messages } = startClient(urls[transport]);
    const states: string[] = [];
    client.on("state", ({ state }) => states.push(state));
    client.connect();
    await isOpen(client);
    await server.close();
    await until(() => expect(client.state.state).toBe("waiting"));
    const { settled } = client.send({ n: 1 });
    await until(() => expect(states.filter((state) => state === "connecting").length).toBeGreaterThan(2));
    await startServer(port);
    expect(await settled).toBe("sent");
    await until(() => expect(messages.map(({ data }) => data)).toEqual([{ n: 1 }]));
    expect(states.slice(0, 5)).toEqual(["connecting", "open", "waiting", "connecting", "waiting"]);
    expect(states.at(-1)).toBe("open");
  });

  it("ends its connection when it is closed, and opens another when it is asked to", async () => {
    const { server, urls } = await startServer();
    const { client } = startClient(urls[transport]);
    client.connect();
    await isOpen(client);
    client.close();
    expect(client.state).toEqual({ state: "closed", by: "program", reason: "the program closed it" });
    await until(() => expect(server.connections).toBe(0));
    expect(client.send({ n: 1 }).status).toBe("rejected");
    client.connect();
    await isOpen(client);
    await until(() => expect(server.connections).toBe(1));
  });

  it("gives an iterator that ends with it", async () => {
    const { server, urls } = await startServer();
    const { client } = startClient(urls[transport]);
    const read = (async () => {
      const seen: Message[] = [];
      for await (const message of client) seen.push(message);
      return seen;
    })();
    const first = client[Symbol.asyncIterator]().next();
    client.connect();
    await isOpen(client);
    server.publish({ n: 1 });
    server.publish({ type: "event", event: "tick", data: null });
    await first;
    await until(() => expect(server.connections).toBe(1));
    client.onAny(({ event }) => event === "end" && client.close());
    server.publish({ type: "event", event: "end", data: 0 });
    expect(await read).toEqual([
      { event: undefined, data: { n: 1 } },
      { event: "tick", data: null },
      { event: "end", data: 0 },
    ]);
  });

  it("asks for the address at each attempt (RECON-10)", async () => {
    const { urls } = await startServer();
    const addresses: (string | Error)[] = [new Error("no token"), "nonsense", "http://127.0.0.1:1/", urls[transport]];
    const ask = vi.fn(async () => {
      const address = addresses.shift() ?? "";
      if (address instanceof Error) throw address;
      return address;
    });
    const client = createClient(ask, { ...fast, transport });
    onTestFinished(() => client.close());
    const errors: string[] = [];
    client.on("error", ({ message }) => errors.push(message));
    client.connect();
    await isOpen(client);
    expect(ask).toHaveBeenCalledTimes(4);
    expect(errors.slice(0, 2)).toEqual([
      "Error: no token",
      'TypeError: an address is a URL that begins with ws:, wss:, http: or https:, not "nonsense"',
    ]);
    expect(errors).toHaveLength(3);
  });

  it("is not broken by a listener that throws, nor by one that closes it", async () => {
    const reported: unknown[] = [];
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation((task) => {
      try {
        task();
      } catch (error) {
        reported.push(error);
      }
    });
    const { server, urls } = await startServer();
    const { client, messages } = startClient(urls[transport]);
    const states: string[] = [];
    client.on("state", ({ state }) => states.push(state));
    const mistake = new Error("a mistake");
    client.on("open", () => {
      throw mistake;
    });
    client.on("message", () => client.close());
    client.connect();
    await isOpen(client);
    server.publish({ n: 1 });
    server.publish({ n: 2 });
    await until(() => expect(client.state.state).toBe("closed"));
    expect(reported).toContain(mistake);
    expect(states).toEqual(["connecting", "open", "closed"]);
    await until(() => expect(server.connections).toBe(0));
    expect(messages).toHaveLength(1);
  });
});

it("acts on what the platform says, as long as it is at work (RECON-9)", async () => {
  const environment = new EventTarget();
  const { server, urls, port } = await startServer();
  await server.close();
  const { client } = startClient(urls.ws, { baseDelayMs: 1_000_000, maxDelayMs: 1_000_000, environment });
  client.connect();
  await until(() => expect(client.state.state).toBe("waiting"));
  await startServer(port);
  for (const name of ["visibilitychange", "pageshow", "online"]) environment.dispatchEvent(new Event(name));
  await isOpen(client);
  client.close();
  environment.dispatchEvent(new Event("online"));
  expect(client.state.state).toBe("closed");
});

it("takes a listener off again", async () => {
  const { server, urls } = await startServer();
  const { client, messages } = startClient(urls.ws);
  const seen: unknown[] = [];
  const stop = client.on("message", (data) => seen.push(data));
  client.connect();
  await isOpen(client);
  server.publish({ n: 1 });
  await until(() => expect(messages).toHaveLength(1));
  stop();
  server.publish({ n: 2 });
  await until(() => expect(messages).toHaveLength(2));
  expect(seen).toEqual([{ n: 1 }]);
});

describe("a bad call", () => {
  const refused = (address: unknown, options: object = {}) => {
    try {
      createClient(address as string, options);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return (error as Error).message;
    }
    throw new Error("it was accepted");
  };

  it.each([
    ["nonsense", {}, 'an address is a URL that begins with ws:, wss:, http: or https:, not "nonsense"'],
    ["ftp://a/", {}, 'an address is a URL that begins with ws:, wss:, http: or https:, not "ftp://a/"'],
    [() => "ws://a/", {}, 'where the address is a function, option transport has to say "ws" or "sse"'],
    ["ws://a/", { transport: "tcp" }, 'option transport takes one of ws, sse, not "tcp"'],
    ["ws://a/", { baseDelayMs: 0 }, "option baseDelayMs takes an integer from 1 to 2147483647, not 0"],
    ["ws://a/", { maxAttempts: -1 }, "option maxAttempts takes an integer from 0 to 9007199254740991, not -1"],
    [
      "ws://a/",
      { heartbeatInterval: 0.5 },
      "option heartbeatIntervalMs takes an integer from 1 to 2147483647, not 0.5",
    ],
    [
      "ws://a/",
      { queueOverflow: "drop" },
      'option queueOverflow takes one of reject, drop-oldest, drop-newest, not "drop"',
    ],
    [
      "ws://a/",
      { maxAttempts: 1, maxReconnectAttempts: 1 },
      "options maxAttempts and maxReconnectAttempts are the same: give one of them",
    ],
    ["http://a/", { publish: "/" }, 'an address is a URL that begins with ws:, wss:, http: or https:, not "/"'],
  ])("createClient(%s, %j)", (address, options, message) => expect(refused(address, options)).toBe(message));

  it("names the option that there is not", () =>
    expect(refused("ws://a/", { retry: 1 })).toMatch(/^there is no option retry; /));

  it.each([[undefined], [() => 1], [10n]])("send(%s)", (message) => {
    expect(() => createClient("ws://a/").send(message)).toThrow(TypeError);
  });

  it("send({}, {ttlMs: -1})", () => {
    expect(() => createClient("ws://a/").send({}, { ttlMs: -1 })).toThrow("option ttlMs takes an integer from 0");
  });
});
