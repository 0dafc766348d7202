/** WebSocket connections: from bytes to messages, from messages to bytes, and their end. */
import { isUtf8 } from "node:buffer";
import { closePayload, type Frame, frameBytes, isClosePayload, opcode, readFrame } from "../frames.ts";
import { isObject, isReserved, parse } from "../message-kinds.ts";
import type { Connection, EndSteps, InwardSteps, OutwardSteps, Room } from "../steps.ts";

export function inwardSteps(room: Room): InwardSteps {
  return {
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
      if (value.type === "ping") return room.steps.onPing(message);
      if (isReserved(value)) return room.steps.onReserved(message);
      room.steps.onBroadcast(message);
    },
  };
}

export function outwardSteps(room: Room): OutwardSteps {
  return {
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
  };
}

export function endSteps(room: Room): EndSteps {
  return {
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
