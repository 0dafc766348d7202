import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { PostLine } from "./post-line.ts";

let undo: (() => void) | undefined;
afterEach(() => undo?.());

/** A line to a server that answers each body so; what came on each of its connections; why the line was lost. */
async function lineTo(answer: (socket: Socket, body: string) => void) {
  const came: string[][] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const bodies: string[] = [];
    came.push(bodies);
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      for (const [, body = ""] of String(data).matchAll(/\r\n\r\n(\w+)/g)) {
        const text = body.replace("POST", "");
        bodies.push(text);
        answer(socket, text);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const lost: string[] = [];
  const { port } = server.address() as AddressInfo;
  const line = new PostLine({ url: `http://127.0.0.1:${port}/` }, (reason) => lost.push(reason));
  undo = () => {
    line.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  await line.open();
  return { line, came, lost, sockets };
}

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 5 });
const answered = (line: PostLine, count: number) => eventually(() => expect(line.answered).toBe(count));

it("keeps to one connection, with requests one behind the other", async () => {
  const { line, came, lost } = await lineTo((socket) => socket.write(ANSWER));

  line.send(["a", "b"]);
  await answered(line, 2);
  line.send(["c"]);
  await answered(line, 3);

  expect({ came, lost }).toEqual({ came: [["a", "b", "c"]], lost: [] });
});

it.each([
  ["with Connection: close, and leaves it open", ANSWER.replace("OK", "OK\r\nConnection: close"), false],
  ["with Connection: close, and no length", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", true],
  ["and ends the connection without a word", ANSWER, true],
])("takes a new connection where a server answers all %s", async (_how, answer, ends) => {
  const { line, came, lost, sockets } = await lineTo((socket) => (ends ? socket.end(answer) : socket.write(answer)));

  for (const [index, body] of ["a", "b", "c"].entries()) {
    line.send([body]);
    await answered(line, index + 1);
    // An end without a word can't be foreseen: both sides have to have seen it.
    await eventually(() => expect(sockets[index]?.closed).toBe(true));
  }

  expect({ came, lost }).toEqual({ came: [["a"], ["b"], ["c"]], lost: [] });
});

it.each([
  ["says that it answers no more", ANSWER.replace("OK", "OK\r\nConnection: close")],
  ["ends the connection", ANSWER],
])("is lost where a server %s before all is answered", async (_how, answer) => {
  const { line, lost } = await lineTo((socket, body) => body === "a" && socket.end(answer));

  line.send(["a", "b"]);

  await eventually(() =>
    expect(lost).toEqual(["the server ended the connection after 1 answers, before 1 more: it has to be kept alive"]),
  );
});

it.each([
  ["head", "HTTP/1.1 200 O"],
  ["body", ANSWER.slice(0, -1)],
  ["chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no"],
])("is lost where a server ends the connection in the midst of a %s", async (_part, answer) => {
  const { line, lost } = await lineTo((socket) => socket.end(answer));

  line.send(["a"]);

  await eventually(() => expect(lost).toEqual(["the server ended the connection in the midst of an answer"]));
});

it("is lost where a body is refused", async () => {
  const { line, lost } = await lineTo((socket) => socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));

  line.send(["a"]);

  await eventually(() => expect(lost).toEqual([expect.stringContaining("403")]));
});
