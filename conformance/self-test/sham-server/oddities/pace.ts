/** Oddities of time and order. */
import { orderFaults } from "../faults/order.ts";
import type { Oddity } from "../oddities.ts";
import type { Message, Override, Steps } from "../steps.ts";
import { inTurn, later, wait } from "../timing.ts";

/** Handles the messages of one sender one after the other; those of different senders side by side. */
const handlesInTurn =
  (handle: (plain: Steps, message: Message) => Promise<void>): Override =>
  (plain) => {
    const queue = inTurn();
    return { onBroadcast: (message) => queue(message.sender, () => handle(plain, message)) };
  };

const deliversLate =
  (ms: number): Override =>
  (plain) => ({ onBroadcast: (message) => later(ms, () => plain.onBroadcast(message)) });

export const paceOddities = {
  "pace.ten-ms-for-each-message": {
    description: "Each message of a connection takes 10 ms, and the next one waits.",
    steps: handlesInTurn(async (plain, message) => {
      await wait(10);
      plain.onBroadcast(message);
    }),
  },
  "pace.one-receiver-after-the-other": {
    description: "A message is sent to one receiver after the other, 1 ms apart; those of another sender in between.",
    leavesAside: "CORE-S4b",
    // What is a SHOULD among connections is a MUST of the bridge.
    claims: ["core-ws"],
    steps: handlesInTurn(async (plain, message) => {
      for (const receiver of plain.receivers(message)) {
        plain.deliver(receiver, message);
        await wait(1);
      }
    }),
  },
  "pace.pongs-overtake": {
    description: "Broadcasts are delivered 30 ms late, and pongs overtake them.",
    steps: deliversLate(30),
  },
  "pace.deliveries-200-ms-late": {
    description: "Broadcasts are delivered 200 ms late.",
    steps: deliversLate(200),
  },
  "pace.pongs-300-ms-late": {
    description: "Pongs come 300 ms after their pings, within the time they have.",
    // Each fence of a case takes as long, and the bridge has many.
    claims: ["core-ws"],
    steps: (plain) => ({ onPing: (ping) => later(300, () => plain.onPing(ping)) }),
  },
  "pace.no-order-across-senders": {
    description: "A sender gets its own messages at once and everybody else 20 ms later, so two senders differ.",
    leavesAside: "CORE-S4b",
    // What is a SHOULD among connections is a MUST of the bridge.
    claims: ["core-ws"],
    steps: orderFaults["order.own-first"].steps,
  },
} satisfies { readonly [name: string]: Oddity };
