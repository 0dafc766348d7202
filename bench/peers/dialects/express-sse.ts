/** Express, which writes each event to each response. */
import type { Dialect } from "../../target/dialect.ts";
import { coreEventStream } from "./core.ts";

export const expressSse: Dialect = {
  ...coreEventStream,
  name: "Express",
  start: "node bench/peers/express-publish.mjs {port}",
};
