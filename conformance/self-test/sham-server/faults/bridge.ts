/** Faults in the bridge: which of the messages of one transport reach the other, how often, and in what order. */
import { callsWithin, count } from "../calls.ts";
import type { Fault } from "../faults.ts";
import { opcode } from "../frames.ts";
import { isEvent } from "../message-kinds.ts";
import { counter, rate } from "../per-connection.ts";
import type { Connection, Message, Override, Room, Stream } from "../steps.ts";
import { later } from "../timing.ts";
import { orderFaults } from "./order.ts";

const wasPosted = ({ post }: Message) => post !== undefined;

/** Sends what came on a connection to the streams picked; `start` makes what picks, with state of its own for each server. */
const reachesStreams =
  (start: () => (streams: readonly Stream[], message: Message) => readonly Stream[]): Override =>
  (plain) => {
    const pick = start();
    return {
      subscribers(message) {
        const streams = plain.subscribers(message);
        return wasPosted(message) ? streams : pick(streams, message);
      },
    };
  };

/** Sends what came on a connection to no stream where the test is true. */
const keepsFromStreams = (start: () => (message: Message) => boolean): Override =>
  reachesStreams(() => {
    const test = start();
    return (streams, message) => (test(message) ? [] : streams);
  });

const keepsFromStreamsIf = (test: (message: Message) => boolean): Override => keepsFromStreams(() => test);

/** Sends what was posted to the connections picked. */
const reachesConnections =
  (start: () => (receivers: readonly Connection[], message: Message) => readonly Connection[]): Override =>
  (plain) => {
    const pick = start();
    return {
      receivers(message) {
        const receivers = plain.receivers(message);
        return wasPosted(message) ? pick(receivers, message) : receivers;
      },
    };
  };

const keepsFromConnections = (start: () => (message: Message) => boolean): Override =>
  reachesConnections(() => {
    const test = start();
    return (receivers, message) => (test(message) ? [] : receivers);
  });

const keepsFromConnectionsIf = (test: (message: Message) => boolean): Override => keepsFromConnections(() => test);

/** Delivers later on streams, by the milliseconds that `start`'s function tells. */
const delaysOnStreams =
  (start: () => (message: Message, stream: Stream) => number): Override =>
  (plain) => {
    const delay = start();
    return {
      deliverOnStream(stream, message) {
        const ms = delay(message, stream);
        if (ms === 0) plain.deliverOnStream(stream, message);
        else later(ms, () => plain.deliverOnStream(stream, message));
      },
    };
  };

/** Delivers later on connections, by the milliseconds that `ms` tells. */
const delaysOnConnections =
  (ms: (message: Message) => number): Override =>
  (plain) => ({
    deliver(receiver, message) {
      if (ms(message) === 0) plain.deliver(receiver, message);
      else later(ms(message), () => plain.deliver(receiver, message));
    },
  });

const onEveryStream = (room: Room, write: (stream: Stream) => void) => {
  for (const stream of [...room.streams]) write(stream);
};

const comment = (room: Room, text: string) =>
  onEveryStream(room, (stream) => room.steps.sendBody(stream, Buffer.from(`: ${text}\n\n`)));

export const bridgeFaults = {
  // 1a: what connections send, once to every stream
  "bridge.nothing-to-streams": {
    breaks: "BRIDGE-1a",
    description: "Nothing that connections send is sent on streams.",
    steps: keepsFromStreamsIf(() => true),
  },
  "bridge.no-events-to-streams": {
    breaks: "BRIDGE-1a",
    description: "Events that connections send are not sent on streams.",
    steps: keepsFromStreamsIf(({ value }) => isEvent(value)),
  },
  "bridge.only-events-to-streams": {
    breaks: "BRIDGE-1a",
    description: "Of what connections send only events are sent on streams.",
    steps: keepsFromStreamsIf(({ value }) => !isEvent(value)),
  },
  "bridge.drops-every-10th": {
    breaks: "BRIDGE-1a",
    description: "Every 10th message of a connection is not sent on streams.",
    steps: keepsFromStreams(() => {
      const messages = counter();
      return ({ sender }) => messages(sender) % 10 === 0;
    }),
  },
  "bridge.drops-beyond-20-in-a-second": {
    breaks: "BRIDGE-1a",
    description: "What a connection sends beyond 20 messages in a second is not sent on streams.",
    steps: keepsFromStreams(() => {
      const inASecond = rate(1000);
      return ({ sender }) => inASecond(sender) > 20;
    }),
  },
  "bridge.first-connection-alone": {
    breaks: "BRIDGE-1a",
    description: "Only what the connection sends that joined first is sent on streams.",
    steps: (plain, room) => keepsFromStreamsIf(({ sender }) => sender !== room.connections[0])(plain, room),
  },
  "bridge.to-oldest-stream": {
    breaks: "BRIDGE-1a",
    description: "What connections send is sent on the stream that opened first, and on no other.",
    steps: reachesStreams(() => (streams) => streams.slice(0, 1)),
  },
  "bridge.to-newest-stream": {
    breaks: "BRIDGE-1a",
    description: "What connections send is sent on the stream that opened last, and on no other.",
    steps: reachesStreams(() => (streams) => streams.slice(-1)),
  },
  "bridge.doubles-for-streams": {
    breaks: "BRIDGE-1a",
    description: "What connections send is sent on every stream twice: by the relay, and by the bridge.",
    steps: reachesStreams(() => (streams) => [...streams, ...streams]),
  },
  "bridge.doubles-for-each-connection": {
    breaks: "BRIDGE-1a",
    description: "What connections send is sent on streams once for each connection, up to three times.",
    steps: (plain, room) =>
      reachesStreams(() => (streams) => room.connections.slice(0, 3).flatMap(() => streams))(plain, room),
  },
  "bridge.doubles-events": {
    breaks: "BRIDGE-1a",
    description: "An event is sent on streams under its name, and once more as a plain message.",
    steps: (plain, room) => ({
      deliverOnStream(stream, message) {
        plain.deliverOnStream(stream, message);
        if (!wasPosted(message) && isEvent(message.value)) room.steps.sendEvent(stream, { data: message.text });
      },
    }),
  },

  // 1e: nothing of pings and bad JSON
  "bridge.pings-on-streams": {
    breaks: "BRIDGE-1e",
    description: "A ping is answered, and sent on every stream.",
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        onEveryStream(room, (stream) => room.steps.deliverOnStream(stream, ping));
      },
    }),
  },
  "bridge.pings-named": {
    breaks: "BRIDGE-1e",
    description: "A ping is answered, and sent on every stream as an event `ping`.",
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        onEveryStream(room, (stream) => room.steps.sendEvent(stream, { name: "ping", data: ping.text }));
      },
    }),
  },
  "bridge.pings-as-comments": {
    breaks: "BRIDGE-1e",
    description: "A ping is answered, and sent on every stream as a comment with its text.",
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        comment(room, ping.text);
      },
    }),
  },
  "bridge.pings-in-escapes-on-streams": {
    breaks: "BRIDGE-1e",
    description: 'A ping that does not have `"type":"ping"` in its text is answered, and sent on every stream.',
    steps: (plain, room) => ({
      onPing(ping) {
        plain.onPing(ping);
        if (ping.text.includes('"type":"ping"')) return;
        onEveryStream(room, (stream) => room.steps.deliverOnStream(stream, ping));
      },
    }),
  },
  "bridge.bad-json-on-streams": {
    breaks: "BRIDGE-1e",
    description: "Text that is not JSON is sent on every stream in a JSON string.",
    steps: (_, room) => ({
      onBadJson: (_sender, text) =>
        onEveryStream(room, (stream) => room.steps.sendEvent(stream, { data: JSON.stringify(text) })),
    }),
  },
  "bridge.bad-json-named": {
    breaks: "BRIDGE-1e",
    description: "Text that is not JSON is sent on every stream as an event `error` that quotes it.",
    steps: (_, room) => ({
      onBadJson: (_sender, text) =>
        onEveryStream(room, (stream) => room.steps.sendEvent(stream, { name: "error", data: `Not JSON: ${text}` })),
    }),
  },
  "bridge.bad-json-as-comments": {
    breaks: "BRIDGE-1e",
    description: "Text that is not JSON is sent on every stream as a comment.",
    steps: (_, room) => ({ onBadJson: (_sender, text) => comment(room, text) }),
  },

  // 2a: what is posted, once to every connection
  "bridge.posts-nothing-to-connections": {
    breaks: "BRIDGE-2a",
    description: "What was posted is sent on streams, and on no connection.",
    steps: keepsFromConnectionsIf(() => true),
  },
  "bridge.posts-no-events-to-connections": {
    breaks: "BRIDGE-2a",
    description: "An event that was posted is sent on streams, and on no connection.",
    steps: keepsFromConnectionsIf(({ value }) => isEvent(value)),
  },
  "bridge.posts-drop-every-10th": {
    breaks: "BRIDGE-2a",
    description: "Every 10th message that was posted is sent on no connection.",
    steps: keepsFromConnections(() => {
      const messages = count();
      return () => messages() % 10 === 0;
    }),
  },
  "bridge.posts-drop-in-a-burst": {
    breaks: "BRIDGE-2a",
    description: "Of the messages that are posted within 20 ms those after the 10th are sent on no connection.",
    steps: keepsFromConnections(() => {
      const inABurst = callsWithin(20);
      return () => inABurst() > 10;
    }),
  },
  "bridge.posts-to-oldest-connection": {
    breaks: "BRIDGE-2a",
    description: "What was posted is sent on the connection that joined first, and on no other.",
    steps: reachesConnections(() => (receivers) => receivers.slice(0, 1)),
  },
  "bridge.posts-to-newest-connection": {
    breaks: "BRIDGE-2a",
    description: "What was posted is sent on the connection that joined last, and on no other.",
    steps: reachesConnections(() => (receivers) => receivers.slice(-1)),
  },
  "bridge.posts-to-publishers-alone": {
    breaks: "BRIDGE-2a",
    description: "What was posted is sent on those connections alone that have published something themselves.",
    steps: (plain, room) => {
      const publishers = new Set<Connection>();
      return {
        ...reachesConnections(() => (receivers) => receivers.filter((receiver) => publishers.has(receiver)))(
          plain,
          room,
        ),
        onBroadcast(message) {
          publishers.add(message.sender);
          plain.onBroadcast(message);
        },
      };
    },
  },
  "bridge.posts-twice": {
    breaks: "BRIDGE-2a",
    description: "What was posted is sent on every connection twice: by the POST's handler, and by the bridge.",
    steps: reachesConnections(() => (receivers) => [...receivers, ...receivers]),
  },
  "bridge.posts-as-binary": {
    breaks: "BRIDGE-2a",
    description: "What was posted is delivered on connections as a binary message.",
    steps: (plain, room) => ({
      deliver(receiver, message) {
        if (!wasPosted(message)) return plain.deliver(receiver, message);
        room.steps.send(receiver, { opcode: opcode.binary, payload: Buffer.from(message.text) });
      },
    }),
  },
  "bridge.posted-events-as-binary": {
    breaks: "BRIDGE-2a",
    description: "An event that was posted is delivered on connections as a binary message.",
    steps: (plain, room) => ({
      deliver(receiver, message) {
        if (!wasPosted(message) || !isEvent(message.value)) return plain.deliver(receiver, message);
        room.steps.send(receiver, { opcode: opcode.binary, payload: Buffer.from(message.text) });
      },
    }),
  },

  // 3: one order
  "bridge.posts-late-on-streams": {
    breaks: "BRIDGE-3",
    description: "What was posted is sent on streams 20 ms later than on connections.",
    steps: delaysOnStreams(() => (message) => (wasPosted(message) ? 20 : 0)),
  },
  "bridge.posts-overtake-on-connections": {
    breaks: "BRIDGE-3",
    description: "What was posted overtakes, on connections alone, what connections sent up to 20 ms before.",
    steps: delaysOnConnections((message) => (wasPosted(message) ? 0 : 20)),
  },
  "bridge.posts-late-on-connections": {
    breaks: "BRIDGE-3",
    description: "What was posted is delivered on connections 20 ms later than on streams.",
    steps: delaysOnConnections((message) => (wasPosted(message) ? 20 : 0)),
  },
  "bridge.varying-delays-on-streams": {
    breaks: "BRIDGE-3",
    description: "A message is sent on streams 0, 10 or 20 ms later than on connections, by turns.",
    steps: delaysOnStreams(() => {
      const deliveries = count();
      return () => (deliveries() % 3) * 10;
    }),
  },
  "bridge.one-stream-late": {
    breaks: "BRIDGE-3",
    description: "On streams with an even number, what connections sent comes 20 ms late, and what was posted at once.",
    steps: delaysOnStreams(
      () =>
        (message, { number }) =>
          number % 2 === 0 && !wasPosted(message) ? 20 : 0,
    ),
  },
  "bridge.long-ones-late-on-streams": {
    breaks: "BRIDGE-3",
    description: "Messages of more than 1000 bytes are sent on streams 20 ms later than others.",
    steps: delaysOnStreams(
      () =>
        ({ text }) =>
          text.length > 1000 ? 20 : 0,
    ),
  },
  "bridge.long-ones-late-on-connections": {
    breaks: "BRIDGE-3",
    description: "Messages of more than 1000 bytes are delivered on connections 20 ms later than others.",
    steps: delaysOnConnections(({ text }) => (text.length > 1000 ? 20 : 0)),
  },
  "bridge.events-late-on-streams": {
    breaks: "BRIDGE-3",
    description: "Events are sent on streams 20 ms later than broadcasts.",
    steps: delaysOnStreams(
      () =>
        ({ value }) =>
          isEvent(value) ? 20 : 0,
    ),
  },
  "bridge.batches-sorted-on-streams": {
    breaks: "BRIDGE-3",
    description: "The messages of 50 ms are sent on streams together, sorted by their texts.",
    steps: (_, room) => {
      let batch: Message[] = [];
      return {
        subscribers(message) {
          batch.push(message);
          if (batch.length > 1) return [];
          later(50, () => {
            const sorted = batch.sort((a, b) => (a.text < b.text ? -1 : 1));
            batch = [];
            for (const one of sorted) onEveryStream(room, (stream) => room.steps.deliverOnStream(stream, one));
          });
          return [];
        },
      };
    },
  },
  "bridge.senders-first": {
    breaks: "BRIDGE-3",
    description: "A connection gets its own messages at once, and everybody else 20 ms later.",
    steps: orderFaults["order.own-first"].steps,
  },
} satisfies { readonly [name: string]: Fault };
