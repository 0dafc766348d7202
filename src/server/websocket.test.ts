/** What the wire does where the order of what a socket says matters, which the system's own sockets do not let a test choose. */
import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, it } from "vitest";
import { FanOut } from "./fan-out.ts";
import { createWebSocketWire } from "./websocket.ts";

it("sends a client what it published in the turn in which it ended its side", async () => {
  const written: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    write(bytes, _, done) {
      written.push(bytes);
      done();
    },
  });
  const headers = {
    ...{ connection: "Upgrade", upgrade: "websocket" },
    ...{ "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" },
  };
  const wire = createWebSocketWire({ fanOut: new FanOut(), maxMessageBytes: 1_000, compression: false });
  wire({ method: "GET", url: "/", headers } as IncomingMessage, socket, Buffer.alloc(0));

  socket.push(Buffer.from([0x81, 0x82, 0, 0, 0, 0, ...Buffer.from("{}")]));
  socket.push(null);

  await finished(socket);
  expect(Buffer.concat(written).toString("latin1").endsWith("\r\n\r\n\x81\x02{}")).toBe(true);
});
