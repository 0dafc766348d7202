/** Connections and streams side by side under load: the same sequence for all, nothing lost and nothing twice (BRIDGE-3). */
import { once } from "node:events";
import { Agent, get, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import WebSocket from "ws";
import { createServer } from "./server.ts";

const RATE = 500;
const SECONDS = 4;
const SUBSCRIBERS = 10;
const SENDERS = 4;

/** A subscriber that keeps the marks of what it received, in order. */
interface Subscriber {
  readonly marks: number[];
  leave(): void;
}

const marksIn = (text: string) => Array.from(text.matchAll(/"mark":(\d+)/g), ([, mark]) => Number(mark));

async function connection(url: string): Promise<Subscriber & { socket: WebSocket }> {
  const socket = new WebSocket(url);
  const marks: number[] = [];
  socket.on("message", (data) => marks.push(...marksIn(String(data))));
  await once(socket, "open");
  return { marks, socket, leave: () => socket.terminate() };
}

async function stream(url: string): Promise<Subscriber> {
  const [response] = await once(get(url, { agent: false }), "response");
  const marks: number[] = [];
  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    const end = text.lastIndexOf("\n\n");
    if (end < 0) return;
    marks.push(...marksIn(text.slice(0, end)));
    text = text.slice(end);
  });
  response.on("error", () => {});
  return { marks, leave: () => response.destroy() };
}

it(`shows ${SUBSCRIBERS} connections and ${SUBSCRIBERS} streams one sequence at ${RATE} messages a second, sent and posted`, async () => {
  await using server = createServer({ port: 0 });
  const { ws, sse, publish } = await server.listen();
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const indices = Array.from({ length: SUBSCRIBERS }, (_, index) => index);
  const connections = await Promise.all(indices.map(() => connection(ws)));
  const streams = await Promise.all(indices.map(() => stream(sse)));
  const senders = await Promise.all(indices.slice(0, SENDERS).map(() => connection(ws)));
  const everybody = [...connections, ...streams, ...senders];
  await expect.poll(() => server.connections).toBe(everybody.length);

  const total = RATE * SECONDS;
  const posted: Promise<unknown>[] = [];
  const publishOne = (mark: number) => {
    const event = mark % 3 === 0;
    const text = JSON.stringify(
      event ? { type: "event", event: "tick", data: { mark } } : { mark, text: "x".repeat(mark % 200) },
    );
    if (mark % 5 === 4) {
      const posting = request(publish, { method: "POST", agent });
      posting.end(text);
      posted.push(once(posting, "response").then(([response]) => expect(response.resume().statusCode).toBe(204)));
    } else senders[mark % SENDERS]?.socket.send(text);
  };
  // Open loop: what is due is sent, however long the machine took.
  const startedAt = performance.now();
  for (let sent = 0; sent < total; await pause(2)) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedAt) / 1_000) * RATE));
    for (; sent < due; sent++) publishOne(sent);
  }
  await Promise.all(posted);
  await expect.poll(() => everybody.every(({ marks }) => marks.length >= total), { timeout: 60_000 }).toBe(true);
  // What came twice, or late, would come before this.
  server.publish({ mark: total });
  await expect.poll(() => everybody.every(({ marks }) => marks.at(-1) === total), { timeout: 60_000 }).toBe(true);

  const [first, ...others] = everybody.map(({ marks }) => marks);
  expect([...(first ?? [])].sort((a, b) => a - b)).toEqual(Array.from({ length: total + 1 }, (_, mark) => mark));
  for (const marks of others) expect(marks).toEqual(first);
  for (const one of everybody) one.leave();
  agent.destroy();
});
