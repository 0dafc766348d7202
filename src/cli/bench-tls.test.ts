/** The load generator over TLS: whoever trusts a certificate of his own tells Node so. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { probe } from "../../bench/loads/http-load.ts";
import { createServer } from "../server/index.ts";

const manifest = createRequire(import.meta.url).resolve("tidings/package.json");
const main = join(dirname(manifest), "dist/src/cli/main.js");
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.warn("Left out: bench over TLS, since there is no openssl to make a certificate.");

it.skipIf(!hasOpenssl && !process.env.CI)("measures over TLS, and trusts no certificate by itself", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidings-bench-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tidings"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
  ]);
  expect(made.status, String(made.stderr)).toBe(0);
  await using server = createServer({ port: 0 });
  const inner = Number(new URL((await server.listen()).ws).port);
  const proxy = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (outside) => {
    const inside = connect(inner, "127.0.0.1");
    outside.pipe(inside).pipe(outside);
    outside.on("error", () => inside.destroy());
    inside.on("error", () => outside.destroy());
  });
  proxy.on("tlsClientError", () => {});
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const addresses = ["--sse", `https://127.0.0.1:${port}/api/events`, "--ws", `wss://127.0.0.1:${port}/`];

  const trusting = await bench(addresses, { NODE_EXTRA_CA_CERTS: certificate });
  const strict = await bench(addresses, {});

  expect(trusting).toMatchObject({ status: 0, stderr: "" });
  const [round] = JSON.parse(trusting.stdout).measurements[0].rounds;
  expect(round).toMatchObject({ lost: 0, delivered: 3 * round.sent });
  await expect(probe(`https://127.0.0.1:${port}/health`, 10_000)).rejects.toThrow(/self[- ]signed certificate/);
  expect(strict.status).toBe(3);
  expect(strict.stderr).toMatch(/cannot be reached: self[- ]signed certificate/);
});

async function bench(addresses: string[], environment: NodeJS.ProcessEnv) {
  const load = ["--subscribers", "3", "--window", "8", "--duration", "0.2", "--rounds", "1", "--json"];
  const child = spawn(process.execPath, [main, "bench", ...addresses, ...load], {
    env: { ...process.env, ...environment },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, status };
}
