/** Adapter of the reference client, in Node. */
import { createRequire } from "node:module";
import { createClient } from "tidings/client";
import { referenceDriver } from "./skeleton/reference-driver.ts";
import { serveStdio } from "./skeleton/stdio.ts";

// Node has no page: the client is given one to listen to.
const document = {};
Object.assign(globalThis, { document });

serveStdio({
  ...referenceDriver(createClient, new EventTarget(), document),
  name: "tidings",
  version: createRequire(import.meta.url)("tidings/package.json").version,
  language: "JavaScript",
});
