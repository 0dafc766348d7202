/** The reference server with permessage-deflate: each message is compressed once for all. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const tidingsDeflate: Dialect = {
  ...coreWebSocket,
  name: "Tidings with deflate",
  start: "node dist/src/cli/main.js serve --compression --port {port}",
  subscribe: { ...coreWebSocket.subscribe, deflate: true },
};
