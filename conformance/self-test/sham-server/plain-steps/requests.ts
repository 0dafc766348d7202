/** Requests, and the opening handshake. */
import { agreement } from "../handshake.ts";
import { bodyLength, listHeader, parseRequest, refusal, responseText } from "../http.ts";
import { paths } from "../listener.ts";
import type { OpeningSteps, RequestSteps, Room } from "../steps.ts";

export function requestSteps(room: Room): RequestSteps {
  return {
    onRequestBytes(connection, chunk) {
      connection.unread = Buffer.concat([connection.unread, chunk]);
      if (connection.post !== undefined) return room.steps.onBodyBytes(connection.post);
      const end = connection.unread.indexOf("\r\n\r\n");
      if (end === -1) return;
      const request = parseRequest(connection.unread.toString("latin1", 0, end));
      connection.unread = connection.unread.subarray(end + 4);
      room.steps.onRequest(connection, request);
    },

    onRequest(connection, request) {
      const route = room.steps.routeOf(request);
      if (route === "socket") return room.steps.onHandshake(connection, request);
      if (route === "stream") return room.steps.onSubscribe(connection, request);
      if (route === undefined) return room.steps.respond(connection, refusal("404 Not Found"));
      const length = bodyLength(request);
      if (length === undefined) return room.steps.respond(connection, refusal("411 Length Required"));
      connection.post = { connection, request, length, complete: false, unwanted: false };
      room.steps.onPost(connection.post);
    },

    routeOf({ method, path }) {
      if (path === paths.socket) return "socket";
      if (path !== paths.events) return undefined;
      return method === "GET" ? "stream" : method === "POST" ? "publish" : undefined;
    },

    respond(connection, response) {
      room.steps.write(connection, Buffer.from(responseText(response)));
      room.steps.hangUp(connection);
      connection.state = "closed";
    },
  };
}

export function openingSteps(room: Room): OpeningSteps {
  return {
    onHandshake(connection, request) {
      const response = room.steps.answerHandshake(request);
      if (!response.status.startsWith("101")) return room.steps.respond(connection, response);
      const behind = connection.unread;
      connection.unread = Buffer.alloc(0);
      room.steps.write(connection, Buffer.from(responseText(response)));
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
  };
}
