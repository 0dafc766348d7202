/** A broadcast server on uWebSockets.js, by its own publish and subscribe. Its argument is the port. */
import uws from "uwebsockets";

const app = uws.App();

app.ws("/*", {
  // What does not fit is dropped without a word, and 64 KB are soon full under load.
  maxBackpressure: 64 * 1024 * 1024,
  open(socket) {
    socket.subscribe("everybody");
  },
  message(_socket, bytes, isBinary) {
    app.publish("everybody", bytes, isBinary);
  },
});

app.listen("127.0.0.1", Number(process.argv[2]), (listening) => {
  if (!listening) throw new Error(`Port ${process.argv[2]} is not free.`);
});
