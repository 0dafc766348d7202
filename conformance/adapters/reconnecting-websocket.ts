/** Adapter of reconnecting-websocket, over undici's WebSocket: like a browser's, it bears to be closed while it connects. */
import reconnectingWebSocket from "reconnecting-websocket";
import { WebSocket } from "undici";
import { installedVersion } from "./skeleton/installed.ts";
import { optionNames, reconnectingOptions } from "./skeleton/reconnecting-options.ts";
import { serveStdio } from "./skeleton/stdio.ts";
import { webSocketClient } from "./skeleton/websocket-interface.ts";

// Its types say that the class is the member `default` of its module: in Node it is the module.
const ReconnectingWebSocket = reconnectingWebSocket as unknown as typeof reconnectingWebSocket.default;

serveStdio({
  name: "reconnecting-websocket",
  version: installedVersion("reconnecting-websocket"),
  language: "JavaScript",
  profiles: ["core-ws", "reconnect", "queue"],
  options: optionNames,
  open: {
    ws(address, options, show) {
      const socket = new ReconnectingWebSocket(address, [], { WebSocket, ...reconnectingOptions(options) });
      return { ...webSocketClient(socket, show), connect: () => socket.reconnect() };
    },
  },
});
