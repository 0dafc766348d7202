/** Adapter of ws: its WebSocket, which beats, queues and connects again no more than a browser's does. */
import { WebSocket } from "ws";
import { fixed } from "./skeleton/adapter.ts";
import { installedVersion } from "./skeleton/installed.ts";
import { serveStdio } from "./skeleton/stdio.ts";
import { webSocketClient } from "./skeleton/websocket-interface.ts";

serveStdio({
  name: "ws",
  version: installedVersion("ws"),
  language: "JavaScript",
  profiles: ["core-ws"],
  options: ["connectTimeoutMs"],
  open: {
    ws(address, { connectTimeoutMs }, show) {
      return webSocketClient(new WebSocket(fixed(address), { handshakeTimeout: connectTimeoutMs }), show);
    },
  },
});
