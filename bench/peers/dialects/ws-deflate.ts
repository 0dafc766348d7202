/** The tutorial's server with permessage-deflate for every message. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const wsDeflate: Dialect = {
  ...coreWebSocket,
  name: "ws with deflate",
  start: "node bench/peers/plain-ws.mjs {port} --deflate",
  subscribe: { ...coreWebSocket.subscribe, deflate: true },
};
