/** Streams: the algorithm of the HTML standard, section 9.2.6, step by step. */
import { parse } from "../../sham-server/message-kinds.ts";
import type { Room, StreamSteps } from "../steps.ts";

export function streamSteps(room: Room): StreamSteps {
  return {
    onBodyBytes(stream, chunk) {
      const { body, ended } = stream.takeBody(chunk);
      room.steps.onBody(stream, body);
      if (ended && stream.connection.state === "open") room.steps.onStreamEnd(stream);
    },

    onBody(stream, body) {
      room.steps.onStreamText(stream, room.steps.decode(stream, body));
    },

    decode: ({ decoder }, body) => decoder.decode(body, { stream: true }),

    onStreamText(stream, text) {
      for (const character of text) {
        const ends = character === "\n" || character === "\r";
        const second = character === "\n" && stream.afterCr;
        stream.afterCr = character === "\r";
        if (second) continue;
        if (!ends) {
          stream.line += character;
          continue;
        }
        const { line } = stream;
        stream.line = "";
        if (stream.connection.state !== "over") room.steps.onLineOfStream(stream, line);
      }
    },

    onLineOfStream(stream, line) {
      if (line === "") return room.steps.dispatch(stream);
      const colon = line.indexOf(":");
      if (colon === 0) return;
      if (colon === -1) return room.steps.onField(stream, line, "");
      const value = line.slice(colon + 1);
      room.steps.onField(stream, line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value);
    },

    onField(stream, name, value) {
      if (name === "event") stream.name = value;
      if (name === "data") stream.data.push(value);
      if (name === "id" && !value.includes("\0")) stream.id = value;
      if (name === "retry" && /^\d+$/.test(value)) stream.connection.client.retryMs = Number(value);
    },

    dispatch(stream) {
      const { client } = stream.connection;
      const { name, data, id } = stream;
      client.lastEventId = id;
      stream.name = "";
      stream.data = [];
      if (data.length === 0) return;
      room.steps.onEvent(stream, { type: name === "" ? "message" : name, data: data.join("\n"), lastEventId: id });
    },

    onEvent(stream, event) {
      const value = parse(event.data);
      if (value === undefined) return room.steps.onBadData(stream, event);
      room.steps.showEvent(stream.connection.client, event, value);
    },

    onBadData(stream) {
      room.steps.report(stream.connection.client, "error", { data: "the data of an event is not JSON" });
    },

    showEvent(client, { type, lastEventId }, value) {
      const named = type === "message" ? {} : { name: type };
      const identified = lastEventId === "" ? {} : { lastEventId };
      room.steps.report(client, "message", { ...named, data: value, ...identified });
    },

    onStreamEnd({ connection }) {
      room.steps.onLost(connection, { how: "lost", reason: "the stream ended" });
      connection.socket.destroy();
    },
  };
}
