/** The zoo: servers on libraries that nobody made for the kit, in `bench/peers`. */
import type { Profile } from "../../spec/rules.ts";

/** A server that the kit is run against. */
export interface ZooMember {
  name: string;
  /** What it is, in a few words. */
  about: string;
  /** Starts it, in the root of the repository; `{port}` in it is the port that it listens at. */
  command: string;
  /** `{port}` in them stands for its port. */
  addresses: { ws?: string; sse?: string; publish?: string };
  /** What it claims, and keeps. */
  profiles: Profile[];
  /** What has to be on the machine, other than Node and what `npm run peers` installs. */
  needs?: "python";
}

/** The address of a WebSocket server that looks at no path. */
export const ROOT = "ws://127.0.0.1:{port}/";
/** Where streams are, and where messages are posted to. */
export const EVENTS = "http://127.0.0.1:{port}/api/events";

/** All members, each of which conforms to what it claims. */
export const zooMembers: readonly ZooMember[] = [
  {
    name: "plain-ws",
    about: "ws, as tutorials have it",
    command: "node bench/peers/plain-ws.mjs {port}",
    addresses: { ws: ROOT },
    profiles: ["core-ws"],
  },
  {
    name: "fastify-websocket",
    about: "fastify with @fastify/websocket, which sends on the text that came",
    command: "node bench/peers/fastify-websocket.mjs {port}",
    addresses: { ws: "ws://127.0.0.1:{port}/live" },
    profiles: ["core-ws"],
  },
  {
    name: "python-websockets",
    about: "Python's websockets",
    command: "/usr/bin/python3 bench/peers/python_websockets.py {port}",
    addresses: { ws: ROOT },
    profiles: ["core-ws"],
    needs: "python",
  },
  {
    name: "express-sse",
    about: "Express, as tutorials have it: an event each second, and nobody can publish",
    command: "node bench/peers/express-sse.mjs {port}",
    addresses: { sse: EVENTS },
    profiles: ["core-sse"],
  },
  {
    name: "express-publish",
    about: "Express, which sends broadcasts and events alike",
    command: "node bench/peers/express-publish.mjs {port}",
    addresses: { sse: EVENTS, publish: EVENTS },
    profiles: ["core-sse", "publish"],
  },
  {
    name: "better-sse",
    about: "Express with better-sse, which sends events under their own names",
    command: "node bench/peers/better-sse.mjs {port}",
    addresses: { sse: EVENTS, publish: EVENTS },
    profiles: ["core-sse", "publish"],
  },
];
