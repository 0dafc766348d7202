/** Python's websockets, with its broadcast(). */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const pythonWebsockets: Dialect = {
  ...coreWebSocket,
  name: "Python websockets",
  start: "/usr/bin/python3 bench/peers/python_websockets.py {port}",
};
