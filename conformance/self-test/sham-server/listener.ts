/** A TCP listener on this machine that can be stopped, crashed and closed. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** Where a server is reached: all at one port. */
export interface Addresses {
  /** WebSocket. */
  readonly url: string;
  /** Streams of server-sent events, by GET. */
  readonly sse: string;
  /** Publishing, by POST. */
  readonly publish: string;
}

export const paths = { socket: "/", events: "/api/events" } as const;

export interface Listener extends Addresses {
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
    url: `ws://127.0.0.1:${actualPort}${paths.socket}`,
    sse: `http://127.0.0.1:${actualPort}${paths.events}`,
    publish: `http://127.0.0.1:${actualPort}${paths.events}`,
    stopAccepting,
    crash,
    async close() {
      crash();
      await closed;
    },
  };
}
