/** Adapter of the reference client, in a browser: of the one file that it is bundled into. */
import type * as client from "tidings/client";
import { serveControl } from "../skeleton/control.ts";
import { referenceDriver } from "../skeleton/reference-driver.ts";

declare const window: EventTarget;
declare const document: object;
declare const navigator: { readonly userAgent: string };

const bundle = new URL("../../../client/tidings-client.min.js", import.meta.url).href;
const { createClient }: typeof client = await import(bundle);

serveControl({
  ...referenceDriver(createClient, window, document),
  name: "tidings",
  language: navigator.userAgent,
  platform: "browser",
});
