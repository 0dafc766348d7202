/** The zoo of clients: libraries that nobody made for the kit, as the adapters that come with it drive them. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Profile } from "../../spec/rules.ts";
import { ProcessSource } from "../adapter/adapter-source.ts";
import { ControlServer } from "../adapter/control-server.ts";
import { runClientConformance } from "../runner/client-run.ts";
import type { RunOutcome } from "../runner/outcome.ts";
import type { RunOptions } from "../runner/run.ts";
import { hasChromium, openInChromium } from "./chromium.ts";

/** A client that the kit judges. */
export interface ZooClient {
  name: string;
  /** What it is, in a few words. */
  about: string;
  /** The profiles that it is judged by: what its users may take it to promise. */
  profiles: Profile[];
  /** The adapter in `conformance/adapters`, or the page in `conformance/adapters/browser`. */
  adapter: string;
}

/** All clients of the zoo. */
export const zooClients: readonly ZooClient[] = [
  { name: "ws", about: "a WebSocket for Node", adapter: "ws.js", profiles: ["core-ws"] },
  {
    name: "undici",
    about: "Node's own WebSocket and EventSource",
    adapter: "undici.js",
    profiles: ["core-ws", "core-sse", "sse"],
  },
  {
    name: "reconnecting-websocket",
    about: "a WebSocket that connects again",
    adapter: "reconnecting-websocket.js",
    profiles: ["core-ws", "reconnect", "queue"],
  },
  {
    name: "partysocket",
    about: "a WebSocket that connects again",
    adapter: "partysocket.js",
    profiles: ["core-ws", "reconnect", "queue"],
  },
  { name: "eventsource", about: "an EventSource for Node", adapter: "eventsource.js", profiles: ["core-sse", "sse"] },
  {
    name: "fetch-event-source",
    about: "a reader of streams on fetch",
    adapter: "fetch-event-source.js",
    profiles: ["core-sse", "sse"],
  },
  {
    name: "python-websockets-client",
    about: "Python's websockets, with its iterator of connections",
    adapter: "python_websockets.py",
    profiles: ["core-ws", "reconnect"],
  },
  {
    name: "chromium",
    about: "the WebSocket and the EventSource of Chromium",
    adapter: "browser/native.html",
    profiles: ["core-ws", "core-sse", "sse"],
  },
];

/** How many pages a browser has open: so many cases run side by side. */
const TABS = 8;
const adapters = fileURLToPath(new URL("../../dist/conformance/adapters/", import.meta.url)).replace(
  "/dist/dist/",
  "/dist/",
);

/** @returns what a client needs and this machine does not have, in words, or undefined where it has all. */
export function missingForClient({ adapter }: ZooClient): string | undefined {
  if (adapter.endsWith(".html")) return hasChromium ? undefined : "Debian's chromium";
  if (!adapter.endsWith(".py")) return undefined;
  const found = spawnSync("/usr/bin/python3", ["-c", "import websockets"]).status === 0;
  return found ? undefined : "Python's websockets (Debian's python3-websockets)";
}

/** Judges a client by the profiles that it is in the zoo with, or as `options` say. */
export async function judgeClient(
  { name, adapter, profiles }: ZooClient,
  options: RunOptions = {},
): Promise<RunOutcome> {
  const selection = { profiles, ...options.selection };
  if (adapter.endsWith(".html")) return judgePage(name, adapter, { ...options, selection });
  const program = adapter.endsWith(".py") ? "/usr/bin/python3" : process.execPath;
  return runClientConformance(
    { name, adapters: new ProcessSource([program, adapters + adapter]) },
    { ...options, selection },
  );
}

async function judgePage(name: string, adapter: string, options: RunOptions): Promise<RunOutcome> {
  const control = await ControlServer.listen();
  const page = Object.values(control.pages).find((address) => address.includes(`/${adapter}?`));
  const close = await openInChromium(page ?? "", TABS);
  try {
    return await runClientConformance({ name, adapters: control }, options);
  } finally {
    await close();
  }
}
