/** TCP and TLS sockets whose reads all go into one buffer. */
import { isIP, type Socket, connect as tcpConnect } from "node:net";
import { connect as tlsConnect } from "node:tls";

/** One read takes this much at most. All sockets of a process share the buffer: what is read is dealt with at once. */
const shared = Buffer.allocUnsafeSlow(262_144);

/** How long a server may take to accept and to answer a handshake, in milliseconds. */
export const HANDSHAKE_MS = 10_000;

/** Who is told what happens to a socket. */
export interface SocketListener {
  /** `buffer` holds what was read up to `length`, until this returns. */
  read(buffer: Buffer, length: number): void;
  /** The connection is gone, for this reason if anybody knows one. */
  closed(reason: string | undefined): void;
}

/** Opens a socket to the host of a URL, over TLS for `https:` and `wss:`. Certificates are checked. */
export function openSocket(url: URL, listener: SocketListener): Socket {
  const secure = url.protocol === "https:" || url.protocol === "wss:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const options = {
    host,
    port: Number(url.port) || (secure ? 443 : 80),
    noDelay: true,
    onread: {
      buffer: shared,
      callback: (length: number) => {
        listener.read(shared, length);
        return true;
      },
    },
  };
  const socket = secure ? tlsConnect({ ...options, ...(isIP(host) ? {} : { servername: host }) }) : tcpConnect(options);
  let reason: string | undefined;
  socket.on("error", (error: NodeJS.ErrnoException) => {
    // The error for a name with several addresses has its message in its parts only.
    reason = error.message || error.code;
  });
  socket.on("end", () => socket.end());
  socket.on("close", () => listener.closed(reason));
  return socket;
}
