/** Adapter of eventsource. */
import { EventSource } from "eventsource";
import { fixed } from "./skeleton/adapter.ts";
import { eventSourceClient } from "./skeleton/event-source-interface.ts";
import { installedVersion } from "./skeleton/installed.ts";
import { serveStdio } from "./skeleton/stdio.ts";

serveStdio({
  name: "eventsource",
  version: installedVersion("eventsource"),
  language: "JavaScript",
  profiles: ["core-sse", "sse"],
  options: ["events"],
  open: {
    sse: (address, { events = [] }, show) => eventSourceClient(new EventSource(fixed(address)), events, show),
  },
});
