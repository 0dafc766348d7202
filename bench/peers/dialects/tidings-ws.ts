/** The reference server, over WebSocket. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const tidingsWs: Dialect = {
  ...coreWebSocket,
  name: "Tidings",
  start: "node dist/src/cli/main.js serve --port {port}",
};
