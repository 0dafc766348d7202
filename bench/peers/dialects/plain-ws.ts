/** The tutorial's server: ws, as its users write it. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const plainWs: Dialect = {
  ...coreWebSocket,
  name: "ws, as in the tutorial",
  start: "node bench/peers/plain-ws.mjs {port}",
};
