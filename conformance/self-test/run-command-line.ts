/** Runs the built `tidings test server` as its users do: `npm test` builds it first. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { Result } from "../result.ts";
import { type ShamServerOptions, startShamServer } from "./sham-server/index.ts";

const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

/** A folder for the tests of a file. @returns where in it a name is */
export function useFolder(): (name: string) => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tidings-command-line-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return (name) => join(folder, name);
}

/** Starts it; it is killed when the test is over. */
export function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [main, "test", "server", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** What came of it. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Waits until it ends by itself. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const [stdout, stderr, [status]] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, "close"),
  ]);
  return { status, stdout, stderr };
}

/** Runs to the end, which comes by itself. */
export const run = (...args: string[]) => ended(start(...args));

/** A sham server that is there until the test is over. */
export async function sham(options?: ShamServerOptions): Promise<string> {
  const server = await startShamServer(options);
  onTestFinished(() => server.close());
  return server.url;
}

/** Listens on a free port until the test is over. */
export async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Reads a report in JSON, which has to fit its schema. */
export function readReport(file: string): Result {
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  expect([...Compile(Result).Errors(value)]).toEqual([]);
  return value as Result;
}
