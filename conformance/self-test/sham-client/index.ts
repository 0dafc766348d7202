/** The sham client: a small conforming client, and its adapter, that takes faults and oddities by name. */
import { fileURLToPath } from "node:url";
import type { ShamClientOptions } from "./sham-client.ts";

export { type Fault, type FaultName, faults } from "./faults.ts";
export { type NullAdapter, type NullAdapterName, nullAdapters } from "./null-adapters.ts";
export { type Oddity, type OddityName, oddities } from "./oddities.ts";
export { makeShamClient, type ShamClientOptions } from "./sham-client.ts";

/** The command line that runs one as an adapter: the built one, whoever asks. */
export function shamClientCommand({
  fault,
  oddities: odd = [],
  nullAdapter,
}: ShamClientOptions = {}): readonly [string, ...string[]] {
  const main = fileURLToPath(new URL("main.js", import.meta.url)).replace(
    /(?<!\/dist)\/conformance\/self-test\/sham-client\/main\.js$/,
    "/dist/conformance/self-test/sham-client/main.js",
  );
  return [
    process.execPath,
    main,
    ...(fault === undefined ? [] : ["--fault", fault]),
    ...odd.flatMap((name) => ["--oddity", name]),
    ...(nullAdapter === undefined ? [] : ["--null", nullAdapter]),
  ];
}
