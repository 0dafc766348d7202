/** Adapter of undici: its WebSocket and its EventSource, those of newer versions of Node. */
import { EventSource, WebSocket } from "undici";
import { fixed } from "./skeleton/adapter.ts";
import { eventSourceClient } from "./skeleton/event-source-interface.ts";
import { installedVersion } from "./skeleton/installed.ts";
import { serveStdio } from "./skeleton/stdio.ts";
import { webSocketClient } from "./skeleton/websocket-interface.ts";

serveStdio({
  name: "undici",
  version: installedVersion("undici"),
  language: "JavaScript",
  profiles: ["core-ws", "core-sse", "sse"],
  options: ["baseDelayMs", "events"],
  open: {
    ws: (address, _options, show) => webSocketClient(new WebSocket(fixed(address)), show),
    sse(address, { baseDelayMs, events = [] }, show) {
      const node = baseDelayMs === undefined ? {} : { reconnectionTime: baseDelayMs };
      return eventSourceClient(new EventSource(fixed(address), { node }), events, show);
    },
  },
});
