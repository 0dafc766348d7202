/**
 * An Express server with streams at `GET /api/events`, and messages for all of them at `POST /api/events`. Its argument is the
 * port.
 */
import express from "express";

const app = express();
const streams = new Set();

app.get("/api/events", (_request, response) => {
  response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  response.flushHeaders();
  streams.add(response);
  response.on("close", () => streams.delete(response));
});

// Left to itself, the parser takes a body of no bytes for {}.
const mustNotBeEmpty = (_request, _response, body) => {
  if (body.length === 0) throw Object.assign(new Error("The body is empty."), { status: 400 });
};

app.post("/api/events", express.json({ limit: "256kb", verify: mustNotBeEmpty }), (request, response) => {
  const message = request.body;
  if (message === undefined) return refuse(response, 400, "The body has to be JSON.");
  // The parser lets objects pass, and arrays.
  if (Array.isArray(message)) return refuse(response, 400, "A message is an object.");
  if (isReserved(message.type)) return refuse(response, 400, `The type ${message.type} is reserved.`);
  const event = `data: ${JSON.stringify(message)}\n\n`;
  for (const stream of streams) stream.write(event);
  response.sendStatus(202);
});

app.use((error, _request, response, next) => {
  if (response.headersSent) return next(error);
  refuse(response, error.status ?? 500, error.message);
});

function isReserved(type) {
  return type === "ping" || type === "pong" || (typeof type === "string" && type.startsWith("rt:"));
}

function refuse(response, status, why) {
  response.status(status).json({ error: why });
}

app.listen(Number(process.argv[2]), "127.0.0.1");
