/** uWebSockets.js, from the package that somebody else publishes on npm: its authors do not. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const uwebsockets: Dialect = {
  ...coreWebSocket,
  name: "uWebSockets.js",
  start: "node bench/peers/on-demand/uwebsockets.mjs {port}",
};
