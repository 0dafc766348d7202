/** The limit without joining: a send() a client for each message, in C. */
import type { Dialect } from "../../target/dialect.ts";
import { coreWebSocket } from "./core.ts";

export const limitEach: Dialect = {
  ...coreWebSocket,
  name: "C, a send() each",
  start: "bench/limit/build/fan-out each {port}",
};
