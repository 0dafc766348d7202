/** The adapters that are tried: what each is known to do, and what it needs. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hasChromium } from "../chromium.ts";

export const PYTHON = "/usr/bin/python3";
/** What is built. */
export const dist = fileURLToPath(new URL("../../../dist/", import.meta.url));

/** An adapter, and what its client is known to do. */
export interface Member {
  name: string;
  transports: ("ws" | "sse")[];
  /** It can be asked to connect again, and asks for each address. */
  connectsAgain?: boolean;
  /** What it hears of. */
  hears?: "network" | "tab";
  program?: string[];
  page?: string;
  /** What this machine does not have. */
  missing?: string | false;
}

const script = (name: string) => [process.execPath, `${dist}conformance/adapters/${name}.js`];
const page = (name: string) => `conformance/adapters/browser/${name}.html`;
const noPython = spawnSync(PYTHON, ["-c", "import websockets"]).status !== 0 && "needs Debian's python3-websockets";
const noChromium = !hasChromium && "needs Debian's chromium";

/** All adapters. */
export const members: Member[] = [
  { name: "ws", transports: ["ws"], program: script("ws") },
  { name: "undici", transports: ["ws", "sse"], program: script("undici") },
  {
    name: "reconnecting-websocket",
    transports: ["ws"],
    connectsAgain: true,
    program: script("reconnecting-websocket"),
  },
  { name: "partysocket", transports: ["ws"], connectsAgain: true, program: script("partysocket") },
  { name: "eventsource", transports: ["sse"], program: script("eventsource") },
  { name: "@microsoft/fetch-event-source", transports: ["sse"], hears: "tab", program: script("fetch-event-source") },
  {
    name: "python-websockets",
    transports: ["ws"],
    program: [PYTHON, `${dist}conformance/adapters/python_websockets.py`],
    missing: noPython,
  },
  {
    name: "tidings",
    transports: ["ws", "sse"],
    connectsAgain: true,
    hears: "network",
    program: script("reference-client"),
  },
  { name: "native", transports: ["ws", "sse"], page: page("native"), missing: noChromium },
  {
    name: "tidings",
    transports: ["ws", "sse"],
    connectsAgain: true,
    hears: "network",
    page: page("reference-client"),
    missing: noChromium,
  },
];

/** A separator of lines to some, and a character of four bytes. */
export const ODD = { text: "one\u2028two 😀" };
