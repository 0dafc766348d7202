/** Adapter of what a browser has itself: its WebSocket and its EventSource. */
import { fixed } from "../skeleton/adapter.ts";
import { serveControl } from "../skeleton/control.ts";
import { eventSourceClient } from "../skeleton/event-source-interface.ts";
import { webSocketClient } from "../skeleton/websocket-interface.ts";

declare const navigator: { readonly userAgent: string };

serveControl({
  name: "native",
  language: navigator.userAgent,
  platform: "browser",
  profiles: ["core-ws", "core-sse", "sse"],
  options: ["events"],
  open: {
    ws: (address, _options, show) => webSocketClient(new WebSocket(fixed(address)), show),
    sse: (address, { events = [] }, show) => eventSourceClient(new EventSource(fixed(address)), events, show),
  },
});
