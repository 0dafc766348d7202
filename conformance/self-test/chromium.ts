/** Opens pages in the system's Chromium. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PROGRAM = "/usr/bin/chromium";

/** Where Debian has it. */
export const hasChromium = existsSync(PROGRAM);

/** Starts a browser of its own, with an empty profile, that looks for nothing outside of this machine. */
export function startChromium(): Promise<Browser> {
  const without = ["background-networking", "component-update", "sync", "gpu", "quic"];
  return chromium.launch({
    executablePath: PROGRAM,
    args: ["--no-sandbox", "--no-first-run", ...without.map((what) => `--disable-${what}`)],
    timeout: 110_000,
  });
}

/**
 * Opens a page in several tabs, each of which is a process of its own.
 *
 * @returns what closes the browser.
 */
export async function openInChromium(address: string, tabs: number): Promise<() => Promise<void>> {
  const browser = await startChromium();
  for (let tab = 1; tab <= tabs; tab++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
  }
  return () => browser.close();
}
