/** What the clients of adapters connect to: it tells of each that comes, and leaves it to the test. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

/** What clients connect to: accepts all, and tells of it by `connection` and `request`. */
export class Peer {
  readonly http: Server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": "*" });
    response.flushHeaders();
  });
  readonly webSockets = new WebSocketServer({ server: this.http });

  async listen(): Promise<void> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
  }

  get host(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  close(): void {
    this.http.close();
    for (const socket of this.webSockets.clients) socket.terminate();
    this.http.closeAllConnections();
  }
}
