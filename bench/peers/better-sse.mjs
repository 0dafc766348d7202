/** A server on Express and better-sse: a channel at `GET /api/events`, and messages for it at `POST /api/events`. Its argument is the port. */
import { createChannel, createSession } from "better-sse";
import express from "express";

const app = express();
const channel = createChannel();

app.get("/api/events", async (request, response) => {
  channel.register(await createSession(request, response));
});

app.post("/api/events", express.text({ type: "application/json", limit: "256kb" }), (request, response) => {
  const message = parse(request.body);
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return response.status(400).json({ error: "A message is a JSON object." });
  }
  if (isReserved(message.type)) return response.status(400).json({ error: `The type ${message.type} is reserved.` });
  // An event has a name of its own, and listeners of its own in the browser; all else goes to those for "message".
  if (isEvent(message)) channel.broadcast(message.data, message.event);
  else channel.broadcast(message);
  response.sendStatus(204);
});

app.use((error, _request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(error.status ?? 500).json({ error: error.message });
});

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isReserved(type) {
  return type === "ping" || type === "pong" || (typeof type === "string" && type.startsWith("rt:"));
}

/** Names of one line, that no client uses for its own notices. */
function isEvent({ type, event, data, id }) {
  if (type !== "event" || typeof event !== "string" || data === undefined) return false;
  if (id !== undefined && typeof id !== "string") return false;
  const length = [...event].length;
  if (length < 1 || length > 128 || /\p{Cc}/u.test(event)) return false;
  return !["message", "open", "error", "close", "state"].includes(event);
}

app.listen(Number(process.argv[2]), "127.0.0.1");
