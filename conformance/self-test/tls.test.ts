/** `tidings test server` on a server behind TLS. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it } from "vitest";
import { serverCases } from "../cases/index.ts";
import { profiles } from "../profiles.ts";
import { listening, run, sham, useFolder } from "./run-command-line.ts";

const inFolder = useFolder();

describe("wss: and https:", () => {
  const missing = spawnSync("openssl", ["version"]).status !== 0;
  const leftOut = missing && !process.env.CI;
  if (leftOut) console.warn("Left out: wss: and https:, since there is no openssl to make a certificate.");

  /** A sham behind TLS, with a certificate that signed itself. */
  async function secureSham(): Promise<{ url: string; ca: string }> {
    expect(missing, "openssl has to be installed in CI").toBe(false);
    const [key, ca] = [inFolder("key.pem"), inFolder("certificate.pem")];
    const made = spawnSync("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tidings"],
      ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", ca],
    ]);
    expect(made.status, String(made.stderr)).toBe(0);
    const inner = Number(new URL(await sham()).port);
    const proxy = createTlsServer({ key: readFileSync(key), cert: readFileSync(ca) }, (outside) => {
      const inside = connect(inner, "127.0.0.1");
      outside.pipe(inside).pipe(outside);
      for (const [one, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
    return { url: `wss://127.0.0.1:${await listening(proxy)}/`, ca };
  }

  it.skipIf(leftOut)("with --ca: 0, with every case, on every transport", async () => {
    const { url, ca } = await secureSham();
    const events = `${url.replace("wss:", "https:")}api/events`;
    const addresses = ["--ws", url, "--sse", events, "--publish", events];
    const all = ["--profile", profiles("server").join(",")];
    const { status, stdout, stderr } = await run(...addresses, ...all, "--ca", ca);

    // What is printed says which case has failed.
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: expect.stringContaining(`${serverCases.length} cases: ${serverCases.length} pass`),
      stderr: "",
    });
  });

  it.skipIf(leftOut)("with --insecure: 0", async () => {
    const { url } = await secureSham();
    expect((await run("--ws", url, "--insecure", "--run", "values/numbers")).status).toBe(0);
  });

  it.skipIf(leftOut)("with neither: 3, and a message that says what to do", async () => {
    const { url } = await secureSham();
    const { status, stdout } = await run("--ws", url);

    expect(status).toBe(3);
    expect(stdout).toMatch(
      /certificate that is not trusted \(\w+\): give its authority with --ca FILE, or use --insec/,
    );
  });
});
