/**
 * The program that the generator is calibrated against: about the least that a server of fan-out has to do. It takes frames
 * off the publisher, and sends what came in one read to all in one write. It knows no fault and no stranger.
 */
import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { constants, deflateRawSync } from "node:zlib";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const STREAM_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const [, , transport, deflate] = process.argv;
const EXTENSION = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

const subscribers = new Set<Socket>();

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("close", () => subscribers.delete(socket));
  socket.once("data", (head) => {
    const request = head.toString("latin1");
    const key = /^sec-websocket-key: (\S+)/im.exec(request)?.[1];
    const publishes = request.startsWith("GET /publish ");
    const stream = key === undefined;
    if (stream) socket.write(STREAM_HEAD);
    else {
      const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n` +
          `${deflate && !publishes ? `Sec-WebSocket-Extensions: ${EXTENSION}\r\n` : ""}\r\n`,
      );
    }
    if (!publishes) {
      subscribers.add(socket);
      socket.on("data", () => socket.end());
      return;
    }
    let unread: Buffer = Buffer.alloc(0);
    socket.on("data", (data) => {
      unread = relay(unread.length === 0 ? data : Buffer.concat([unread, data]));
    });
  });
});

/** Sends the whole messages on and returns the rest. */
function relay(data: Buffer): Buffer {
  let at = 0;
  const messages: Buffer[] = [];
  while (data.length - at >= 2) {
    const short = (data[at + 1] as number) & 127;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (data.length - at < header + 4) break;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
    const start = at + header + 4;
    if (data.length < start + length) break;
    if (((data[at] as number) & 15) === 8) return Buffer.alloc(0);
    const payload = data.subarray(start, start + length);
    for (let index = 0; index < length; index++) {
      payload[index] = (payload[index] as number) ^ (data[at + header + (index & 3)] as number);
    }
    messages.push(transport === "sse" ? event(payload) : deflate ? compressedFrame(payload) : frame(payload));
    at = start + length;
  }
  const all = Buffer.concat(messages);
  const written = transport === "sse" ? chunk(all) : all;
  if (all.length > 0) for (const subscriber of subscribers) subscriber.write(written);
  return Buffer.from(data.subarray(at));
}

function event(text: Buffer): Buffer {
  return Buffer.concat([Buffer.from("data: "), text, Buffer.from("\n\n")]);
}

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** FIN and the opcode of text; with RSV1 if it is compressed. */
function frame(payload: Buffer, first = 0x81): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  if (length < 65_536) return Buffer.concat([Buffer.from([first, 126, length >> 8, length & 255]), payload]);
  const head = Buffer.from([first, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 6);
  return Buffer.concat([head, payload]);
}

function compressedFrame(payload: Buffer): Buffer {
  return frame(deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4), 0xc1);
}

server.listen({ port: 0, host: "127.0.0.1", backlog: 1_024 }, () => process.send?.(server.address()));
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => {});
