import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Client, type ClientOptions, createClient, type Message } from "./index.ts";

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 10 });
const isOpen = (client: Client) => until(() => expect(client.state.state).toBe("open"));
const EVENT_STREAM = { "Content-Type": "text/event-stream" };

interface Scripted {
  address: string;
  client: Client;
  requests: IncomingMessage[];
  messages: Message[];
  errors: string[];
  /** Starts the client. */
  start(): void;
}

/** A client of a server that answers each request as the script says, and those that follow as its last step does. */
async function scripted(steps: RequestListener[], options: ClientOptions = {}): Promise<Scripted> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const step = steps[Math.min(requests.length, steps.length - 1)];
    requests.push(request);
    step?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/events`;
  const client = createClient(address, { baseDelayMs: 10, maxDelayMs: 50, ...options });
  onTestFinished(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  const messages: Message[] = [];
  const errors: string[] = [];
  client.onAny((message) => messages.push(message));
  client.on("error", ({ message }) => errors.push(message));
  return { address, client, requests, messages, errors, start: () => client.connect() };
}

const answer =
  (status: number, headers: Record<string, string> = {}, body = ""): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
const stream =
  (body = "", then: (response: ServerResponse) => void = () => {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, EVENT_STREAM).flushHeaders();
    if (body !== "") response.write(body);
    then(response);
  };
const ends = (response: ServerResponse) => void response.end();
const isCut = (response: ServerResponse) => void setTimeout(() => response.destroy(), 20);

describe("the last event id", () => {
  it("goes along with each further request (SSE-C2a), also after some that failed", async () => {
    const { requests, messages, start } = await scripted([
      stream("id: 7\ndata: 1\n\nid: 8\n\ndata: 2\n\nid: 9\ndata: 3\n", isCut),
      answer(503),
      stream("data: 4\n\n", ends),
      stream("id\ndata: 5\n\n", ends),
      stream(),
    ]);
    start();
    await until(() => expect(requests).toHaveLength(5));
    expect(requests.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "8", "8", "8", undefined]);
    expect(messages.map(({ data, lastEventId }) => [data, lastEventId])).toEqual([
      [1, "7"],
      [2, "8"],
      [4, "8"],
      [5, undefined],
    ]);
  });

  it("goes as UTF-8", async () => {
    const { requests, start } = await scripted([stream("id: äö 🎉\ndata: 1\n\n", ends), stream()]);
    start();
    await until(() => expect(requests).toHaveLength(2));
    const header = requests[1]?.headers["last-event-id"] as string;
    expect(Buffer.from(header, "latin1").toString()).toBe("äö 🎉");
  });

  it.each(["a\u0001b", " 7", "7 "])("goes in the query where no header can carry it: %j", async (id) => {
    const { requests, start } = await scripted([stream(`id: ${id}\ndata: 1\n\n`, ends), stream()]);
    start();
    await until(() => expect(requests).toHaveLength(2));
    const query = new URL(requests[1]?.url ?? "", "http://localhost").searchParams;
    expect([query.get("lastEventId"), requests[1]?.headers["last-event-id"]]).toEqual([id, undefined]);
  });

  it("is that of the last event which was shown, where the program closes the client meanwhile", async () => {
    const { client, requests, messages, start } = await scripted([
      stream("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"),
      stream(),
    ]);
    client.onAny(() => client.close());
    start();
    await until(() => expect(client.state.state).toBe("closed"));
    client.connect();
    await until(() => expect(requests).toHaveLength(2));
    expect([messages.length, requests[1]?.headers["last-event-id"]]).toEqual([1, "1"]);
  });
});

describe("an answer", () => {
  it("of 204 ends it for good (SSE-C1)", async () => {
    const { client, requests, errors, start } = await scripted([answer(204)]);
    start();
    await until(() => expect(client.state.state).toBe("closed"));
    expect(client.state).toMatchObject({ by: "server" });
    expect([requests.length, errors]).toEqual([1, []]);
  });

  it.each([401, 403, 404])("of %i stops it with an error (SSE-C3c)", async (status) => {
    const { client, requests, errors, start } = await scripted([answer(status)]);
    start();
    await until(() => expect(client.state.state).toBe("failed"));
    expect([requests.length, errors.at(-1)]).toEqual([1, `answered with status ${status}`]);
  });

  it.each([429, 500, 502, 503, 504])("of %i is tried again (SSE-C3b)", async (status) => {
    const { client, requests, start } = await scripted([answer(status), stream()]);
    start();
    await isOpen(client);
    expect(requests).toHaveLength(2);
  });

  it("that is no stream shows nothing (SSE-C4)", async () => {
    const { client, messages, errors, start } = await scripted([
      answer(200, { "Content-Type": "text/html" }, "data: 1\n\n"),
      answer(200, { "Content-Type": "text/event-streams" }, "data: 1\n\n"),
      answer(200, {}, "data: 1\n\n"),
      answer(201, EVENT_STREAM, "data: 1\n\n"),
      answer(200, { "Content-Type": "Text/Event-Stream; charset=utf-8" }, "data: 2\n\n"),
    ]);
    start();
    await until(() => expect(messages[0]?.data).toBe(2));
    expect(errors).toHaveLength(4);
    client.close();
  });

  it("that says Retry-After is believed (RECON-8b)", async () => {
    const { client, start } = await scripted([answer(503, { "Retry-After": "60" }), stream()]);
    start();
    await until(() => expect(client.state.state).toBe("waiting"));
    expect((client.state as { delayMs: number }).delayMs).toBeGreaterThanOrEqual(60_000);
  });

  it.each([301, 302, 307, 308])("of %i leads on (SSE-C5)", async (status) => {
    const { client, requests, start } = await scripted([answer(status, { Location: "/elsewhere" }), stream()]);
    start();
    await isOpen(client);
    expect(requests.map(({ url }) => url)).toEqual(["/events", "/elsewhere"]);
  });

  it("that never comes is given up (RECON-6)", async () => {
    const { client, requests, start } = await scripted([() => {}, stream()], { connectTimeoutMs: 300 });
    start();
    await isOpen(client);
    expect(requests).toHaveLength(2);
  });
});

it("waits as long as the stream says (SSE-C3a), an hour at most", async () => {
  for (const [retry, least, most] of [
    [5_000, 5_000, 7_500],
    [31_536_000_000, 3_600_000, 5_400_000],
  ] as const) {
    const { client, start } = await scripted([stream(`retry: ${retry}\n\n`, ends)]);
    start();
    await until(() => expect(client.state.state).toBe("waiting"));
    const { delayMs } = client.state as { delayMs: number };
    expect(delayMs).toBeGreaterThanOrEqual(least);
    expect(delayMs).toBeLessThanOrEqual(most);
  }
});

it("shows events of any name, and goes on after what is not JSON (SSE-C6, CORE-C10c)", async () => {
  const { client, messages, errors, start } = await scripted([
    stream('event: price\ndata: 1\n\ndata: no\n\nevent: error\ndata: {"a":\ndata: 2}\n\ndata: 3\n\n'),
  ]);
  start();
  await until(() => expect(messages).toHaveLength(3));
  expect(messages).toEqual([
    { event: "price", data: 1 },
    { event: "error", data: { a: 2 } },
    { event: undefined, data: 3 },
  ]);
  expect([errors, client.state.state]).toEqual([['what came is not JSON: "no"'], "open"]);
});

it("ends its request when it is closed (CORE-C12)", async () => {
  let isGone = false;
  const { client, start } = await scripted([
    stream("data: 1\n\n", (response) => {
      response.on("close", () => {
        isGone = true;
      });
    }),
  ]);
  start();
  await isOpen(client);
  client.close();
  await until(() => expect(isGone).toBe(true));
});

describe("publishing", () => {
  it("goes to the address of the stream, with its headers, one after the other", async () => {
    const bodies: string[] = [];
    const post: RequestListener = async (request, response) => {
      expect(request.headers).toMatchObject({ authorization: "Bearer 1", "content-type": "application/json" });
      bodies.push(await text(request));
      response.writeHead(bodies.length === 2 ? 400 : 204).end();
    };
    const { client, requests, errors, start } = await scripted([stream(), post], {
      headers: async () => ({ Authorization: "Bearer 1" }),
    });
    const sendings = [1, 2, 3].map((n) => client.send({ n }));
    start();
    expect(await Promise.all(sendings.map(({ settled }) => settled))).toEqual(["sent", "rejected", "sent"]);
    expect(bodies).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(errors).toEqual(["a message was answered with status 400"]);
    expect(requests.map(({ method }) => method)).toEqual(["GET", "POST", "POST", "POST"]);
  });

  it("is given up when the client is closed, and tells so", async () => {
    const { client, requests, errors, start } = await scripted([stream(), () => {}]);
    const { settled } = client.send({ n: 1 });
    start();
    await until(() => expect(requests).toHaveLength(2));
    client.close();
    expect([await settled, errors]).toEqual(["rejected", []]);
  });

  it("is given up when there is no answer", async () => {
    const { client, errors, start } = await scripted([stream(), () => {}], { connectTimeoutMs: 300 });
    const { settled } = client.send({ n: 1 });
    start();
    expect([await settled, errors]).toEqual(["rejected", ["a message may be lost: its POST was not answered"]]);
    expect(client.state.state).toBe("open");
  });

  it("goes to another address where there is one", async () => {
    const other = await scripted([answer(204)]);
    const { client, requests, start } = await scripted([stream()], { publish: other.address });
    const { settled } = client.send({ n: 1 });
    start();
    expect(await settled).toBe("sent");
    expect([requests, other.requests].map((all) => all.map(({ method }) => method))).toEqual([["GET"], ["POST"]]);
  });
});
