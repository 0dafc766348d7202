/** A broadcast server on socket.io, over WebSocket alone, as its documentation has it. Its argument is the port. */
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  socket.on("message", (message) => io.emit("message", message));
});

http.listen(Number(process.argv[2]), "127.0.0.1");
