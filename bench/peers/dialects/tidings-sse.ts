/** The reference server, over SSE. */
import type { Dialect } from "../../target/dialect.ts";
import { coreEventStream } from "./core.ts";

export const tidingsSse: Dialect = {
  ...coreEventStream,
  name: "Tidings",
  start: "node dist/src/cli/main.js serve --port {port}",
};
