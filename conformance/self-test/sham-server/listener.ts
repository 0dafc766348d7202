/** A TCP listener on this machine that can be stopped, crashed and closed. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface Listener {
  readonly url: string;
  /** Accepts no more; what is connected stays. */
  stopAccepting(): void;
  /** What a process that dies leaves: nothing listens, every TCP connection is gone. */
  crash(): void;
  close(): Promise<void>;
}

export async function listen(onSocket: (socket: Socket) => void, port = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const actualPort = typeof address === "object" && address !== null ? address.port : port;

  const stopAccepting = () => {
    if (server.listening) server.close();
  };
  const crash = () => {
    stopAccepting();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `ws://127.0.0.1:${actualPort}/`,
    stopAccepting,
    crash,
    async close() {
      crash();
      await closed;
    },
  };
}
