import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { coreDialect, startCommand } from "./target.ts";

const main = fileURLToPath(import.meta.resolve("tidings/package.json")).replace("package.json", "dist/src/cli/main.js");

let undo: (() => void) | undefined;
afterEach(() => undo?.());

it("starts no server where another one answers", async () => {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  undo = () => sockets.close();
  await once(sockets, "listening");
  const ws = `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/`;

  const started = startCommand({ ...coreDialect("mine", { ws }), start: "sleep 60" });

  await expect(started).rejects.toThrow(`${ws} answers before the server is started: another one has it`);
});

it("starts a server anew where it was, though the shell that started it ends first", async () => {
  const probe = createHttpServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const server = `"${process.execPath}" "${main}" serve --port ${port}`;
  const start = `${server} & trap 'exit 0' TERM; wait`;

  await using target = await startCommand({ ...coreDialect("mine", { ws: `ws://127.0.0.1:${port}/` }), start });
  await using anew = await target.restart?.();

  expect(anew?.pid).toBeGreaterThan(0);
  expect(anew?.pid).not.toBe(target.pid);
});

it("does not take another server for the one that was started and ended", async () => {
  // It accepts the first subscriber that comes after the command has ended.
  let asked = 0;
  const http = createHttpServer();
  const sockets = new WebSocketServer({
    server: http,
    verifyClient: (_: unknown, done: (ok: boolean, code?: number) => void) => {
      asked++;
      if (asked === 1) done(false, 503);
      else setTimeout(() => done(true), 500);
    },
  });
  undo = () => {
    for (const client of sockets.clients) client.terminate();
    http.close();
  };
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const ws = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;

  const started = startCommand({ ...coreDialect("mine", { ws }), start: "echo the port is taken >&2; exit 7" });

  await expect(started).rejects.toThrow("the server ended (7): the port is taken");
});
