import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { connect, type Socket } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket, { type ClientOptions } from "ws";
import { createServer, type Server, type ServerUrls } from "./server.ts";

/** A client that keeps what it receives, in order: `next` takes the oldest. */
class Client {
  readonly socket: WebSocket;
  readonly #inbox: [text: string, isBinary: boolean][] = [];

  constructor(url: string, protocols: string[] = [], options: ClientOptions = {}) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on("message", (data, isBinary) => {
      this.#inbox.push([data.toString(), isBinary]);
      this.socket.emit("inbox");
    });
    this.socket.on("error", () => {});
  }

  async opened(): Promise<this> {
    await once(this.socket, "open");
    return this;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  async next(): Promise<string> {
    while (this.#inbox.length === 0) await once(this.socket, "inbox");
    const [text, isBinary] = this.#inbox.shift() ?? ["", true];
    expect(isBinary).toBe(false);
    return text;
  }

  /** Proves that nothing else has come: the answer to a ping is next. */
  async fence(): Promise<void> {
    this.send('{"type":"ping"}');
    expect(await this.next()).toBe('{"type":"pong"}');
  }

  async closed(): Promise<number> {
    const [code] = await once(this.socket, "close");
    return code;
  }
}

let server: Server;
let urls: ServerUrls;

async function start(options = {}): Promise<void> {
  server = createServer({ port: 0, ...options });
  urls = await server.listen();
}
const join = () => new Client(urls.ws).opened();

beforeEach(() => start());
afterEach(() => server.close());

describe("messages", () => {
  it("answers a ping to the one who asked alone", async () => {
    const [asker, other] = [await join(), await join()];

    asker.send('{"type":"ping","sentAt":1}');

    expect(await asker.next()).toBe('{"type":"pong"}');
    await asker.fence();
    await other.fence();
  });

  it("relays broadcasts and events to everybody, as the text that came", async () => {
    const [sender, other] = [await join(), await join()];
    const texts = [
      '{ "text" : "h\\u00e4llo" }',
      '{"type":"event","event":"price","data":-0}',
      "{}",
      '{"type":"événement"}',
    ];

    for (const text of texts) sender.send(text);

    for (const client of [sender, other]) {
      for (const text of texts) expect(await client.next()).toBe(text);
      await client.fence();
    }
  });

  it("keeps the order of one sender's bursts, pings among them", async () => {
    const [sender, other] = [await join(), await join()];

    for (let n = 0; n < 50; n++) sender.send(n % 10 === 9 ? '{"type":"ping"}' : `{"n":${n}}`);

    for (let n = 0; n < 50; n++) {
      expect(await sender.next()).toBe(n % 10 === 9 ? '{"type":"pong"}' : `{"n":${n}}`);
      if (n % 10 !== 9) expect(await other.next()).toBe(`{"n":${n}}`);
    }
  });

  it.each(["ping", "{", "null", "42", '"text"', "[]", '{"type":"pong"}', '{"type":"rt:hello"}', ""])(
    "ignores %j",
    async (text) => {
      const [sender, other] = [await join(), await join()];

      sender.send(text);

      await sender.fence();
      await other.fence();
    },
  );

  it("ignores binary messages, even with a ping inside", async () => {
    const [sender, other] = [await join(), await join()];

    sender.socket.send(Buffer.from('{"type":"ping"}'));
    sender.socket.send(Buffer.from([0xff, 0x00]));

    await sender.fence();
    await other.fence();
  });

  it("serves a client that never sends", async () => {
    const [sender, listener] = [await join(), await join()];

    sender.send('{"n":1}');

    expect(await listener.next()).toBe('{"n":1}');
  });
});

describe("publishing from code", () => {
  it("reaches everybody in order", async () => {
    const clients = [await join(), await join()];

    server.publish({ n: 1 });
    server.publish({ type: "event", event: "price", data: [2] });

    for (const client of clients) {
      expect(await client.next()).toBe('{"n":1}');
      expect(await client.next()).toBe('{"type":"event","event":"price","data":[2]}');
    }
  });

  it.each([[{ type: "ping" }], [{ type: "rt:x" }], [[1]], [() => 1]])("refuses %j", async (message) => {
    const client = await join();

    expect(() => server.publish(message)).toThrow(TypeError);

    await client.fence();
  });
});

describe("bad peers", () => {
  it("closes the connection of a message that is too long, and serves the others", async () => {
    await server.close();
    await start({ maxMessageBytes: 1_000 });
    const [bad, other] = [await join(), await join()];

    bad.send(`{"a":"${"x".repeat(992)}"}`);
    expect(await other.next()).toHaveLength(1_000);
    bad.send(`{"a":"${"x".repeat(993)}"}`);

    expect(await bad.closed()).toBe(1009);
    await other.fence();
  });

  it("goes on after resets, in the midst of a frame too", async () => {
    const other = await join();
    for (const bytes of ["", "\x81\xfe\x00", "\x81\x85"]) {
      const peer = await join();
      const socket = rawSocketOf(peer);
      socket.write(Buffer.from(bytes, "latin1"));
      server.publish({ bytes });
      socket.resetAndDestroy();
      await other.next();
    }
    server.publish({ after: 1 });

    expect(await other.next()).toBe('{"after":1}');
    await other.fence();
  });

  it.each([
    ["an unmasked frame", "\x81\x02{}", 1002],
    ["text that is not UTF-8", "\x81\x81\x00\x00\x00\x00\xff", 1007],
  ])("closes the connection of %s, and serves the others", async (_, bytes, code) => {
    const [bad, other] = [await join(), await join()];

    rawSocketOf(bad).write(Buffer.from(bytes, "latin1"));

    expect(await bad.closed()).toBe(code);
    await other.fence();
  });
});

describe("fragments", () => {
  const frame = (firstByte: number, payload = "") =>
    Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

  it("takes the longest message of Core byte by byte", async () => {
    const client = await join();
    const text = `{"a":"${"x".repeat(59_992)}"}`;

    const frames = [...text].map((byte, index) => frame(index === 0 ? 0x01 : 0x00, byte));
    rawSocketOf(client).write(Buffer.concat([...frames, frame(0x80)]));

    expect(await client.next()).toBe(text);
  });

  it("takes hundreds of control pings between fragments", async () => {
    const client = await join();
    const ping = frame(0x89, "x");

    const pings = Array.from({ length: 1_000 }, () => ping);
    rawSocketOf(client).write(Buffer.concat([frame(0x01, "{"), ...pings, frame(0x80, "}")]));

    expect(await client.next()).toBe("{}");
  });
});

describe("a client that closes", () => {
  const frame = (firstByte: number, payload = "") =>
    Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

  it("gets what was accepted before its Close frame, and nothing behind the server's", async () => {
    const [leaver, other] = [await join(), await join()];
    const read: Buffer[] = [];
    rawSocketOf(leaver).on("data", (bytes: Buffer) => void read.push(bytes));

    const sent = [frame(0x81, '{"n":1}'), frame(0x81, '{"n":2}'), frame(0x88)];
    rawSocketOf(leaver).write(Buffer.concat(sent));
    server.publish({ n: 3 });

    await leaver.closed();
    const seen = ['{"n":3}', '{"n":1}', '{"n":2}'].map((text) => `\x81\x07${text}`).join("");
    expect(Buffer.concat(read).toString("latin1")).toBe(`${seen}\x88\x00`);
    for (const text of ['{"n":3}', '{"n":1}', '{"n":2}']) expect(await other.next()).toBe(text);
    await other.fence();
  });

  /** A client on a bare socket, whose side can be ended alone. */
  async function joinHalfOpen(): Promise<Socket> {
    const socket = connect({ port: Number(new URL(urls.ws).port), host: "127.0.0.1", allowHalfOpen: true });
    const heads = Object.entries({ Host: "x", Connection: "Upgrade", Upgrade: "websocket", ...handshake });
    socket.write(["GET / HTTP/1.1", ...heads.map((head) => head.join(": ")), "\r\n"].join("\r\n"));
    await once(socket, "data");
    socket.pause();
    return socket;
  }

  it("gets what was accepted before it ended its side without a Close frame", async () => {
    const [leaver, other] = [await joinHalfOpen(), await join()];
    const long = { text: "x".repeat(1_000_000) };
    const accepted = 20;

    for (let count = 0; count < accepted; count++) server.publish(long);
    leaver.end();
    await once(leaver, "finish");
    for (let count = 0; count < accepted; count++) await other.next();
    await other.fence();
    server.publish({ after: 1 });

    let bytes = 0;
    leaver.on("data", ({ length }) => {
      bytes += length;
    });
    leaver.resume();
    await once(leaver, "end");
    expect(bytes).toBe(accepted * (10 + JSON.stringify(long).length));
    expect(await other.next()).toBe('{"after":1}');
  });
});

describe("compression", () => {
  const text = (length: number) => `{"text":"${"fan-out ".repeat(length / 8).slice(0, length)}"}`;

  /** What the server agrees on with a client that makes this offer. */
  async function agreedOn(offer: string): Promise<string | undefined> {
    await server.close();
    await start({ compression: true });
    const headers = { ...handshake, Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Extensions": offer };
    const response = await get("/", headers);
    expect(response.statusCode).toBe(101);
    return response.headers["sec-websocket-extensions"]?.toString();
  }

  it.each([
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "bbf-usp-protocol, permessage-deflate;server_no_context_takeover",
    "permessage-deflate; server_max_window_bits=10, permessage-deflate",
    "permessage-deflate; unheard_of, permessage-deflate; client_no_context_takeover",
  ])("is accepted where %j is offered, without a context on either side", async (offer) => {
    const agreed = (await agreedOn(offer))?.split("; ").toSorted();
    expect(agreed).toEqual(["client_no_context_takeover", "permessage-deflate", "server_no_context_takeover"]);
  });

  it.each([
    "x-webkit-deflate-frame",
    "permessage-deflate; server_max_window_bits=9",
    "permessage-deflate; client_max_window_bits=7",
    "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
    "permessage-deflate-too; x",
    "=",
  ])("is not accepted where %j is offered, and the client is served", async (offer) => {
    expect(await agreedOn(offer)).toBeUndefined();
  });

  it("sends everybody the same messages in one order, compressed to those alone who agreed", async () => {
    await server.close();
    await start({ compression: true });
    const [one, other] = [await join(), await join()];
    const plain = new Client(urls.ws, [], { perMessageDeflate: false });
    await plain.opened();
    const bytesBefore = [one, plain].map((client) => rawSocketOf(client).bytesRead);
    const lengths = [0, 1, 100, 1_000, 65_535, 70_000, 500_000];

    for (const [index, length] of lengths.entries()) {
      one.send(text(length));
      if (index === 2) one.send('{"type":"ping"}');
    }

    for (const client of [one, other, plain]) {
      for (const [index, length] of lengths.entries()) {
        expect(await client.next()).toBe(text(length));
        if (index === 2 && client === one) expect(await client.next()).toBe('{"type":"pong"}');
      }
    }
    const [compressed = 0, whole = 0] = [one, plain].map(
      (client, index) => rawSocketOf(client).bytesRead - (bytesBefore[index] ?? 0),
    );
    expect(whole).toBeGreaterThan(500_000);
    expect(compressed).toBeLessThan(whole / 20);
  });

  it("does not let what a client compressed be longer than a message may be", async () => {
    await server.close();
    await start({ compression: true, maxMessageBytes: 10_000 });
    const [bad, other] = [await join(), await join()];

    bad.send(text(20_000));

    expect(await bad.closed()).toBe(1009);
    await other.fence();
  });
});

describe("the handshake", () => {
  it("accepts no extension and no subprotocol", async () => {
    const headers = { Connection: "keep-alive, Upgrade", Upgrade: "websocket", ...handshake };
    const response = await get("/", { ...headers, "Sec-WebSocket-Protocol": "bearer.secret" });

    expect(response.statusCode).toBe(101);
    expect(response.headers["sec-websocket-extensions"]).toBeUndefined();
    expect(response.headers["sec-websocket-protocol"]).toBeUndefined();
  });

  it("takes a query", async () => {
    await (await new Client(`${urls.ws}?token=1`).opened()).fence();
  });

  it.each([
    ["/elsewhere", { Upgrade: "websocket" }, 404],
    ["/health", { Upgrade: "websocket" }, 200],
    ["/health", { Upgrade: "h2c" }, 200],
    ["/", { Upgrade: "h2c" }, 426],
    ["/", { Upgrade: "websocket", "Sec-WebSocket-Version": "12" }, 400],
    ["/", { Upgrade: "websocket", "Sec-WebSocket-Key": "short" }, 400],
  ])("answers an upgrade of %s with %j by %i", async (path, headers, status) => {
    const response = await get(path, { Connection: "Upgrade", ...handshake, ...headers });

    expect(response.statusCode).toBe(status);
    expect(await readAll(response)).not.toBe("");
  });
});

describe("plain HTTP", () => {
  it("asks for WebSocket on the WebSocket path", async () => {
    const response = await fetch(urls.ws.replace("ws:", "http:"));

    expect(response.status).toBe(426);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await response.text()).toBe("This address speaks WebSocket.\n");
  });

  it("tells its health", async () => {
    const client = await join();
    await client.fence();

    const response = await fetch(urls.health);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok", connections: 1 });
    expect(server.connections).toBe(1);
  });

  it.each([
    ["GET", "/elsewhere", 404, null],
    ["POST", "/health", 405, "GET, HEAD"],
    ["POST", "/", 405, "GET, HEAD"],
    ["HEAD", "/health", 200, null],
  ])("answers %s %s by %i", async (method, path, status, allow) => {
    const response = await fetch(new URL(path, urls.health), { method });

    expect(response.status).toBe(status);
    expect(response.headers.get("allow")).toBe(allow);
  });
});

describe("closing", () => {
  it("sends everybody 1001 and frees the port", async () => {
    const clients = [await join(), await join()];
    const codes = Promise.all(clients.map((client) => client.closed()));

    await server.close();

    expect(await codes).toEqual([1001, 1001]);
    expect(server.connections).toBe(0);
    await using next = createServer({ port: Number(new URL(urls.ws).port) });
    expect((await next.listen()).ws).toBe(urls.ws);
  });

  it("delivers what was published before", async () => {
    const client = await join();

    server.publish({ last: 1 });
    const closing = server.close();

    expect(await client.next()).toBe('{"last":1}');
    await closing;
  });

  it("cuts those who do not answer, WebSocket or not", async () => {
    await server.close();
    await start({ closeTimeoutMs: 50 });
    const deaf = await join();
    deaf.socket.pause();
    const silent = connect(Number(new URL(urls.ws).port), "127.0.0.1");
    await once(silent, "connect");

    await server.close();

    silent.destroy();
    deaf.socket.terminate();
  });

  it("is done once, whoever calls it how often", async () => {
    await Promise.all([server.close(), server.close()]);
    await expect(server.listen()).rejects.toThrow("a server listens once");
  });

  it("works on a server that never listened", () => createServer().close());

  it("closes a server that is just starting", async () => {
    const starting = createServer({ port: 0 });
    const listening = starting.listen();

    await starting.close();

    await expect(fetch((await listening).health)).rejects.toThrow();
  });
});

describe("listening", () => {
  it("fails with the system's code when the port is in use", async () => {
    const port = Number(new URL(urls.ws).port);
    await using second = createServer({ port });

    await expect(second.listen()).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it.each([
    ["0.0.0.0", /^ws:\/\/127\.0\.0\.1:\d+\/$/],
    ["localhost", /^ws:\/\/localhost:\d+\/$/],
  ])("on %s tells a URL that can be reached", async (host, url) => {
    await using other = createServer({ port: 0, host });
    const { ws } = await other.listen();

    expect(ws).toMatch(url);
    const client = await new Client(ws).opened();
    await client.fence();
    client.socket.close();
  });
});

it.each([
  [{ port: -1 }, "option port takes an integer from 0 to 65535, not -1"],
  [{ port: 1.5 }, "option port takes an integer from 0 to 65535, not 1.5"],
  [{ host: "" }, 'option host takes a string that is not empty, not ""'],
  [{ maxMessageBytes: 0 }, "option maxMessageBytes takes an integer from 1 to 2147483647, not 0"],
  [{ compression: 1 as unknown as boolean }, "option compression takes true or false, not 1"],
  [{ closeTimeoutMs: Number.NaN }, "option closeTimeoutMs takes an integer from 0 to 2147483647, not NaN"],
])("refuses the options %j", (options, message) => {
  expect(() => createServer(options)).toThrow(new TypeError(message));
});

/** The TCP socket below a client, for bytes that the client itself would not send. */
function rawSocketOf(client: Client): Socket {
  return (client.socket as unknown as { _socket: Socket })._socket;
}

const handshake = {
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
};

/** Asks with headers of one's own; resolves with the response, also if it switches protocols. */
function get(path: string, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, urls.health), { headers });
    request.on("response", resolve).on("error", reject).end();
    request.on("upgrade", (response: IncomingMessage, socket) => {
      socket.destroy();
      resolve(response);
    });
  });
}
