/** socket.io, over WebSocket alone: packets of engine.io that hold packets of socket.io. */
import type { Dialect } from "../../target/dialect.ts";

const url = "ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket";
// 4 is a message, 40 asks for the default namespace, 42 is an event; 2 is a ping, 3 its pong.
const greet = ["40"];
const greeted = "40";
const answer = { "2": "3" };

export const socketIo: Dialect = {
  name: "socket.io",
  start: "node bench/peers/on-demand/socket-io.mjs {port}",
  subscribe: { transport: "ws", url, greet, greeted, answer },
  publish: { via: "ws", url, greet, greeted, answer, template: '42["message",{message}]' },
};
