/** Adapter of @microsoft/fetch-event-source. When it asks whether to go on, it gets the answers that its README gives. */
import { EventStreamContentType, fetchEventSource } from "@microsoft/fetch-event-source";
import { fixed, type Open, parsed, unsupported } from "./skeleton/adapter.ts";
import { installedVersion } from "./skeleton/installed.ts";
import { serveStdio } from "./skeleton/stdio.ts";

/** What it uses of a page. */
const document = Object.assign(new EventTarget(), { hidden: false });
Object.assign(globalThis, { window: globalThis, document });

class FinalError extends Error {}

function expectStream({ ok, status, headers }: Response): void {
  const type = headers.get("content-type");
  if (ok && type?.startsWith(EventStreamContentType)) return;
  const final = status >= 400 && status < 500 && status !== 429;
  throw new (final ? FinalError : Error)(`the answer has the status ${status} and the type ${type}`);
}

const sse: Open = (address, _options, show) => {
  const abort = new AbortController();
  let isOpen = false;
  fetchEventSource(fixed(address), {
    signal: abort.signal,
    async onopen(response) {
      expectStream(response);
      isOpen = true;
      show({ event: "open" });
    },
    onmessage: ({ event, data }) => show(parsed(data, event === "" || event === "message" ? {} : { name: event })),
    onclose() {
      // Without an error it would make no other request.
      throw new Error("the stream has ended");
    },
    onerror(error) {
      show({ event: "error", data: String(error) });
      if (isOpen) show({ event: "close" });
      isOpen = false;
      if (error instanceof FinalError) throw error;
    },
  }).catch(() => show({ event: "giveup" }));
  return { close: () => abort.abort() };
};

serveStdio({
  name: "@microsoft/fetch-event-source",
  version: installedVersion("@microsoft/fetch-event-source"),
  language: "JavaScript",
  profiles: ["core-sse", "sse"],
  open: { sse },
  environment({ visible }) {
    if (visible === undefined) throw unsupported();
    document.hidden = !visible;
    document.dispatchEvent(new Event("visibilitychange"));
  },
});
