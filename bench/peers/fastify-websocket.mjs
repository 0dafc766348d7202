/** A broadcast server on fastify and @fastify/websocket, at `/live`. Its argument is the port. */
import websocket from "@fastify/websocket";
import Fastify from "fastify";

const app = Fastify();
await app.register(websocket, { options: { maxPayload: 1024 * 1024 } });

app.get("/live", { websocket: true }, (socket) => {
  socket.on("message", (bytes, isBinary) => {
    if (isBinary) return;
    const text = bytes.toString();
    const message = parse(text);
    if (typeof message !== "object" || message === null) return;
    if (message.type === "ping") socket.send('{"type":"pong"}');
    else broadcast(text);
  });
});

/** The text goes on as it came. */
function broadcast(text) {
  for (const client of app.websocketServer.clients) if (client.readyState === client.OPEN) client.send(text);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

await app.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });
