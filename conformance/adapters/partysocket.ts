/** Adapter of partysocket: its WebSocket, over that of ws, as its README has it for Node. */
import { WebSocket as ReconnectingWebSocket } from "partysocket";
import { WebSocket } from "ws";
import { installedVersion } from "./skeleton/installed.ts";
import { optionNames, reconnectingOptions } from "./skeleton/reconnecting-options.ts";
import { serveStdio } from "./skeleton/stdio.ts";
import { webSocketClient } from "./skeleton/websocket-interface.ts";

serveStdio({
  name: "partysocket",
  version: installedVersion("partysocket"),
  language: "JavaScript",
  profiles: ["core-ws", "reconnect", "queue"],
  options: optionNames,
  open: {
    ws(address, options, show) {
      const socket = new ReconnectingWebSocket(address, [], { WebSocket, ...reconnectingOptions(options) });
      return {
        ...webSocketClient(socket, show),
        connect: () => socket.reconnect(),
        // It answers false both for what it queued and for what it dropped.
        send: ({ data }) => (socket.send(JSON.stringify(data)) ? "sent" : undefined),
      };
    },
  },
});
