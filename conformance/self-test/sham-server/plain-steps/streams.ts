/** Streams of server-sent events. */
import { responseText } from "../http.ts";
import { isEvent } from "../message-kinds.ts";
import type { Field, Room, Stream, StreamSteps } from "../steps.ts";

export function streamSteps(room: Room): StreamSteps {
  let opened = 0;
  return {
    onSubscribe(connection, request) {
      const response = room.steps.answerSubscription(request);
      if (!response.status.startsWith("200")) return room.steps.respond(connection, response);
      opened += 1;
      const stream = { number: opened, connection, request, response };
      connection.stream = stream;
      connection.state = "streaming";
      room.steps.sendHead(stream);
      room.steps.onStreamOpen(stream);
    },

    answerSubscription: () => ({
      status: "200 OK",
      headers: {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache",
        "Transfer-Encoding": "chunked",
      },
    }),

    sendHead({ connection, response }) {
      room.steps.write(connection, Buffer.from(responseText(response)));
    },

    onStreamOpen(stream) {
      room.streams.push(stream);
    },

    subscribers: () => [...room.streams],

    deliverOnStream(stream, message) {
      room.steps.sendEvent(stream, room.steps.eventFor(message, stream));
    },

    eventFor({ text, value }) {
      return isEvent(value) ? { name: value.event, data: JSON.stringify(value.data) } : { data: text };
    },

    sendEvent(stream, event) {
      room.steps.sendBody(stream, Buffer.from(room.steps.eventText(room.steps.fields(event, stream), stream)));
    },

    fields({ name, data, id }) {
      const lines = data.split(/\r\n|\r|\n/);
      return [...field("event", name), ...field("id", id), ...lines.flatMap((line) => field("data", line))];
    },

    eventText: (fields) => `${fields.map(([name, value]) => `${name}: ${value}\n`).join("")}\n`,

    sendBody(stream, bytes) {
      room.steps.write(stream.connection, room.steps.frameBody(stream, bytes));
    },

    frameBody: (stream, bytes) => (isChunked(stream) && bytes.length > 0 ? chunk(bytes) : bytes),

    endBody(stream) {
      if (isChunked(stream)) room.steps.write(stream.connection, chunk(Buffer.alloc(0)));
    },

    onStreamLost(stream) {
      room.steps.leaveStream(stream);
    },

    leaveStream(stream) {
      stream.connection.state = "closed";
      const at = room.streams.indexOf(stream);
      if (at !== -1) room.streams.splice(at, 1);
    },
  };
}

function field(name: string, value: string | undefined): Field[] {
  return value === undefined ? [] : [[name, value]];
}

function isChunked({ response }: Stream): boolean {
  return response.headers["Transfer-Encoding"] === "chunked";
}

/** One chunk of RFC 9112, section 7.1. An empty one ends the body. */
function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
