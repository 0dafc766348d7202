/**
 * A plain `ws` server as tutorials have it: pings answered, everything else parsed, and sent again to everybody.
 * Usage: plain-ws.mjs PORT [--deflate] [--no-null-check]
 */
import { WebSocketServer } from "ws";

const [port, ...options] = process.argv.slice(2);
// Below its threshold of 1 KB the library would compress nothing.
const perMessageDeflate = options.includes("--deflate") && { threshold: 0 };
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate });
const sockets = new Set();
/** The usual slip: nobody asks whether the message is an object, and nobody catches what follows. */
const slips = options.includes("--no-null-check");

server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  socket.on("error", () => socket.terminate());
  socket.on("message", (bytes) => {
    if (slips) answer(socket, parse(String(bytes)));
    else attempt(() => answer(socket, JSON.parse(String(bytes))));
  });
});

function answer(socket, message) {
  if (message === undefined) return;
  if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
  else broadcast(JSON.stringify(message));
}

function broadcast(text) {
  for (const socket of sockets) if (socket.readyState === socket.OPEN) socket.send(text);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function attempt(action) {
  try {
    action();
  } catch (error) {
    console.error("a message that can't be used:", error);
  }
}
