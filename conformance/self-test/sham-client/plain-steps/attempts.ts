/** Attempts: from an address to a connection or a stream that is open. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { acceptOf } from "../../sham-server/handshake.ts";
import { bodyReader, mediaType, parseResponse, requestText } from "../http.ts";
import type { AttemptSteps, Connection, Ending, Room } from "../steps.ts";
import { after } from "../timing.ts";

const redirects = [301, 302, 307, 308];

export function attemptSteps(room: Room): AttemptSteps {
  return {
    attempt(client) {
      client.wait = undefined;
      client.attempts += 1;
      room.steps.setState(client, "connecting");
      client.connectTimer = after(client.settings.connectTimeoutMs, () => room.steps.onConnectTimeout(client));
      room.steps.dial(client, new URL(room.steps.address(client)));
    },

    address: ({ urls, attempts }) => urls[Math.min(attempts, urls.length) - 1] ?? "",

    dial(client, url) {
      const socket = connect(Number(url.port || 80), url.hostname.replaceAll(/[[\]]/g, ""));
      const connection: Connection = {
        client,
        url,
        socket: socket.setNoDelay(true),
        key: randomBytes(16).toString("base64"),
        state: "connecting",
        openedAt: 0,
        unread: Buffer.alloc(0),
        fragments: [],
        deflates: false,
      };
      client.connection = connection;
      attend(room, connection);
    },

    requestHeaders: ({ client, url, key }) =>
      client.transport === "ws"
        ? [
            ["Host", url.host],
            ["Upgrade", "websocket"],
            ["Connection", "Upgrade"],
            ["Sec-WebSocket-Key", key],
            ["Sec-WebSocket-Version", "13"],
          ]
        : [
            ["Host", url.host],
            ["Accept", "text/event-stream"],
            ["Cache-Control", "no-cache"],
            ...(client.lastEventId === "" ? [] : ([["Last-Event-ID", client.lastEventId]] as const)),
          ],

    target: ({ url }) => url.pathname + url.search,

    onHeadBytes(connection, chunk) {
      connection.unread = Buffer.concat([connection.unread, chunk]);
      const end = connection.unread.indexOf("\r\n\r\n");
      if (end === -1) return;
      const response = parseResponse(connection.unread.toString("latin1", 0, end));
      connection.unread = connection.unread.subarray(end + 4);
      room.steps.onResponse(connection, response);
    },

    onResponse(connection, response) {
      const { client } = connection;
      if (client.transport === "sse") return room.steps.onSubscribed(connection, response);
      const ending: Ending = { how: "failed", reason: `the answer has status ${response.status}`, response };
      if (!room.steps.agrees(connection, response)) return room.steps.fail(connection, ending);
      const behind = connection.unread;
      connection.unread = Buffer.alloc(0);
      room.steps.onOpen(connection);
      room.steps.onBytes(connection, behind);
    },

    agrees: ({ key }, { status, headers }) =>
      status === 101 &&
      headers.get("upgrade")?.toLowerCase() === "websocket" &&
      (headers.get("connection") ?? "")
        .toLowerCase()
        .split(/\s*,\s*/)
        .includes("upgrade") &&
      headers.get("sec-websocket-accept") === acceptOf(key) &&
      !headers.has("sec-websocket-extensions") &&
      !headers.has("sec-websocket-protocol"),

    onSubscribed(connection, response) {
      const { client } = connection;
      const location = response.headers.get("location");
      if (redirects.includes(response.status) && location !== undefined) {
        room.steps.leave(connection);
        connection.socket.destroy();
        return room.steps.dial(client, new URL(location, connection.url));
      }
      if (response.status !== 200 || mediaType(response) !== "text/event-stream") {
        const reason = `the answer has status ${response.status} and type "${mediaType(response)}"`;
        return room.steps.fail(connection, { how: "failed", reason, response });
      }
      const decoder = new TextDecoder();
      const fresh = { line: "", afterCr: false, name: "", data: [], id: client.lastEventId };
      const stream = { connection, takeBody: bodyReader(response), decoder, ...fresh };
      connection.stream = stream;
      room.steps.onOpen(connection);
      room.steps.onBodyBytes(stream, connection.unread);
    },

    onOpen(connection) {
      const { client } = connection;
      client.connectTimer?.cancel();
      connection.state = "open";
      connection.openedAt = performance.now();
      room.steps.setState(client, "open");
      room.steps.report(client, "open");
      if (client.transport === "sse") return;
      room.steps.startHeartbeat(connection);
      room.steps.flush(connection);
    },

    onConnectTimeout({ connection }) {
      if (connection?.state === "connecting")
        room.steps.fail(connection, { how: "failed", reason: "it took too long" });
    },

    fail(connection, ending) {
      const { client } = connection;
      room.steps.abandon(connection);
      client.failures += 1;
      if (ending.response?.status !== 204) room.steps.report(client, "error", { data: ending.reason });
      room.steps.follow(client, room.steps.planAfter(client, ending), ending);
    },

    abandon(connection) {
      connection.client.connectTimer?.cancel();
      room.steps.leave(connection);
      connection.socket.destroy();
    },
  };
}

/** Leads what happens on one TCP connection to the steps. */
function attend(room: Room, connection: Connection): void {
  const { socket } = connection;
  socket.on("connect", () => {
    const text = requestText(room.steps.target(connection), room.steps.requestHeaders(connection));
    room.steps.write(connection, Buffer.from(text));
  });
  socket.on("data", (chunk) => {
    if (connection.state === "over") return;
    if (connection.state === "connecting") room.steps.onHeadBytes(connection, chunk);
    else if (connection.stream === undefined) room.steps.onBytes(connection, chunk);
    else room.steps.onBodyBytes(connection.stream, chunk);
  });
  const onEnd = (reason: string) => {
    if (connection.state === "connecting") room.steps.fail(connection, { how: "failed", reason });
    else if (connection.state === "open" && connection.stream !== undefined) room.steps.onStreamEnd(connection.stream);
    else if (connection.state === "open") room.steps.onLost(connection, { how: "lost", reason });
    socket.destroy();
  };
  socket.on("error", ({ message }) => onEnd(message));
  socket.on("end", () => onEnd("it ended without a Close frame"));
  socket.on("close", () => onEnd("it is gone"));
}
