/** The server's address for server-sent events: streams by GET, publishing by POST, and the bridge to WebSocket. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { createServer, type Server, type ServerUrls } from "./server.ts";

let server: Server;
let urls: ServerUrls;

async function start(options = {}): Promise<void> {
  server = createServer({ port: 0, ...options });
  urls = await server.listen();
}
beforeEach(() => start());
afterEach(() => server.close());

/** A stream as text: `next` takes up to the end of the next event. */
class Stream {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #abort: AbortController;
  #text = "";

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    if (response.body === null) throw new Error("no body");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(): Promise<Stream> {
    const abort = new AbortController();
    return new Stream(await fetch(urls.sse, { signal: abort.signal }), abort);
  }

  async next(): Promise<string | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n\n") + 2;
    const event = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return event;
  }

  leave(): void {
    this.#abort.abort();
  }
}

async function webSocket(): Promise<{ socket: WebSocket; next(): Promise<string> }> {
  const socket = new WebSocket(urls.ws);
  const inbox: string[] = [];
  socket.on("message", (data) => {
    inbox.push(data.toString());
    socket.emit("inbox");
  });
  await once(socket, "open");
  return {
    socket,
    async next() {
      while (inbox.length === 0) await once(socket, "inbox");
      return inbox.shift() ?? "";
    },
  };
}

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(urls.publish, { method: "POST", body: new Blob([new Uint8Array(Buffer.from(body))]), headers });

/** Proves that nothing else was published: what is published now comes next. */
async function fence(stream: Stream): Promise<void> {
  server.publish({ fence: 1 });
  expect(await stream.next()).toBe('data: {"fence":1}\n\n');
}

describe("a stream", () => {
  it("opens at once, and says that nobody may keep or change it", async () => {
    const { response } = await Stream.open();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
  });

  it("shows what connections send, mapped, in the order in which they see it themselves", async () => {
    const [one, other] = [await Stream.open(), await Stream.open()];
    const sender = await webSocket();
    const event = '{"type":"event","event":"price","data":12345678901234567890,"id":"7"}';
    for (const text of ['{"n":1}', '{"type":"ping"}', "{", '{"type":"rt:x"}', event, '{\n"n": 2 }']) {
      sender.socket.send(text);
    }
    for (const stream of [one, other]) {
      expect(await stream.next()).toBe('data: {"n":1}\n\n');
      expect(await stream.next()).toBe("event: price\ndata: 12345678901234567890\n\n");
      expect(await stream.next()).toBe('data: {\ndata: "n": 2 }\n\n');
    }
    for (const text of ['{"n":1}', '{"type":"pong"}', event, '{\n"n": 2 }']) expect(await sender.next()).toBe(text);
  });

  it("whose client has gone is out of the books, and the others go on", async () => {
    const [leaver, stayer] = [await Stream.open(), await Stream.open()];
    expect(server.connections).toBe(2);
    leaver.leave();
    await expect.poll(() => server.connections).toBe(1);
    await fence(stayer);
  });

  it("that is reset in the middle of much is out of the books", async () => {
    const socket = connect(Number(new URL(urls.sse).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    for (let n = 0; n < 1_000; n++) server.publish({ text: "x".repeat(10_000) });
    socket.resetAndDestroy();
    server.publish({ after: 1 });
    await expect.poll(() => server.connections).toBe(0);
  });

  it("ends with what was published before, and does not keep the server from closing", async () => {
    const stream = await Stream.open();
    server.publish({ last: 1 });
    await server.close();
    expect(await stream.next()).toBe('data: {"last":1}\n\n');
    expect(await stream.next()).toBeUndefined();
  });

  it("of HTTP/1.0 has events without chunks, and one of HTTP/1.1 has chunks", async () => {
    const read = async (version: string) => {
      const socket = connect(Number(new URL(urls.sse).port), "127.0.0.1");
      socket.write(`GET /api/events HTTP/${version}\r\nHost: a\r\n\r\n`);
      let text = "";
      socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      await once(socket, "data");
      return { ended: once(socket, "close"), body: () => text.slice(text.indexOf("\r\n\r\n") + 4) };
    };
    const [old, current] = [await read("1.0"), await read("1.1")];
    await expect.poll(() => server.connections).toBe(2);
    server.publish({ n: 1 });
    server.publish({ n: 2 });
    await server.close();
    await Promise.all([old.ended, current.ended]);

    expect(old.body()).toBe('data: {"n":1}\n\ndata: {"n":2}\n\n');
    expect(current.body()).toBe('1e\r\ndata: {"n":1}\n\ndata: {"n":2}\n\n\r\n0\r\n\r\n');
  });

  it("that was asked for before an earlier answer was over gets its events when that is", async () => {
    const socket = connect(Number(new URL(urls.sse).port), "127.0.0.1");
    const body = '{"n":1}';
    const post = `POST /api/events HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(`${post}${body}GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n`);
    let text = "";
    socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    await expect.poll(() => server.connections).toBe(1);
    server.publish({ n: 2 });
    await expect.poll(() => text).toMatch(/data: \{"n":2\}\n\n\r\n$/);
    expect(text).toMatch(/^HTTP\/1\.1 204 .*HTTP\/1\.1 200 /s);
    socket.destroy();
  });

  it("has none behind it on its connection, for whom all would have to be kept", async () => {
    const socket = connect(Number(new URL(urls.sse).port), "127.0.0.1");
    socket.write("GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3));
    await once(socket, "data");
    const stayer = await Stream.open();
    expect(server.connections).toBe(2);
    socket.destroy();
    await expect.poll(() => server.connections).toBe(1);
    await fence(stayer);
  });

  it("is not opened by HEAD", async () => {
    const response = await fetch(urls.sse, { method: "HEAD" });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(server.connections).toBe(0);
  });

  it("is not there for other methods", async () => {
    const response = await fetch(urls.sse, { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
  });
});

describe("a POST", () => {
  it("of a message is answered 204, and reaches everybody as it is", async () => {
    const [stream, connection] = [await Stream.open(), await webSocket()];
    for (const text of ['{ "text": "h\\u00e4llo" }', '{"type":"event","event":"price","data":-0,"id":"7"}']) {
      expect((await post(text)).status).toBe(204);
      expect(await connection.next()).toBe(text);
    }
    expect(await stream.next()).toBe('data: { "text": "h\\u00e4llo" }\n\n');
    expect(await stream.next()).toBe("event: price\ndata: -0\n\n");
  });

  it.each([
    ["", 400],
    ["{", 400],
    ["\ufeff{}", 400],
    ["null", 400],
    ["[{}]", 400],
    ['"text"', 400],
    ['{"type":"ping"}', 400],
    ['{"type":"pong"}', 400],
    ['{"type":"rt:hello"}', 400],
    [Buffer.from('{"a":"\xff"}', "latin1"), 400],
  ])("of %j is refused with %i, and nobody gets it", async (body, status) => {
    const stream = await Stream.open();
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/^.+\n$/);
    await fence(stream);
  });

  it("that is compressed is refused with 415, and nobody gets it", async () => {
    const stream = await Stream.open();
    expect((await post("{}", { "Content-Encoding": "gzip" })).status).toBe(415);
    await fence(stream);
  });

  it.each([
    ["whose length is told", false],
    ["in chunks", true],
  ])("that is too long, %s, is refused with 413, and the longest is not", async (_, chunked) => {
    await server.close();
    await start({ maxMessageBytes: 100_000 });
    const stream = await Stream.open();
    const bodyOf = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;
    const send = (bytes: number) =>
      chunked
        ? fetch(urls.publish, {
            method: "POST",
            body: new Blob([bodyOf(bytes)]).stream(),
            duplex: "half",
          } as RequestInit)
        : post(bodyOf(bytes));
    expect((await send(100_001)).status).toBe(413);
    expect((await send(5_000_000)).status).toBe(413);
    await fence(stream);
    expect((await send(100_000)).status).toBe(204);
    expect(await stream.next()).toHaveLength(100_000 + "data: \n\n".length);
  });

  it("that ends before its body does is not published", async () => {
    const stream = await Stream.open();
    const socket = connect(Number(new URL(urls.publish).port), "127.0.0.1");
    socket.write('POST /api/events HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n{"a":1}');
    await once(socket, "connect");
    socket.end();
    await once(socket.resume(), "close");
    await fence(stream);
  });

  it.each(["whole", "cut behind its head", "cut within its body"])(
    "that also asks for h2c, as Java's client does, is taken; %s",
    async (how) => {
      const stream = await Stream.open();
      const wish = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk";
      const head = `POST /api/events HTTP/1.1\r\nHost: a\r\n${wish}\r\nContent-Length: 9\r\n\r\n`;
      const cut = head.length + { whole: 9, "cut behind its head": 0, "cut within its body": 4 }[how as "whole"];
      const request = `${head}{"jav":1}`;
      const socket = connect(Number(new URL(urls.publish).port), "127.0.0.1");
      socket.setNoDelay(true);
      socket.write(request.slice(0, cut));
      // What proves that the first part was read is that the server answers another connection after it.
      await fetch(urls.health);
      socket.write(request.slice(cut));
      const [answer] = await once(socket, "data");
      expect(String(answer)).toMatch(/^HTTP\/1\.1 204 /);
      socket.destroy();
      expect(await stream.next()).toBe('data: {"jav":1}\n\n');
    },
  );
});

it("closes at once also where a client has opened a connection and asked nothing", async () => {
  await server.close();
  await start({ closeTimeoutMs: 2 ** 31 - 1 });
  const idle = connect(Number(new URL(urls.sse).port), "127.0.0.1");
  await once(idle, "connect");
  await fetch(urls.health);
  const ended = once(idle.resume(), "close");
  await server.close();
  await ended;
});

it("tells everybody in its health, whatever carries them", async () => {
  await Stream.open();
  const { socket } = await webSocket();
  socket.send('{"type":"ping"}');
  await once(socket, "inbox");
  expect(await (await fetch(urls.health)).json()).toEqual({ status: "ok", connections: 2 });
});
