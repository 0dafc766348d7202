/** Part of `npm run build`: copies what tsc leaves behind, pages and adapters in other languages, to the adapters that are built. */
import { cpSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../", import.meta.url));
const sources = fileURLToPath(new URL("../../../../conformance/adapters/", import.meta.url));
const kinds = ["", ".html", ".py"];

// Folders have no ending.
cpSync(sources, built, { recursive: true, filter: (path) => kinds.includes(extname(path)) });
