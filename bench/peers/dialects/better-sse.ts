/** Express with better-sse, by its channel. */
import type { Dialect } from "../../target/dialect.ts";
import { coreEventStream } from "./core.ts";

export const betterSse: Dialect = {
  ...coreEventStream,
  name: "better-sse",
  start: "node bench/peers/better-sse.mjs {port}",
};
