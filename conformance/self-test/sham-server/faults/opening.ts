/** Faults in the opening handshake, and connections that are not served afterwards. */
import { createHash } from "node:crypto";
import { accept, compression, deflate, emptyWindow, offersDeflate } from "../deflate.ts";
import type { Fault } from "../faults.ts";
import { type HttpRequest, type HttpResponse, refusal, responseText } from "../http.ts";
import { counter, perConnection, rate } from "../per-connection.ts";
import type { Override } from "../steps.ts";
import { later } from "../timing.ts";

/** Refuses the requests for which `reason` is true. */
function refuses(reason: (request: HttpRequest) => boolean, status = "400 Bad Request"): Override {
  return (plain) => ({
    answerHandshake: (request) => (reason(request) ? refusal(status) : plain.answerHandshake(request)),
  });
}

/** Changes the response that agrees. */
function agrees(change: (response: HttpResponse, request: HttpRequest) => HttpResponse): Override {
  return (plain) => ({
    answerHandshake(request) {
      const response = plain.answerHandshake(request);
      return response.status.startsWith("101") ? change(response, request) : response;
    },
  });
}

const withHeader = (response: HttpResponse, name: string, value: string): HttpResponse => ({
  ...response,
  headers: { ...response.headers, [name]: value },
});

export const openingFaults = {
  // S1a: the handshake
  "opening.refuses-without-subprotocol": {
    breaks: "CORE-S1a",
    description: "A handshake that offers no subprotocol is refused.",
    steps: refuses((request) => !request.headers.has("sec-websocket-protocol")),
  },
  "opening.refuses-extension-offers": {
    breaks: "CORE-S1a",
    description: "A handshake that offers an extension is refused.",
    steps: refuses((request) => request.headers.has("sec-websocket-extensions")),
  },
  "opening.wants-connection-upgrade-alone": {
    breaks: "CORE-S1a",
    description: "The Connection header is compared with `Upgrade` as a whole, so `keep-alive, Upgrade` is refused.",
    steps: refuses((request) => request.headers.get("connection") !== "Upgrade"),
  },
  "opening.wants-upgrade-in-lower-case": {
    breaks: "CORE-S1a",
    description: "The Upgrade header has to be `websocket` in lower case, so `WebSocket` is refused.",
    steps: refuses((request) => request.headers.get("upgrade") !== "websocket"),
  },
  "opening.wants-canonical-header-names": {
    breaks: "CORE-S1a",
    description: "Header names are compared with their case, so a lower-case `sec-websocket-key` is not found.",
    steps: refuses((request) => !/\r\nSec-WebSocket-Key: /.test(request.head)),
  },
  "opening.wants-request-in-one-piece": {
    breaks: "CORE-S1a",
    description: "A request that TCP delivers in two pieces is refused.",
    steps: (plain, room) => ({
      onRequestBytes(connection, chunk) {
        if (chunk.includes("\r\n\r\n")) return plain.onRequestBytes(connection, chunk);
        room.steps.write(connection, Buffer.from(responseText(refusal("400 Bad Request"))));
        room.steps.hangUp(connection);
      },
    }),
  },
  "opening.refuses-beyond-100": {
    breaks: "CORE-S1a",
    description: "While 100 connections are open, a handshake is refused with 503.",
    steps: (plain, room) => ({
      answerHandshake: (request) =>
        room.connections.length < 100 ? plain.answerHandshake(request) : refusal("503 Service Unavailable"),
    }),
  },
  "opening.answers-200": {
    breaks: "CORE-S1a",
    description: "The handshake is answered with status 200.",
    steps: agrees((response) => ({ ...response, status: "200 OK" })),
  },
  "opening.wrong-accept": {
    breaks: "CORE-S1a",
    description: "Sec-WebSocket-Accept is the hash of the key without the GUID.",
    steps: agrees((response, request) => {
      const key = request.headers.get("sec-websocket-key") ?? "";
      return withHeader(response, "Sec-WebSocket-Accept", createHash("sha1").update(key).digest("base64"));
    }),
  },
  "opening.no-accept": {
    breaks: "CORE-S1a",
    description: "The response has no Sec-WebSocket-Accept.",
    steps: agrees((response) => ({ ...response, headers: { Upgrade: "websocket", Connection: "Upgrade" } })),
  },
  "opening.no-upgrade-header": {
    breaks: "CORE-S1a",
    description: "The response has no Upgrade header.",
    steps: agrees((response) => {
      const { Upgrade: _, ...headers } = response.headers;
      return { ...response, headers };
    }),
  },
  "opening.selects-unoffered-subprotocol": {
    breaks: "CORE-S1a",
    description: "The response selects a subprotocol that the client did not offer.",
    steps: agrees((response) => withHeader(response, "Sec-WebSocket-Protocol", "chat")),
  },
  "opening.accepts-unoffered-extension": {
    breaks: "CORE-S1a",
    description: "The response accepts permessage-deflate, offered or not, and messages are not compressed.",
    steps: agrees((response) => accept(response, "permessage-deflate")),
  },
  "opening.echoes-extension-offer": {
    breaks: "CORE-S1a",
    description: "The response accepts whatever extensions the client offers, in the client's words, and speaks none.",
    steps: agrees((response, request) => {
      const offer = request.headers.get("sec-websocket-extensions");
      return offer === undefined ? response : accept(response, offer);
    }),
  },
  "opening.deflate-marked-but-not-done": {
    breaks: "CORE-S1a",
    description: "permessage-deflate is accepted; messages are marked as compressed (RSV1) and are not.",
    steps: (plain, room) => ({
      ...compression(plain, room),
      compress: (receiver, message) => (receiver.deflates ? { ...message, compressed: true } : message),
    }),
  },
  "opening.deflate-never-inflated": {
    breaks: "CORE-S1a",
    description: "permessage-deflate is accepted; a compressed message of the client is read as if it were not.",
    steps: agrees((response, request) => accept(response, "permessage-deflate", offersDeflate(request))),
  },
  "opening.deflate-unmarked": {
    breaks: "CORE-S1a",
    description: "permessage-deflate is accepted; messages are compressed but not marked so (RSV1).",
    steps: (plain, room) => {
      const compressing = compression(plain, room);
      return {
        ...compressing,
        compress: (receiver, message) => ({
          ...(compressing.compress?.(receiver, message) ?? message),
          compressed: false,
        }),
      };
    },
  },
  "opening.deflate-window-shared-by-all": {
    breaks: "CORE-S1a",
    description: "permessage-deflate is accepted; one compressor serves all, so a message refers to what others got.",
    steps: (plain, room) => {
      const window = emptyWindow();
      return {
        ...compression(plain, room),
        compress(receiver, message) {
          const payload = deflate(message.payload, window);
          return receiver.deflates ? { ...message, payload, compressed: true } : message;
        },
      };
    },
  },
  "opening.body-behind-101": {
    breaks: "CORE-S1a",
    description: "The response has a body, which a client takes for frames.",
    steps: agrees((response) => ({ ...response, body: "Switching Protocols\r\n" })),
  },

  // S1b: a connection stays, and is served
  "opening.closes-after-handshake": {
    breaks: "CORE-S1b",
    description: "A connection is closed as soon as it is open.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        room.close(connection, 1000);
      },
    }),
  },
  "opening.closes-after-first-message": {
    breaks: "CORE-S1b",
    description: "A connection is closed after its first message, which is still handled.",
    steps: (plain, room) => ({
      onMessage(connection, message) {
        plain.onMessage(connection, message);
        room.close(connection, 1000);
      },
    }),
  },
  "opening.closes-after-first-delivery": {
    breaks: "CORE-S1b",
    description: "A connection is closed after the first broadcast that it is sent.",
    steps: (plain, room) => ({
      deliver(receiver, message) {
        plain.deliver(receiver, message);
        room.close(receiver, 1000);
      },
    }),
  },
  "opening.closes-after-20-messages": {
    breaks: "CORE-S1b",
    description: "A connection is closed after its 20th message.",
    steps: (plain, room) => {
      const messages = counter();
      return {
        onMessage(connection, message) {
          plain.onMessage(connection, message);
          if (messages(connection) === 20) room.close(connection, 1008);
        },
      };
    },
  },
  "opening.closes-the-idle-after-3-seconds": {
    breaks: "CORE-S1b",
    description: "A connection that has sent something, and then nothing for 3 seconds, is closed.",
    steps: (plain, room) => {
      const messages = counter();
      const last = perConnection(() => ({ message: 0 }));
      return {
        onMessage(connection, message) {
          const number = messages(connection);
          last(connection).message = number;
          later(3000, () => {
            if (last(connection).message === number) room.close(connection, 1001);
          });
          plain.onMessage(connection, message);
        },
      };
    },
  },
  "opening.closes-after-a-second": {
    breaks: "CORE-S1b",
    description: "A connection is closed one second after it opened.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        later(1000, () => room.close(connection, 1001));
      },
    }),
  },
  "opening.closes-on-burst": {
    breaks: "CORE-S1b",
    description: "A connection that sends more than 30 messages in a second is closed.",
    steps: (plain, room) => {
      const messagesInASecond = rate(1000);
      return {
        onMessage(connection, message) {
          if (messagesInASecond(connection) > 30) room.close(connection, 1008);
          else plain.onMessage(connection, message);
        },
      };
    },
  },
  "opening.closes-on-long-message": {
    breaks: "CORE-S1b",
    description: "A connection that sends a message of more than 16 KiB is closed with 1009.",
    steps: (plain, room) => ({
      onMessage(connection, message) {
        if (message.payload.length > 16_384) room.close(connection, 1009);
        else plain.onMessage(connection, message);
      },
    }),
  },
  "opening.closes-on-control-ping": {
    breaks: "CORE-S1b",
    description: "A connection that sends a WebSocket Ping frame is closed.",
    steps: (_, room) => ({ onControlPing: (connection) => room.close(connection, 1002) }),
  },
  "opening.deaf-after-5-messages": {
    breaks: "CORE-S1b",
    description: "After its fifth message nothing that a connection sends is handled; it stays open.",
    steps: (plain) => {
      const messages = counter();
      return {
        onMessage(connection, message) {
          if (messages(connection) <= 5) plain.onMessage(connection, message);
        },
      };
    },
  },
  "opening.deaf-after-first-broadcast": {
    breaks: "CORE-S1b",
    description: "After its first broadcast nothing that a connection sends is handled; it stays open.",
    steps: (plain) => {
      const published = new WeakSet<object>();
      return {
        onMessage(connection, message) {
          if (!published.has(connection)) plain.onMessage(connection, message);
        },
        onBroadcast(message) {
          published.add(message.sender);
          plain.onBroadcast(message);
        },
      };
    },
  },

  // S1c: a connection that only listens
  "opening.wants-a-message-first": {
    breaks: "CORE-S1c",
    description: "A connection gets broadcasts only after it has sent something.",
    steps: (plain) => {
      const known = new WeakSet<object>();
      return {
        onMessage(connection, message) {
          known.add(connection);
          plain.onMessage(connection, message);
        },
        receivers: (message) => plain.receivers(message).filter((receiver) => known.has(receiver)),
      };
    },
  },
  "opening.wants-a-ping-first": {
    breaks: "CORE-S1c",
    description: "A connection gets the broadcasts of others only after it has sent a ping.",
    steps: (plain) => {
      const alive = new WeakSet<object>();
      return {
        onPing(ping) {
          alive.add(ping.sender);
          plain.onPing(ping);
        },
        receivers: (message) =>
          plain.receivers(message).filter((receiver) => receiver === message.sender || alive.has(receiver)),
      };
    },
  },
  "opening.closes-the-silent-on-broadcast": {
    breaks: "CORE-S1c",
    description: "A connection that has sent nothing is closed when somebody publishes.",
    steps: (plain, room) => {
      const known = new WeakSet<object>();
      return {
        onMessage(connection, message) {
          known.add(connection);
          plain.onMessage(connection, message);
        },
        deliver(receiver, message) {
          if (known.has(receiver)) plain.deliver(receiver, message);
          else room.close(receiver, 1008);
        },
      };
    },
  },
  "opening.closes-the-silent-after-a-while": {
    breaks: "CORE-S1c",
    description: "A connection that has sent nothing 500 ms after it opened is closed.",
    steps: (plain, room) => {
      const messages = perConnection(() => ({ seen: false }));
      return {
        onOpen(connection) {
          plain.onOpen(connection);
          later(500, () => {
            if (!messages(connection).seen) room.close(connection, 1008);
          });
        },
        onMessage(connection, message) {
          messages(connection).seen = true;
          plain.onMessage(connection, message);
        },
      };
    },
  },
} satisfies { readonly [name: string]: Fault };
