/** A plain `ws` server as tutorials have it: pings answered, everything else parsed, and sent again to everybody. */
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env.PORT) });
const sockets = new Set();
/** The usual slip: nobody asks whether the message is an object, and nobody catches what follows. */
const slips = process.argv.includes("--no-null-check");

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
  else for (const other of sockets) if (other.readyState === other.OPEN) other.send(JSON.stringify(message));
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
