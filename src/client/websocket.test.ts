import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Client, type ClientOptions, createClient } from "./index.ts";

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 10 });
const isIn = (client: Client, state: string) => until(() => expect(client.state.state).toBe(state));

/** The client has ended TCP, or cut it. */
const isGone = (socket?: Socket) => until(() => expect(socket?.destroyed || socket?.readableEnded).toBe(true));

/** What a server does with a connection when it has read the head of the request. */
type Step = (socket: Socket, head: string) => void;

/** A server on TCP that does with each connection as the script says, and with those that follow as its last step does. */
async function scripted(steps: Step[], options: ClientOptions = {}): Promise<{ client: Client; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const step = steps[Math.min(sockets.length, steps.length - 1)];
    sockets.push(socket);
    socket.on("error", () => {});
    socket.once("data", (head) => step?.(socket, head.toString()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = createClient(`ws://127.0.0.1:${port}/`, { baseDelayMs: 10, maxDelayMs: 50, ...options });
  onTestFinished(() => {
    client.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { client, sockets };
}

/** Accepts the request, and sends these bytes right behind the answer. */
const accept =
  (bytes: Uint8Array = new Uint8Array(), then: (socket: Socket) => void = () => {}): Step =>
  (socket, head) => {
    const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1];
    const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
    socket.write([...lines, `Sec-WebSocket-Accept: ${proof}`, "", ""].join("\r\n"));
    socket.write(bytes);
    then(socket);
  };
const frame = (opcode: number, payload: string | Buffer) =>
  Buffer.from([0x80 | opcode, payload.length, ...Buffer.from(payload)]);
const closeFrame = (code: number, reason = "") =>
  frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));

/** All bytes that come. */
function record(socket: Socket): Buffer[] {
  const pieces: Buffer[] = [];
  socket.on("data", (piece) => pieces.push(piece));
  return pieces;
}

describe("a Close frame", () => {
  it("ends a connection at once, though TCP goes on (CORE-C7a)", async () => {
    const { client, sockets } = await scripted([accept(closeFrame(1012)), accept()]);
    client.connect();
    await until(() => expect([client.state.state, sockets.length]).toEqual(["open", 2]));
  });

  it("is answered with the same code (CORE-C13d)", async () => {
    let pieces: Buffer[] = [];
    const { client } = await scripted([
      accept(closeFrame(4400, "go"), (socket) => {
        pieces = record(socket);
      }),
    ]);
    client.connect();
    await isIn(client, "failed");
    await until(() => expect(Buffer.concat(pieces)).toHaveLength(2 + 4 + 4));
    const [head, length, a = 0, b = 0, , , one = 0, other = 0] = Buffer.concat(pieces);
    expect([head, length, ((one ^ a) << 8) | (other ^ b)]).toEqual([0x88, 0x84, 4400]);
  });

  it.each([
    ["without a code", frame(8, "")],
    ["with a code that none may send", closeFrame(1016)],
    ["with half a code", frame(8, "x")],
  ])("%s has it connect again (RECON-7a)", async (_, bytes) => {
    const { client, sockets } = await scripted([accept(bytes), accept()]);
    client.connect();
    await until(() => expect([client.state.state, sockets.length]).toEqual(["open", 2]));
  });

  it("is obeyed after the messages before it", async () => {
    const { client } = await scripted([accept(Buffer.concat([frame(1, '{"n":1}'), closeFrame(1000, "bye")]))]);
    const seen: unknown[] = [];
    client.on("message", (data) => seen.push(data));
    client.connect();
    await isIn(client, "closed");
    expect([seen, client.state]).toEqual([
      [{ n: 1 }],
      { state: "closed", by: "server", reason: "closed with code 1000: bye" },
    ]);
  });
});

describe("a connection is lost", () => {
  it.each([
    ["by a reset", (socket: Socket) => socket.resetAndDestroy()],
    ["by an end without a Close frame", (socket: Socket) => socket.end()],
    ["as the server breaks the protocol", (socket: Socket) => socket.write(frame(3, "x"))],
  ])("%s, and made again (CORE-C7a)", async (_, lose) => {
    const { client, sockets } = await scripted([accept(), accept()]);
    const closures: unknown[] = [];
    client.on("close", ({ code }) => closures.push(code));
    client.connect();
    await isIn(client, "open");
    if (sockets[0]) lose(sockets[0]);
    await until(() => expect([client.state.state, sockets.length]).toEqual(["open", 2]));
    expect(closures).toEqual([1006]);
  });
});

describe("an attempt fails", () => {
  const answer =
    (head: string): Step =>
    (socket) =>
      void socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
  const upgrade = "Upgrade: websocket\r\nConnection: Upgrade";

  it.each([
    ["with another status (CORE-C13e)", answer("200 OK")],
    ["with a redirect", answer("302 Found\r\nLocation: ws://127.0.0.1:1/")],
    ["with a refusal", answer("401 Unauthorized")],
    ["with a wrong proof", answer(`101 Switching Protocols\r\n${upgrade}\r\nSec-WebSocket-Accept: AAAA`)],
    ["with an end", (socket: Socket) => void socket.end()],
    ["with nonsense", (socket: Socket) => void socket.write("hello\r\n\r\n")],
  ])("%s, and is made again", async (_, step) => {
    const { client, sockets } = await scripted([step, accept()]);
    const shown: string[] = [];
    client.on("error", ({ code }) => shown.push(code));
    client.connect();
    await until(() => expect([client.state.state, sockets.length]).toEqual(["open", 2]));
    expect(shown).toEqual(["attempt-failed"]);
    await isGone(sockets[0]);
  });

  it("when nothing comes (RECON-6), and lets go of the connection", async () => {
    const { client, sockets } = await scripted([() => {}, accept()], { connectTimeoutMs: 300 });
    client.connect();
    await isIn(client, "open");
    await isGone(sockets[0]);
  });

  it.each([429, 503])("with %i, and the next waits as it was asked to (RECON-8b)", async (status) => {
    const { client } = await scripted([answer(`${status} No\r\nRetry-After: 60`)]);
    client.connect();
    await isIn(client, "waiting");
    expect((client.state as { delayMs: number }).delayMs).toBeGreaterThanOrEqual(60_000);
  });

  it("when the program closes the client (RECON-1b)", async () => {
    const { client, sockets } = await scripted([() => {}]);
    client.connect();
    await until(() => expect(sockets).toHaveLength(1));
    client.close();
    await isGone(sockets[0]);
  });
});

it("gives up a connection on which nothing comes, and cuts it (LIVE-1)", async () => {
  let pieces: Buffer[] = [];
  const mute = accept(new Uint8Array(), (socket) => {
    pieces = record(socket);
  });
  const { client, sockets } = await scripted([mute, accept()], { heartbeatIntervalMs: 100, pongTimeoutMs: 300 });
  const closures: unknown[] = [];
  client.on("close", (closure) => closures.push(closure));
  client.connect();
  await until(() => expect(sockets.length).toBeGreaterThan(1));
  expect(closures[0]).toEqual({ code: 4000, reason: "nothing came within the pong timeout" });
  await isGone(sockets[0]);
  expect(Buffer.concat(pieces).includes(0x88)).toBe(true);
});

it("cuts a server that does not answer its Close frame", async () => {
  const { client, sockets } = await scripted([accept()]);
  client.connect();
  await isIn(client, "open");
  client.close();
  await isGone(sockets[0]);
});

it("takes a message in a hundred thousand fragments, with pings between (CORE-C13b)", async () => {
  const text = JSON.stringify({ text: "x".repeat(50_000) });
  const fragments = [...text].flatMap((character, index) => {
    const last = index === text.length - 1;
    const head = (index === 0 ? 1 : 0) | (last ? 0x80 : 0);
    return [Buffer.from([head, 1, character.charCodeAt(0)]), last ? Buffer.alloc(0) : Buffer.from([0, 0])];
  });
  const pings = Array.from({ length: 200 }, () => frame(9, "p"));
  fragments.splice(100, 0, ...pings);
  const { client } = await scripted([accept(Buffer.concat(fragments))]);
  const seen: unknown[] = [];
  client.on("message", (data) => seen.push(data));
  client.connect();
  await until(() => expect(seen).toEqual([JSON.parse(text)]));
});
