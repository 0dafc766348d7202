/** Bun's own server, by its own publish and subscribe. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const bun: Dialect = {
  ...coreWebSocket,
  name: "Bun",
  start: "bench/peers/on-demand/node_modules/.bin/bun bench/peers/on-demand/bun.mjs {port}",
};
