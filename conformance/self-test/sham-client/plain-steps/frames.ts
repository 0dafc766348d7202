/** WebSocket connections: from bytes to messages, from messages to bytes, and their end. */
import { isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import {
  applyMask,
  closePayload,
  type Frame,
  frameBytes,
  isClosePayload,
  opcode,
  readFrame,
} from "../../sham-server/frames.ts";
import { isEvent, isObject, isReserved, parse } from "../../sham-server/message-kinds.ts";
import type { Connection, InwardSteps, OutwardSteps, Room } from "../steps.ts";
import { after } from "../timing.ts";

export function inwardSteps(room: Room): InwardSteps {
  /** The server breaks the protocol: the client ends the connection, and treats it as lost. */
  const breakOff = (connection: Connection, code: number) => {
    if (connection.state !== "open") return connection.socket.destroy();
    room.steps.onLost(connection, { how: "lost", reason: `the server broke the protocol (${code})` });
    room.steps.startClose(connection, code);
    return undefined;
  };
  return {
    onBytes(connection, chunk) {
      if (chunk.length > 0) room.steps.onLife(connection);
      connection.unread = Buffer.concat([connection.unread, chunk]);
      while (connection.state !== "over") {
        const read = readFrame(connection.unread);
        if (read === undefined) return;
        connection.unread = connection.unread.subarray(read.size);
        room.steps.onFrame(connection, read.frame);
      }
    },

    onFrame(connection, frame) {
      if (breaksProtocol(connection, frame)) return void breakOff(connection, 1002);
      if (frame.opcode === opcode.close) return room.steps.onCloseFrame(connection, frame.payload);
      if (connection.state !== "open") return;
      if (frame.opcode === opcode.ping) return room.steps.onControlPing(connection, frame.payload);
      if (frame.opcode === opcode.pong) return room.steps.onControlPong(connection);
      room.steps.onDataFrame(connection, frame);
    },

    onControlPing(connection, payload) {
      room.steps.write(connection, room.steps.frame(opcode.pong, payload));
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
      if (message === undefined) breakOff(connection, 1007);
      else room.steps.onMessage(connection, message);
    },

    decompress: (_, message) => message,

    onMessage(connection, message) {
      if (message.opcode === opcode.binary) return;
      if (isUtf8(message.payload)) room.steps.onText(connection, message.payload.toString());
      else breakOff(connection, 1007);
    },

    onText(connection, text) {
      const value = parse(text);
      if (value === undefined) return room.steps.onBadJson(connection, text);
      if (isObject(value) && value.type === "pong") return room.steps.onPong(connection);
      if (isObject(value) && isReserved(value)) return;
      room.steps.show(connection.client, value);
    },

    onBadJson(connection) {
      room.steps.report(connection.client, "error", { data: "a message is not JSON" });
    },

    onPong() {},

    show(client, value) {
      const told = isObject(value) && isEvent(value) ? { name: value.event, data: value.data } : { data: value };
      room.steps.report(client, "message", told);
    },

    onCloseFrame(connection, payload) {
      const { state } = connection;
      if (state === "open") {
        const reply = room.steps.closeReply(payload);
        room.steps.write(connection, room.steps.frame(opcode.close, reply));
        const [code, reason] = payload.length < 2 ? [1005, ""] : [payload.readUInt16BE(0), payload.toString("utf8", 2)];
        room.steps.onLost(connection, { how: "lost", code, reason });
      }
      room.steps.leave(connection);
      room.steps.hangUp(connection);
    },
  };
}

export function outwardSteps(room: Room): OutwardSteps {
  return {
    sendText(connection, text) {
      const message = room.steps.compress(connection, { opcode: opcode.text, payload: Buffer.from(text) });
      for (const frame of room.steps.encode(connection, message)) room.steps.write(connection, frame);
    },

    compress: (_, message) => message,

    encode: (_, message) => [room.steps.frame(message.opcode, message.payload, { rsv: message.compressed ? 4 : 0 })],

    frame(code, payload, bits) {
      const key = randomBytes(4);
      const masked = Buffer.from(payload);
      applyMask(masked, key);
      const unmasked = frameBytes(code, payload, bits);
      const header = Buffer.from(unmasked.subarray(0, unmasked.length - payload.length));
      header.writeUInt8(header.readUInt8(1) | 0x80, 1);
      return Buffer.concat([header, key, masked]);
    },

    write({ socket }, bytes) {
      if (socket.writable) socket.write(bytes);
    },

    startClose(connection, code) {
      connection.state = "closing";
      const payload = code === undefined ? Buffer.alloc(0) : closePayload(code);
      room.steps.write(connection, room.steps.frame(opcode.close, payload));
      after(2000, () => connection.socket.destroy());
    },

    closeReply: (payload) => (isClosePayload(payload) ? payload : closePayload(1002)),

    hangUp({ socket }) {
      socket.end();
      after(2000, () => socket.destroy());
    },

    leave(connection) {
      connection.state = "over";
      if (connection.client.connection === connection) connection.client.connection = undefined;
      room.steps.stopHeartbeat(connection);
    },
  };
}

function breaksProtocol(connection: Connection, frame: Frame): boolean {
  const control = frame.opcode >= 8;
  const known = Object.values<number>(opcode).includes(frame.opcode);
  const startsMessage = !control && frame.opcode !== opcode.continuation;
  const inMessage = connection.fragments.length > 0;
  return (
    frame.masked ||
    !known ||
    (frame.rsv !== 0 && !(frame.rsv === 4 && connection.deflates && startsMessage)) ||
    (control ? !frame.fin || frame.payload.length > 125 : startsMessage === inMessage)
  );
}
