/** Faults in answering pings. */
import type { Fault } from "../faults.ts";
import { opcode } from "../frames.ts";
import { counter, perConnection, rate } from "../per-connection.ts";
import type { Message, Override } from "../steps.ts";
import { every, later } from "../timing.ts";

const pong = '{"type":"pong"}';

/** Answers only the pings for which the test is true; `start` makes the test, with state of its own for each server. */
const answersOnly =
  (start: () => (ping: Message) => boolean): Override =>
  (plain) => {
    const test = start();
    return {
      onPing(ping) {
        if (test(ping)) plain.onPing(ping);
      },
    };
  };

/** Sends this text for a pong. */
const answersWith =
  (text: string): Override =>
  () => ({ pongText: () => text });

/** Answers late, by the milliseconds that `start`'s function tells. */
const answersLate =
  (start: () => (ping: Message) => number): Override =>
  (plain) => {
    const lateBy = start();
    return { onPing: (ping) => later(lateBy(ping), () => plain.onPing(ping)) };
  };

/** Relays the pings for which `test` is true, and answers them too. */
const relays =
  (test: (ping: Message) => boolean): Override =>
  (plain, room) => ({
    onPing(ping) {
      plain.onPing(ping);
      if (test(ping)) room.steps.onBroadcast(ping);
    },
  });

export const heartbeatFaults = {
  // S2a: each ping, exactly one pong, as a text message, where it came from
  "ping.never-answered": {
    breaks: "CORE-S2a",
    description: "No ping is answered.",
    steps: answersOnly(() => () => false),
  },
  "ping.only-first-answered": {
    breaks: "CORE-S2a",
    description: "Only the first ping of a connection is answered.",
    steps: answersOnly(() => {
      const pings = counter();
      return (ping) => pings(ping.sender) === 1;
    }),
  },
  "ping.every-second-unanswered": {
    breaks: "CORE-S2a",
    description: "Every second ping of a connection is not answered.",
    steps: answersOnly(() => {
      const pings = counter();
      return (ping) => pings(ping.sender) % 2 === 1;
    }),
  },
  "ping.unanswered-in-a-burst": {
    breaks: "CORE-S2a",
    description: "A ping that comes less than 50 ms after another of its connection is not answered.",
    steps: answersOnly(() => {
      const pings = rate(50);
      return (ping) => pings(ping.sender) === 1;
    }),
  },
  "ping.one-pong-for-each-read": {
    breaks: "CORE-S2a",
    description: "Pings that come in one read are answered with one pong.",
    steps: (plain) => {
      let answered = false;
      return {
        onBytes(connection, chunk) {
          answered = false;
          plain.onBytes(connection, chunk);
        },
        onPing(ping) {
          if (!answered) plain.onPing(ping);
          answered = true;
        },
      };
    },
  },
  "ping.unanswered-after-20-messages": {
    breaks: "CORE-S2a",
    description: "Pings after the 20th message of a connection are not answered.",
    steps: (plain) => {
      const messages = counter();
      const full = new WeakSet<object>();
      return {
        onMessage(connection, message) {
          if (messages(connection) > 20) full.add(connection);
          plain.onMessage(connection, message);
        },
        onPing(ping) {
          if (!full.has(ping.sender)) plain.onPing(ping);
        },
      };
    },
  },
  "ping.unanswered-to-publishers": {
    breaks: "CORE-S2a",
    description: "A connection that has published gets no more pongs.",
    steps: (plain) => {
      const publishers = new WeakSet<object>();
      return {
        onBroadcast(message) {
          publishers.add(message.sender);
          plain.onBroadcast(message);
        },
        onPing(ping) {
          if (!publishers.has(ping.sender)) plain.onPing(ping);
        },
      };
    },
  },
  "ping.only-the-exact-text-answered": {
    breaks: "CORE-S2a",
    description: 'Only the text `{"type":"ping"}`, byte for byte, is answered; other pings are ignored.',
    steps: answersOnly(() => (ping) => ping.text === '{"type":"ping"}'),
  },
  "ping.unanswered-with-further-members": {
    breaks: "CORE-S2a",
    description: "A ping with further members is not answered.",
    steps: answersOnly(() => (ping) => Object.keys(ping.value).length === 1),
  },
  "ping.unanswered-if-type-is-not-first": {
    breaks: "CORE-S2a",
    description: "A ping whose first member is not `type` is not answered.",
    steps: answersOnly(() => (ping) => /^\s*\{\s*"type"/.test(ping.text)),
  },
  "ping.unanswered-if-escaped": {
    breaks: "CORE-S2a",
    description: "A ping that is spelt with escapes (`\\u0070ing`) is not answered.",
    steps: answersOnly(() => (ping) => ping.text.includes('"type"') && ping.text.includes('"ping"')),
  },
  "ping.unanswered-if-long": {
    breaks: "CORE-S2a",
    description: "A ping of more than 125 bytes is not answered.",
    steps: answersOnly(() => (ping) => Buffer.byteLength(ping.text) <= 125),
  },
  "ping.pong-in-capitals": {
    breaks: "CORE-S2a",
    description: 'The answer is `{"type":"PONG"}`.',
    steps: answersWith('{"type":"PONG"}'),
  },
  "ping.pong-as-bare-text": {
    breaks: "CORE-S2a",
    description: "The answer is the text `pong`, which is not JSON.",
    steps: answersWith("pong"),
  },
  "ping.pong-as-json-string": {
    breaks: "CORE-S2a",
    description: 'The answer is the JSON string `"pong"`.',
    steps: answersWith('"pong"'),
  },
  "ping.pong-encoded-twice": {
    breaks: "CORE-S2a",
    description: "The answer is a JSON string that contains the pong.",
    steps: answersWith(JSON.stringify(pong)),
  },
  "ping.pong-wrapped": {
    breaks: "CORE-S2a",
    description: 'The answer is `{"type":"message","data":{"type":"pong"}}`.',
    steps: answersWith(`{"type":"message","data":${pong}}`),
  },
  "ping.pong-as-event": {
    breaks: "CORE-S2a",
    description: 'The answer is `{"event":"pong"}`.',
    steps: answersWith('{"event":"pong"}'),
  },
  "ping.pong-as-binary": {
    breaks: "CORE-S2a",
    description: "The pong is sent as a binary message.",
    steps: (_, room) => ({
      onPing: (ping) => room.steps.send(ping.sender, { opcode: opcode.binary, payload: Buffer.from(pong) }),
    }),
  },
  "ping.pong-as-control-frame": {
    breaks: "CORE-S2a",
    description: "The answer is a WebSocket Pong frame.",
    steps: (_, room) => ({
      onPing: (ping) => room.steps.send(ping.sender, { opcode: opcode.pong, payload: Buffer.alloc(0) }),
    }),
  },
  "ping.answered-twice": {
    breaks: "CORE-S2a",
    description: "Each ping is answered with two pongs.",
    steps: (plain) => ({
      onPing(ping) {
        plain.onPing(ping);
        plain.onPing(ping);
      },
    }),
  },
  "ping.answered-again-later": {
    breaks: "CORE-S2a",
    description: "Each ping is answered at once, and again 50 ms later.",
    steps: (plain) => ({
      onPing(ping) {
        plain.onPing(ping);
        later(50, () => plain.onPing(ping));
      },
    }),
  },
  "ping.answered-to-last-joined": {
    breaks: "CORE-S2a",
    description: "The pong goes to the connection that joined last, whoever asked.",
    steps: (_, room) => ({
      onPing() {
        const last = room.connections.at(-1);
        if (last !== undefined) room.steps.sendText(last, pong);
      },
    }),
  },

  // S2b: within a second
  "ping.late": {
    breaks: "CORE-S2b",
    description: "Each pong comes 1.5 s after its ping.",
    steps: answersLate(() => () => 1500),
  },
  "ping.ever-later": {
    breaks: "CORE-S2b",
    description: "Each pong of a connection comes 300 ms later than the one before: 0, 300, 600, 900, 1200 ms …",
    steps: answersLate(() => {
      const pings = counter();
      return (ping) => (pings(ping.sender) - 1) * 300;
    }),
  },
  "ping.late-if-not-the-first": {
    breaks: "CORE-S2b",
    description: "The first pong of a connection comes at once, each other 1.5 s after its ping.",
    steps: answersLate(() => {
      const pings = counter();
      return (ping) => (pings(ping.sender) === 1 ? 0 : 1500);
    }),
  },
  "ping.waits-for-broadcasts": {
    breaks: "CORE-S2b",
    description: "A pong to a connection that has published within the last 200 ms comes 1.5 s after its ping.",
    steps: (plain) => {
      const published = perConnection(() => ({ at: Number.NEGATIVE_INFINITY }));
      return {
        onBroadcast(message) {
          published(message.sender).at = performance.now();
          plain.onBroadcast(message);
        },
        onPing(ping) {
          const busy = performance.now() - published(ping.sender).at < 200;
          later(busy ? 1500 : 0, () => plain.onPing(ping));
        },
      };
    },
  },

  // S2c: no pong where none was asked for
  "ping.pong-to-everybody": {
    breaks: "CORE-S2c",
    description: "The pong goes to everybody.",
    steps: (_, room) => ({
      onPing() {
        for (const connection of [...room.connections]) room.steps.sendText(connection, pong);
      },
    }),
  },
  "ping.pong-also-to-last-joined": {
    breaks: "CORE-S2c",
    description: "The pong goes to who asked and to the connection that joined last.",
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        const last = room.connections.at(-1);
        if (last !== undefined && last !== ping.sender) room.steps.sendText(last, pong);
      },
    }),
  },
  "ping.pong-also-to-first-joined": {
    breaks: "CORE-S2c",
    description: "The pong goes to who asked and to the connection that joined first.",
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        const first = room.connections.at(0);
        if (first !== undefined && first !== ping.sender) room.steps.sendText(first, pong);
      },
    }),
  },
  "ping.pong-for-each-broadcast": {
    breaks: "CORE-S2c",
    description: "A broadcast is acknowledged to its sender with a pong.",
    steps: (plain, room) => ({
      onBroadcast(message) {
        plain.onBroadcast(message);
        room.steps.sendText(message.sender, pong);
      },
    }),
  },
  "ping.pong-for-each-control-ping": {
    breaks: "CORE-S2c",
    description: "A WebSocket Ping frame is answered with a Pong frame and with a pong message.",
    steps: (plain, room) => ({
      onControlPing(connection, payload) {
        plain.onControlPing(connection, payload);
        room.steps.sendText(connection, pong);
      },
    }),
  },
  "ping.pong-every-200-ms": {
    breaks: "CORE-S2c",
    description: "Every connection gets a pong every 200 ms, asked or not.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        every(200, connection, () => room.steps.sendText(connection, pong));
      },
    }),
  },

  // S2d: a ping is not relayed
  "ping.relayed": {
    breaks: "CORE-S2d",
    description: "A ping is answered, and relayed to everybody.",
    steps: relays(() => true),
  },
  "ping.relayed-to-others": {
    breaks: "CORE-S2d",
    description: "A ping is answered, and relayed to everybody but its sender.",
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        for (const other of [...room.connections]) if (other !== ping.sender) room.steps.deliver(other, ping);
      },
    }),
  },
  "ping.relayed-with-further-members": {
    breaks: "CORE-S2d",
    description: "A ping with further members is answered, and relayed to everybody.",
    steps: relays((ping) => Object.keys(ping.value).length > 1),
  },
  "ping.relayed-if-spelt-differently": {
    breaks: "CORE-S2d",
    description: 'A ping that is not `{"type":"ping"}`, byte for byte, is answered, and relayed to everybody.',
    steps: relays((ping) => ping.text !== '{"type":"ping"}'),
  },
  "ping.relayed-instead-if-spelt-differently": {
    breaks: "CORE-S2d",
    description: 'A ping that is not `{"type":"ping"}`, byte for byte, is taken for a broadcast.',
    steps: (plain, room) => ({
      onPing: (ping) => (ping.text === '{"type":"ping"}' ? plain.onPing(ping) : room.steps.onBroadcast(ping)),
    }),
  },
} satisfies { readonly [name: string]: Fault };
