/** An adapter that is a page, in Chromium. */
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { WebSocketServer } from "ws";
import { startChromium } from "../chromium.ts";
import { type Running, Talk } from "./talk.ts";

/** Serves the files of a folder. */
function serve(folder: string) {
  const types: { [ending: string]: string } = { ".html": "text/html", ".js": "text/javascript" };
  return createServer(({ url = "/" }, response) => {
    const file = join(folder, new URL(url, "http://localhost").pathname);
    if (existsSync(file)) {
      response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain" }).end(readFileSync(file));
    } else {
      response.writeHead(404).end();
    }
  });
}

/**
 * Opens a page, and waits until it has dialled.
 * @param folder is served to the browser; `path` is the page in it.
 * @throws if the page did what its policy forbids, or something in it was not caught: when it is stopped.
 */
export async function startPage(folder: string, path: string): Promise<Running> {
  const site = serve(folder).listen(0, "127.0.0.1");
  await once(site, "listening");
  const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  const dialled = once(new WebSocketServer({ server: site }), "connection");
  const browser = await startChromium();
  const tab = await browser.newPage();
  tab.setDefaultTimeout(110_000);
  const slips: string[] = [];
  tab.on("pageerror", (error) => slips.push(String(error)));
  tab.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) slips.push(message.text());
  });
  await tab.goto(`http://${host}/${path}?control=ws://${host}/`);
  const [socket] = await dialled;
  const talk = new Talk((text) => socket.send(text));
  socket.on("message", (text: Buffer) => talk.hear(String(text)));
  socket.on("close", () => talk.over());
  return {
    talk,
    async stop() {
      const gone = once(socket, "close");
      await talk.ask({ cmd: "bye" });
      await gone;
      await browser.close();
      site.close().closeAllConnections();
      if (slips.length > 0) throw new Error(slips.join("\n"));
    },
  };
}
