/** Faults in the order in which messages are delivered. */
import type { Fault } from "../faults.ts";
import { perConnection, rate } from "../per-connection.ts";
import type { Connection, Message, Override } from "../steps.ts";
import { later } from "../timing.ts";

type Handler = (message: Message) => void;

/** Holds a message back for 5 ms; if the sender's next comes in that time, the next goes first. */
function swapping(handle: Handler): Handler {
  const held = perConnection((): { message?: Message | undefined } => ({}));
  return (message) => {
    const slot = held(message.sender);
    const earlier = slot.message;
    slot.message = earlier === undefined ? message : undefined;
    if (earlier !== undefined) {
      handle(message);
      return handle(earlier);
    }
    later(5, () => {
      if (slot.message !== message) return;
      slot.message = undefined;
      handle(message);
    });
  };
}

/** Delivers a message later, by the milliseconds that `start`'s function tells. */
const delays =
  (start: () => (message: Message) => number): Override =>
  (plain) => {
    const delay = start();
    return {
      onBroadcast(message) {
        const ms = delay(message);
        if (ms === 0) plain.onBroadcast(message);
        else later(ms, () => plain.onBroadcast(message));
      },
    };
  };

/** Delivers to one receiver later than to another, always by the same time for the same sender and receiver. */
const lags =
  (ms: (sender: Connection, receiver: Connection) => number): Override =>
  (plain) => ({
    deliver: (receiver, message) => later(ms(message.sender, receiver), () => plain.deliver(receiver, message)),
  });

export const orderFaults = {
  // S4a: the messages of one connection, at every receiver, in the order of sending
  "order.swaps-neighbours": {
    breaks: "CORE-S4a",
    description: "Two messages of one connection that come within 5 ms are swapped.",
    steps: (plain) => ({ onBroadcast: swapping(plain.onBroadcast) }),
  },
  "order.swaps-far-into-a-burst": {
    breaks: "CORE-S4a",
    description: "The 30th message that a connection publishes in a second is delivered 10 ms late.",
    steps: delays(() => {
      const inASecond = rate(1000);
      return ({ sender }) => (inASecond(sender) === 30 ? 10 : 0);
    }),
  },
  "order.reverses-each-read": {
    breaks: "CORE-S4a",
    description: "The messages that come in one read are delivered last first.",
    steps: (plain) => {
      let batch: Message[] = [];
      return {
        onBytes(connection, chunk) {
          plain.onBytes(connection, chunk);
          const messages = batch.reverse();
          batch = [];
          for (const message of messages) plain.onBroadcast(message);
        },
        onBroadcast(message) {
          batch.push(message);
        },
      };
    },
  },
  "order.short-overtakes-long": {
    breaks: "CORE-S4a",
    description: "Messages of more than 1000 characters are delivered 20 ms late, so that short ones overtake them.",
    steps: delays(
      () =>
        ({ text }) =>
          text.length > 1000 ? 20 : 0,
    ),
  },
  "order.events-overtake-broadcasts": {
    breaks: "CORE-S4a",
    description: "Events are delivered at once, all else 10 ms late.",
    steps: delays(
      () =>
        ({ value }) =>
          value.type === "event" ? 0 : 10,
    ),
  },
  "order.uneven-delay": {
    breaks: "CORE-S4a",
    description: "Each message waits for something of its own, for 2, 6, 10, 4 or 8 ms in turn.",
    steps: delays(() => {
      let messages = 0;
      return () => {
        messages += 1;
        return ((messages * 2) % 5) * 2 + 2;
      };
    }),
  },
  "order.first-of-burst-last-for-last-joined": {
    breaks: "CORE-S4a",
    description: "The connection that joined last gets the first message of a burst 20 ms late, after the others.",
    steps: (plain, room) => {
      const recent = rate(20);
      const late = new WeakSet<Message>();
      return {
        onBroadcast(message) {
          if (recent(message.sender) === 1) late.add(message);
          plain.onBroadcast(message);
        },
        deliver(receiver, message) {
          if (!late.has(message) || receiver !== room.connections.at(-1)) return plain.deliver(receiver, message);
          later(20, () => plain.deliver(receiver, message));
        },
      };
    },
  },
  "order.swapped-for-sender": {
    breaks: "CORE-S4a",
    description: "The sender alone gets its own messages with neighbours swapped.",
    steps: (plain) => {
      const swapped = swapping((message) => plain.deliver(message.sender, message));
      return {
        deliver: (receiver, message) =>
          receiver === message.sender ? swapped(message) : plain.deliver(receiver, message),
      };
    },
  },

  // S4b: all messages in one order for all
  "order.own-first": {
    breaks: "CORE-S4b",
    description: "A sender gets its own messages at once and everybody else 20 ms later, so two senders differ.",
    steps: lags((sender, receiver) => (sender === receiver ? 0 : 20)),
  },
  "order.differs-by-receiver": {
    breaks: "CORE-S4b",
    description: "Messages of even senders come 20 ms late to even receivers, those of odd senders to odd receivers.",
    steps: lags((sender, receiver) => ((sender.number + receiver.number) % 2 === 0 ? 20 : 0)),
  },
} satisfies { readonly [name: string]: Fault };
