/** Adapter of undici: its WebSocket and its EventSource, those of newer versions of Node. */
import { EventSource, WebSocket } from "undici";
import { fixed } from "./adapter.ts";
import { eventSourceClient } from "./event-source.ts";
import { installedVersion } from "./installed.ts";
import { serveStdio } from "./stdio.ts";
import { webSocketClient } from "./web-socket.ts";

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
