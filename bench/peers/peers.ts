/** The servers that the benchmark compares, in the order of its tables. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { compile } from "../limit/compile.ts";
import type { Dialect } from "../target/dialect.ts";
import { betterSse } from "./dialects/better-sse.ts";
import { bun } from "./dialects/bun.ts";
import { expressSse } from "./dialects/express-sse.ts";
import { limitEach } from "./dialects/limit-each.ts";
import { limitJoined } from "./dialects/limit-joined.ts";
import { nchanSse, nchanWs } from "./dialects/nchan.ts";
import { plainWs } from "./dialects/plain-ws.ts";
import { pythonWebsockets } from "./dialects/python-websockets.ts";
import { socketIo } from "./dialects/socket-io.ts";
import { tidingsDeflate } from "./dialects/tidings-deflate.ts";
import { tidingsSse } from "./dialects/tidings-sse.ts";
import { tidingsWs } from "./dialects/tidings-ws.ts";
import { uwebsockets } from "./dialects/uwebsockets.ts";
import { wsDeflate } from "./dialects/ws-deflate.ts";

/** A server to compare with. Commands and files are seen from the root of the repository. */
export interface Peer {
  /** How it is started, subscribed to and published to. */
  readonly dialect: Dialect;
  /** What keeps it from running here, in words; undefined where nothing does. It may have to compile something first. */
  readonly missing: () => string | undefined;
}

const installed = () => needs("bench/peers", "npm run peers", ["ws", "express", "better-sse"]);
const onDemand = (name: string) => needs("bench/peers/on-demand", "npm run peers:on-demand", [name]);

/** Over WebSocket: the first is what the others are held against, the last but one is the limit, the last is ours. */
export const webSocketPeers: readonly Peer[] = [
  { dialect: plainWs, missing: installed },
  { dialect: socketIo, missing: () => onDemand("socket.io") },
  { dialect: pythonWebsockets, missing: missingPython },
  { dialect: nchanWs, missing: missingNchan },
  { dialect: uwebsockets, missing: () => onDemand("uwebsockets") },
  { dialect: bun, missing: missingBun },
  { dialect: limitEach, missing: () => compile("fan-out") },
  { dialect: limitJoined, missing: () => compile("fan-out") },
  { dialect: tidingsWs, missing: missingBuild },
];

/** Those over WebSocket that need no greeting, and look at no path: the generator in C can load them. */
export const plainPeers: readonly Peer[] = webSocketPeers.filter(
  ({ dialect }) => dialect !== socketIo && dialect !== nchanWs,
);

/** Over SSE, in the same order. */
export const eventStreamPeers: readonly Peer[] = [
  { dialect: expressSse, missing: installed },
  { dialect: betterSse, missing: installed },
  { dialect: nchanSse, missing: missingNchan },
  { dialect: tidingsSse, missing: missingBuild },
];

/** Over WebSocket with permessage-deflate. */
export const compressedPeers: readonly Peer[] = [
  { dialect: wsDeflate, missing: installed },
  { dialect: tidingsDeflate, missing: missingBuild },
];

function needs(folder: string, install: string, packages: readonly string[]): string | undefined {
  const imports = packages.map((name) => `await import("${name}");`).join(" ");
  const answer = run(process.execPath, ["--input-type=module", "--eval", imports], folder);
  return answer === undefined
    ? undefined
    : `${packages.join(", ")} cannot be loaded (${install} installs it): ${answer}`;
}

function missingBun(): string | undefined {
  const answer = run("bench/peers/on-demand/node_modules/.bin/bun", ["--version"]);
  return answer === undefined ? undefined : `bun cannot be run (npm run peers:on-demand installs it): ${answer}`;
}

function missingPython(): string | undefined {
  const answer = run("/usr/bin/python3", ["-c", "import websockets"]);
  return answer === undefined ? undefined : `it needs Python's websockets (Debian's python3-websockets): ${answer}`;
}

function missingNchan(): string | undefined {
  const files = ["/usr/sbin/nginx", "/usr/lib/nginx/modules/ngx_nchan_module.so"];
  const absent = files.filter((file) => !existsSync(file));
  return absent.length === 0 ? undefined : `it needs ${absent.join(", ")} (Debian's libnginx-mod-nchan and nginx)`;
}

function missingBuild(): string | undefined {
  return existsSync("dist/src/cli/main.js") ? undefined : "npm run build makes it";
}

/** @returns why a program failed, in one line; undefined where it did not */
function run(program: string, args: readonly string[], cwd = "."): string | undefined {
  const { status, error, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status === 0) return undefined;
  if (error) return error.message;
  const line = stderr.split("\n").find((line) => /error/i.test(line));
  return line?.trim() ?? `it ended with ${status}`;
}
