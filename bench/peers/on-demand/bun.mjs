/** A broadcast server for Bun, by its own publish and subscribe. Its argument is the port. */
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    if (server.upgrade(request)) return undefined;
    return new Response("This server speaks WebSocket.", { status: 426 });
  },
  websocket: {
    // What does not fit is dropped without a word, and 16 MB are soon full under load.
    backpressureLimit: 64 * 1024 * 1024,
    open(socket) {
      socket.subscribe("everybody");
    },
    message(_socket, text) {
      server.publish("everybody", text);
    },
  },
});
