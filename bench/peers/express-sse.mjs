/**
 * An Express server that streams the time, once a second, at `/api/events`. Its headers come with the first event. Its argument
 * is the port.
 */
import express from "express";

const EVERY_MS = 1_000;

const app = express();

app.get("/api/events", (request, response) => {
  response.set({
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    Connection: "keep-alive",
  });
  const timer = setInterval(() => {
    response.write(`data: ${JSON.stringify({ now: Date.now(), uptime: process.uptime() })}\n\n`);
  }, EVERY_MS);
  request.on("close", () => {
    clearInterval(timer);
    response.end();
  });
});

app.listen(Number(process.argv[2]), "127.0.0.1");
