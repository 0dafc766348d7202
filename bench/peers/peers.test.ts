/** Each peer relays what is published, once and in order, to whoever speaks its dialect. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import WebSocket from "ws";
import type { Dialect } from "../target/dialect.ts";
import { compressedPeers, eventStreamPeers, webSocketPeers } from "./peers.ts";

const RUN = "relay";
const MESSAGES = 50;

describe.each([
  ["WebSocket", webSocketPeers],
  ["SSE", eventStreamPeers],
  ["WebSocket with deflate", compressedPeers],
])("over %s", (_, peers) => {
  for (const { dialect, missing } of peers) {
    const reason = missing();
    if (reason !== undefined) console.warn(`Left out: ${dialect.name}: ${reason}`);

    it.skipIf(reason !== undefined)(`${dialect.name} relays to two subscribers, in order`, async () => {
      const port = await freePort();
      await using server = await start(dialect, port);
      const at = (url: string) => url.replace("{port}", server.port);
      await using first = await subscribe(dialect, at);
      await using second = await subscribe(dialect, at);
      await using publisher = await connectPublisher(dialect, at);

      // Who subscribes may get nothing yet, though the server has answered.
      let warmUp = 0;
      for (; !first.ready() || !second.ready(); warmUp++) {
        if (warmUp === 1_000) throw new Error(`Nothing of ${warmUp} messages came.`);
        await publisher.publish(message("warm-up", warmUp));
        await delay(10);
      }
      for (let sequence = 0; sequence < MESSAGES; sequence++) await publisher.publish(message(RUN, sequence));
      // What comes twice or late comes before the second.
      for (const fence of ["first", "second"]) await publisher.publish(message(`${fence}-fence`, 0));
      const patience = AbortSignal.timeout(20_000);
      await Promise.race([Promise.all([first.fenced, second.fenced]), once(patience, "abort")]);

      const sent = Array.from({ length: MESSAGES }, (_, sequence) => sequence);
      expect(first.sequences()).toEqual(sent);
      expect(second.sequences()).toEqual(sent);
    });
  }
});

describe("with deflate", () => {
  for (const { dialect, missing } of compressedPeers) {
    it.skipIf(missing() !== undefined)(`${dialect.name} takes the offer to compress`, async () => {
      await using server = await start(dialect, await freePort());
      const socket = await open(dialect.subscribe.url.replace("{port}", server.port), true);

      expect(socket.extensions).toContain("permessage-deflate");
      socket.terminate();
    });
  }
});

function message(run: string, sequence: number): string {
  return JSON.stringify({ bench: run, sequence, sentAt: 0, pad: "x".repeat(50) });
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return String(port);
}

/** Starts a peer's command and waits until its port accepts connections; disposal asks it to end, and waits until it has. */
async function start(dialect: Dialect, port: string): Promise<AsyncDisposable & { port: string }> {
  const command = (dialect.start ?? "").replace("{port}", port);
  const child = spawn(command, { shell: true, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  while (!(await accepts(Number(port)))) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${said}`);
    await delay(20);
  }
  return { port, [Symbol.asyncDispose]: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGTERM");
  await ended;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

interface Subscriber extends AsyncDisposable {
  /** Whether it has had a message. */
  ready(): boolean;
  /** Those of the run, as they came. */
  sequences(): number[];
  /** Resolves with the second fence. */
  readonly fenced: Promise<void>;
}

async function subscribe({ subscribe }: Dialect, at: (url: string) => string): Promise<Subscriber> {
  const received: string[] = [];
  let fenced = () => {};
  const whenFenced = new Promise<void>((resolve) => {
    fenced = resolve;
  });
  const receive = (text: string) => {
    received.push(text);
    if (text.includes("second-fence")) fenced();
  };
  const close =
    subscribe.transport === "ws"
      ? await subscribeSocket(subscribe, at, receive)
      : await subscribeStream(at(subscribe.url), receive);
  return {
    ready: () => received.some((text) => text.includes("warm-up")),
    sequences: () => received.filter((text) => text.includes(`"${RUN}"`)).map(sequenceOf),
    fenced: whenFenced,
    [Symbol.asyncDispose]: async () => close(),
  };
}

/** Some write JSON with blanks. */
function sequenceOf(text: string): number {
  return Number(/"sequence": ?(\d+)/.exec(text)?.[1]);
}

async function open(url: string, perMessageDeflate = false): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate });
  await once(socket, "open");
  return socket;
}

/** Opens a connection, greets, and answers what has to be answered. */
async function converse(
  { url, greet = [], answer = {}, deflate }: Pick<Dialect["subscribe"], "url" | "greet" | "answer" | "deflate">,
  at: (url: string) => string,
  receive: (text: string) => void,
): Promise<WebSocket> {
  const socket = await open(at(url), deflate);
  socket.on("message", (data) => {
    const text = data.toString();
    const reply = answer[text];
    if (reply === undefined) receive(text);
    else socket.send(reply);
  });
  for (const text of greet) await greetWith(text, socket);
  return socket;
}

/** What is sent before the greeting has been taken is a violation to socket.io: its answer begins as the greeting does. */
async function greetWith(text: string, socket: WebSocket): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => {
    socket.on("message", (data) => data.toString().startsWith(text) && resolve());
    socket.on("close", () => reject(new Error(`The server closed after the greeting ${text}.`)));
  });
  socket.send(text);
  await answered;
}

async function subscribeSocket(
  subscribe: Dialect["subscribe"],
  at: (url: string) => string,
  receive: (text: string) => void,
): Promise<() => void> {
  const socket = await converse(subscribe, at, receive);
  return () => socket.terminate();
}

async function subscribeStream(url: string, receive: (text: string) => void): Promise<() => void> {
  const ended = new AbortController();
  const response = await fetch(url, { headers: { Accept: "text/event-stream" }, signal: ended.signal });
  const read = async () => {
    let rest = "";
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (rest + text).split(/\r?\n\r?\n/);
      rest = events.pop() ?? "";
      for (const event of events) receive(event);
    }
  };
  read().catch(() => {});
  return () => ended.abort();
}

async function connectPublisher({ publish }: Dialect, at: (url: string) => string) {
  const spell = (text: string) => (publish.template ?? "{message}").replace("{message}", () => text);
  if (publish.via === "ws") {
    const socket = await converse(publish, at, () => {});
    return {
      publish: async (text: string) => socket.send(spell(text)),
      [Symbol.asyncDispose]: async () => socket.terminate(),
    };
  }
  const headers = { "Content-Type": publish.contentType ?? "application/json" };
  return {
    async publish(text: string) {
      const response = await fetch(at(publish.url), { method: "POST", headers, body: spell(text) });
      expect(response.ok, await response.text()).toBe(true);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
