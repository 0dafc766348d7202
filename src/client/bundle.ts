/** Makes the file that browsers load: one module that needs no other, with nothing of Node in it. Part of the build. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a page has to load for it at most, compressed. */
const MAX_BYTES = 8_192;

const dist = new URL("../../", import.meta.url);
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("src/client/browser.js", dist))],
  outfile: fileURLToPath(new URL("client/tidings-client.min.js", dist)),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  write: false,
});
const [file] = outputFiles;
if (!file) throw new Error("esbuild made no file");
const compressedBytes = gzipSync(file.contents).length;
console.log(`${file.path}: ${file.contents.length} bytes, ${compressedBytes} compressed`);
if (compressedBytes > MAX_BYTES)
  throw new Error(`the client for browsers has more than ${MAX_BYTES} bytes, compressed`);
mkdirSync(new URL("client/", dist), { recursive: true });
writeFileSync(file.path, file.contents);
