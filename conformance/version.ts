/** The versions that a result states. */
import { readFileSync } from "node:fs";

const fromSource = new URL("../package.json", import.meta.url);
const fromBuild = new URL("../../package.json", import.meta.url);

/** The version of the kit: that of the package. */
export const kitVersion: string = JSON.parse(
  readFileSync(import.meta.url.includes("/dist/conformance/") ? fromBuild : fromSource, "utf8"),
).version;

/** The version of the specification that the kit judges by. */
export const specVersion = "0.1";
