/** The limit: all frames of a round in one send() a client, in C. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const limitJoined: Dialect = {
  ...coreWebSocket,
  name: "C, joined",
  start: "bench/limit/build/fan-out joined {port}",
};
