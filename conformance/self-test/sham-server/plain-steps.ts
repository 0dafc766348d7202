/** The plain server: every step as a conforming server takes it. */
import { isUtf8 } from "node:buffer";
import { closePayload, type Frame, frameBytes, isClosePayload, opcode, readFrame } from "./frames.ts";
import { agreement, listHeader, parseRequest, refusal, responseText } from "./handshake.ts";
import type { Connection, JsonObject, Room, Steps } from "./steps.ts";

export function plainSteps(room: Room): Steps {
  return {
    onHandshakeBytes(connection, chunk) {
      connection.unread = Buffer.concat([connection.unread, chunk]);
      const end = connection.unread.indexOf("\r\n\r\n");
      if (end === -1) return;
      const response = room.steps.answerHandshake(parseRequest(connection.unread.toString("latin1", 0, end)));
      const behind = connection.unread.subarray(end + 4);
      connection.unread = Buffer.alloc(0);
      room.steps.write(connection, Buffer.from(responseText(response)));
      if (!response.status.startsWith("101")) return room.steps.hangUp(connection);
      connection.deflates = responseText(response).includes("permessage-deflate");
      connection.state = "open";
      room.steps.onOpen(connection);
      if (behind.length > 0) room.steps.onBytes(connection, behind);
    },

    answerHandshake(request) {
      const asksForWebSocket =
        request.method === "GET" &&
        listHeader(request, "upgrade").includes("websocket") &&
        listHeader(request, "connection").includes("upgrade") &&
        request.headers.has("sec-websocket-key");
      if (!asksForWebSocket) return refusal("400 Bad Request");
      if (request.headers.get("sec-websocket-version") === "13") return agreement(request);
      const tooOld = refusal("426 Upgrade Required");
      return { ...tooOld, headers: { ...tooOld.headers, "Sec-WebSocket-Version": "13" } };
    },

    onOpen(connection) {
      room.connections.push(connection);
    },

    onBytes(connection, chunk) {
      connection.unread = Buffer.concat([connection.unread, chunk]);
      while (connection.state !== "closed") {
        const read = readFrame(connection.unread);
        if (read === undefined) return;
        connection.unread = connection.unread.subarray(read.size);
        room.steps.onFrame(connection, read.frame);
      }
    },

    onFrame(connection, frame) {
      if (breaksProtocol(connection, frame)) return room.close(connection, 1002);
      if (frame.opcode === opcode.close) return room.steps.onCloseFrame(connection, frame.payload);
      if (connection.state !== "open") return;
      if (frame.opcode === opcode.ping) return room.steps.onControlPing(connection, frame.payload);
      if (frame.opcode === opcode.pong) return room.steps.onControlPong(connection);
      room.steps.onDataFrame(connection, frame);
    },

    onControlPing(connection, payload) {
      room.steps.write(connection, frameBytes(opcode.pong, payload));
    },

    onControlPong() {},

    onDataFrame(connection, frame) {
      connection.fragments.push(frame);
      const [first] = connection.fragments;
      if (!frame.fin || first === undefined) return;
      const payload = Buffer.concat(connection.fragments.map((fragment) => fragment.payload));
      connection.fragments = [];
      const joined = { opcode: first.opcode, payload, compressed: first.rsv === 4 };
      const message = room.steps.decompress(connection, joined);
      if (message === undefined) room.close(connection, 1007);
      else room.steps.onMessage(connection, message);
    },

    decompress: (_, message) => message,

    onMessage(connection, message) {
      if (message.opcode === opcode.binary) return room.steps.onBinary(connection, message.payload);
      if (!isUtf8(message.payload)) return room.close(connection, 1007);
      room.steps.onText(connection, message.payload.toString());
    },

    onBinary() {},

    onText(sender, text) {
      const value = parse(text);
      if (value === undefined) return room.steps.onBadJson(sender, text);
      if (!isObject(value)) return room.steps.onNonObject(sender, value, text);
      const message = { sender, text, value };
      const { type } = value;
      if (type === "ping") return room.steps.onPing(message);
      if (typeof type === "string" && (type === "pong" || type.startsWith("rt:")))
        return room.steps.onReserved(message);
      room.steps.onBroadcast(message);
    },

    onBadJson() {},

    onNonObject() {},

    onPing(ping) {
      room.steps.sendText(ping.sender, room.steps.pongText(ping));
    },

    pongText: () => '{"type":"pong"}',

    onReserved(message) {
      room.steps.onBroadcast(message);
    },

    onBroadcast(message) {
      for (const receiver of room.steps.receivers(message)) room.steps.deliver(receiver, message);
    },

    receivers: () => [...room.connections],

    deliver(receiver, message) {
      room.steps.sendText(receiver, room.steps.deliveredText(message, receiver));
    },

    deliveredText: (message) => message.text,

    sendText(receiver, text) {
      room.steps.send(receiver, { opcode: opcode.text, payload: Buffer.from(text) });
    },

    send(receiver, message) {
      if (receiver.state !== "open") return;
      const frames = room.steps.encode(receiver, room.steps.compress(receiver, message));
      for (const frame of frames) room.steps.write(receiver, frame);
    },

    compress: (_, message) => message,

    encode: (_, message) => [frameBytes(message.opcode, message.payload, { rsv: message.compressed ? 4 : 0 })],

    write({ socket }, bytes) {
      if (socket.writable) socket.write(bytes);
    },

    onCloseFrame(connection, payload) {
      const answered = connection.state === "closing";
      room.steps.leave(connection);
      if (!answered) room.steps.write(connection, frameBytes(opcode.close, room.steps.closeReply(payload)));
      room.steps.hangUp(connection);
    },

    closeReply: (payload) => (isClosePayload(payload) ? payload : closePayload(1002)),

    hangUp({ socket }) {
      socket.end();
    },

    onLost(connection) {
      room.steps.leave(connection);
    },

    leave(connection) {
      connection.state = "closed";
      const at = room.connections.indexOf(connection);
      if (at !== -1) room.connections.splice(at, 1);
    },
  };
}

function breaksProtocol(connection: Connection, frame: Frame): boolean {
  const control = frame.opcode >= 8;
  const known = Object.values<number>(opcode).includes(frame.opcode);
  const startsMessage = !control && frame.opcode !== opcode.continuation;
  const inMessage = connection.fragments.length > 0;
  return (
    !frame.masked ||
    !known ||
    (frame.rsv !== 0 && !(frame.rsv === 4 && connection.deflates && startsMessage)) ||
    (control ? !frame.fin || frame.payload.length > 125 : startsMessage === inMessage)
  );
}

/** The value of a JSON text; nothing if it is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
