/** Adapter of the reference client, in Node. */
import { setMaxListeners } from "node:events";
import { createRequire } from "node:module";
import { createClient } from "tidings/client";
import { referenceDriver } from "./skeleton/reference-driver.ts";
import { serveStdio } from "./skeleton/stdio.ts";

// Node has no page: the client is given one to listen to.
const document = {};
Object.assign(globalThis, { document });
const page = new EventTarget();
// Each client listens to it: many are no leak.
setMaxListeners(0, page);

serveStdio({
  ...referenceDriver(createClient, page, document),
  name: "tidings",
  version: createRequire(import.meta.url)("tidings/package.json").version,
  language: "JavaScript",
});
