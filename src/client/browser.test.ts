import { existsSync, readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createServer } from "../server/index.ts";

const executablePath = "/usr/bin/chromium";
const bundle = new URL("../../dist/client/tidings-client.min.js", import.meta.url);
const isMissing = !existsSync(executablePath);
const patience = { timeout: 60_000 };
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** Puts the client, and what it shows, where a test can reach them. */
const script = `
import { createClient } from "./client.js";
window.start = (address, options) => {
  const shown = (window.shown = []);
  const client = (window.client = createClient(address, options));
  client.on("state", ({ state }) => shown.push(state));
  client.on("error", ({ message }) => shown.push(message));
  client.onAny(({ event, data }) => shown.push([event ?? null, data]));
  client.connect();
};
document.title = "loaded";
`;

interface PageWindow {
  start(address: string, options: object): void;
  shown: unknown[];
  client: { send(message: object): { settled: Promise<string> }; close(): void; state: { state: string } };
  dispatchEvent(event: Event): void;
}

describe.skipIf(isMissing)(
  `the bundle in Chromium, under a strict policy${isMissing ? ` (left out: there is no ${executablePath})` : ""}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      const switches = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run"];
      const quiet = ["disable-background-networking", "disable-component-update", "disable-sync"];
      const args = [...switches, ...quiet].map((name) => `--${name}`);
      browser = await chromium.launch({ executablePath, args });
    });
    afterAll(() => browser?.close());

    async function openPage(): Promise<{
      page: Page;
      server: ReturnType<typeof createServer>;
      origin: string;
      port: number;
    }> {
      const server = createServer({ port: 0 });
      const { health } = await server.listen();
      const { origin, port } = new URL(health);
      // The page does not come from this machine, as it is put together here: it has to be let at a server on it.
      const page = await browser.newPage({ permissions: ["local-network-access"] });
      onTestFinished(async () => {
        await page.close();
        await server.close();
      });
      const files: Record<string, [string, string]> = {
        "/page": ["text/html", '<!doctype html><script type="module" src="page.js"></script>'],
        "/page.js": ["text/javascript", script],
        "/client.js": ["text/javascript", readFileSync(bundle, "utf8")],
      };
      for (const [path, [contentType, body]] of Object.entries(files)) {
        await page.route(origin + path, (route) =>
          route.fulfill({ contentType, body, headers: { "Content-Security-Policy": policy } }),
        );
      }
      await page.goto(`${origin}/page`);
      await expect.poll(() => page.title(), patience).toBe("loaded");
      return { page, server, origin, port: Number(port) };
    }

    const shown = (page: Page) => page.evaluate(() => (globalThis as unknown as PageWindow).shown);
    // Playwright's own way to wait is an eval in the page, which the policy forbids.
    const isIn = (page: Page, state: string) =>
      expect
        .poll(() => page.evaluate(() => (globalThis as unknown as PageWindow).client.state.state), patience)
        .toBe(state);

    it.each([
      ["ws", "/"],
      ["sse", "/api/events"],
    ])("sends and receives on %s, from an address without an origin", async (transport, path) => {
      const { page } = await openPage();
      await page.evaluate(
        ([address, transport]) => (globalThis as unknown as PageWindow).start(address, { transport }),
        [path, transport] as [string, string],
      );
      await isIn(page, "open");
      const outcomes = await page.evaluate(() => {
        const { client } = globalThis as unknown as PageWindow;
        const messages = [{ text: "hello" }, { type: "event", event: "price", data: 12.5 }];
        return Promise.all(messages.map((message) => client.send(message).settled));
      });
      expect(outcomes).toEqual(["sent", "sent"]);
      await page.waitForFunction("shown.length === 4");
      expect(await shown(page)).toEqual(["connecting", "open", [null, { text: "hello" }], ["price", 12.5]]);
    });

    it("comes back when its server does, soon after the network is back, and stays closed", async () => {
      const { page, server, port } = await openPage();
      await page.evaluate(() =>
        (globalThis as unknown as PageWindow).start("/", {
          transport: "ws",
          baseDelayMs: 600_000,
          maxDelayMs: 600_000,
        }),
      );
      await isIn(page, "open");
      await server.close();
      await isIn(page, "waiting");
      const again = createServer({ port });
      onTestFinished(() => again.close());
      await again.listen();
      await page.evaluate(() => (globalThis as unknown as PageWindow).dispatchEvent(new Event("online")));
      await isIn(page, "open");
      await page.evaluate(() => (globalThis as unknown as PageWindow).client.close());
      await expect.poll(() => again.connections, patience).toBe(0);
      expect(await shown(page)).toEqual(["connecting", "open", "waiting", "connecting", "open", "closed"]);
    });

    it("says that headers can't go with WebSocket", async () => {
      const { page } = await openPage();
      const start = page.evaluate(() =>
        (globalThis as unknown as PageWindow).start("/", { transport: "ws", headers: {} }),
      );
      await expect(start).rejects.toThrow("browsers send no headers with WebSocket");
    });
  },
);

it("the bundle has neither eval nor anything of Node in it", () => {
  expect(readFileSync(bundle, "utf8")).not.toMatch(/\beval\b|new Function|\brequire\(|\bimport\b|node:/);
});
