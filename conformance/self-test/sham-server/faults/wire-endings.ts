/** Faults in the close handshake, and when others come and go. */
import type { Fault } from "../faults.ts";
import { applyMask, closePayload, frameBytes, opcode } from "../frames.ts";
import type { Connection, Override, Room } from "../steps.ts";
import { later } from "../timing.ts";

/** Answers a Close frame with this payload. */
const repliesWith =
  (payload: Buffer): Override =>
  () => ({ closeReply: () => payload });

/** Answers a Close frame with these bytes, which need not be a Close frame. */
const repliesWithBytes =
  (bytes: Buffer): Override =>
  (_, room) => ({
    onCloseFrame(connection) {
      room.steps.leave(connection);
      room.steps.write(connection, bytes);
      room.steps.hangUp(connection);
    },
  });

/** Says nothing to the Close frames for which the test is true, and keeps their TCP connections. */
const ignoresClose =
  (test: (payload: Buffer) => boolean): Override =>
  (plain, room) => ({
    onCloseFrame: (connection, payload) =>
      test(payload) ? room.steps.leave(connection) : plain.onCloseFrame(connection, payload),
  });

/** Does something more when a connection is lost. */
const onLoss =
  (react: (room: Room, lost: Connection, how: "fin" | "reset") => void): Override =>
  (plain, room) => ({
    onLost(connection, how) {
      plain.onLost(connection, how);
      react(room, connection, how);
    },
  });

/** From the first loss for which the test is true, nothing is delivered. */
const stopsDeliveriesOnLoss =
  (start: () => (lost: Connection, how: "fin" | "reset") => boolean): Override =>
  (plain) => {
    const test = start();
    let stopped = false;
    return {
      onLost(connection, how) {
        stopped ||= test(connection, how);
        plain.onLost(connection, how);
      },
      receivers: (message) => (stopped ? [] : plain.receivers(message)),
    };
  };

/** Does something more when a connection leaves in order; `later` are those who joined after it. */
const onLeaving =
  (react: (room: Room, later: readonly Connection[]) => void): Override =>
  (plain, room) => ({
    onCloseFrame(connection, payload) {
      const joinedLater = room.connections.slice(room.connections.indexOf(connection) + 1);
      plain.onCloseFrame(connection, payload);
      react(room, joinedLater);
    },
  });

/** Delivers nothing for 50 ms after a step. */
const pausesAfter =
  (step: "onOpen" | "onCloseFrame"): Override =>
  (plain) => {
    let pausedUntil = 0;
    const pause = () => {
      pausedUntil = performance.now() + 50;
    };
    return {
      onOpen(connection) {
        if (step === "onOpen") pause();
        plain.onOpen(connection);
      },
      onCloseFrame(connection, payload) {
        if (step === "onCloseFrame") pause();
        plain.onCloseFrame(connection, payload);
      },
      receivers: (message) => (performance.now() < pausedUntil ? [] : plain.receivers(message)),
    };
  };

function forget(room: Room, connection: Connection | undefined): void {
  const at = connection === undefined ? -1 : room.connections.indexOf(connection);
  if (at !== -1) room.connections.splice(at, 1);
}

function maskedFrame(code: number, payload: Buffer): Buffer {
  const key = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.from(payload);
  applyMask(masked, key);
  const frame = frameBytes(code, payload);
  return Buffer.concat([Buffer.from([frame.readUInt8(0), 0x80 | payload.length]), key, masked]);
}

export const endingFaults = {
  // S7c: the close handshake
  "close.unanswered": {
    breaks: "CORE-S7c",
    description: "A Close frame is not answered, and the TCP connection stays.",
    steps: ignoresClose(() => true),
  },
  "close.empty-unanswered": {
    breaks: "CORE-S7c",
    description: "A Close frame without a code is not answered.",
    steps: ignoresClose((payload) => payload.length === 0),
  },
  "close.unanswered-with-reason": {
    breaks: "CORE-S7c",
    description: "A Close frame with a reason is not answered.",
    steps: ignoresClose((payload) => payload.length > 2),
  },
  "close.cuts-tcp": {
    breaks: "CORE-S7c",
    description: "The TCP connection is ended without a Close frame.",
    steps: (_, room) => ({
      onCloseFrame(connection) {
        room.steps.leave(connection);
        room.steps.hangUp(connection);
      },
    }),
  },
  "close.replies-in-text": {
    breaks: "CORE-S7c",
    description: "A Close frame is answered with a text message, and the TCP connection is ended.",
    steps: repliesWithBytes(frameBytes(opcode.text, Buffer.from('{"type":"bye"}'))),
  },
  "close.replies-1005": {
    breaks: "CORE-S7c",
    description: "The answering Close frame has the code 1005, which is never sent.",
    steps: repliesWith(closePayload(1005)),
  },
  "close.replies-1006": {
    breaks: "CORE-S7c",
    description: "The answering Close frame has the code 1006, which is never sent.",
    steps: repliesWith(closePayload(1006)),
  },
  "close.replies-999": {
    breaks: "CORE-S7c",
    description: "The answering Close frame has the code 999.",
    steps: repliesWith(closePayload(999)),
  },
  "close.replies-one-byte": {
    breaks: "CORE-S7c",
    description: "The answering Close frame has a payload of one byte.",
    steps: repliesWith(Buffer.from([3])),
  },
  "close.replies-1000-little-endian": {
    breaks: "CORE-S7c",
    description: "The answering Close frame has the bytes of the code 1000 in the wrong order.",
    steps: repliesWith(Buffer.from([0xe8, 0x03])),
  },
  "close.reply-with-bad-utf8": {
    breaks: "CORE-S7c",
    description: "The reason in the answering Close frame is not UTF-8.",
    steps: repliesWith(Buffer.concat([closePayload(1000), Buffer.from([0xc3, 0x28])])),
  },
  "close.reply-too-long": {
    breaks: "CORE-S7c",
    description: "The answering Close frame has a payload of 127 bytes, two more than a control frame may have.",
    steps: repliesWith(closePayload(1000, "x".repeat(125))),
  },
  "close.reply-fragmented": {
    breaks: "CORE-S7c",
    description: "The answering Close frame says that it is a fragment.",
    steps: repliesWithBytes(frameBytes(opcode.close, closePayload(1000), { fin: false })),
  },
  "close.reply-masked": {
    breaks: "CORE-S7c",
    description: "The answering Close frame is masked.",
    steps: repliesWithBytes(maskedFrame(opcode.close, closePayload(1000))),
  },

  // S7d: one ends without a close handshake
  "reset.crashes-in-a-frame": {
    breaks: "CORE-S7d",
    description: "A connection that is lost in the middle of a frame kills the server.",
    steps: onLoss((room, { unread }) => {
      if (unread.length > 0) room.crash();
    }),
  },
  "reset.crashes-in-a-message": {
    breaks: "CORE-S7d",
    description: "A connection that is lost between two fragments kills the server.",
    steps: onLoss((room, { fragments }) => {
      if (fragments.length > 0) room.crash();
    }),
  },
  "reset.crashes": {
    breaks: "CORE-S7d",
    description: "A connection that is reset kills the server, for want of an error handler.",
    steps: onLoss((room, _, how) => {
      if (how === "reset") room.crash();
    }),
  },
  "reset.closes-everybody": {
    breaks: "CORE-S7d",
    description: "A connection that is lost closes all others.",
    steps: onLoss((room) => {
      for (const connection of [...room.connections]) room.close(connection, 1011);
    }),
  },
  "reset.forgets-last-joined": {
    breaks: "CORE-S7d",
    description: "When a connection is lost, the one that joined last is removed from the list too.",
    steps: onLoss((room) => forget(room, room.connections.at(-1))),
  },
  "reset.deliveries-stop-at-the-dead": {
    breaks: "CORE-S7d",
    description: "A lost connection stays in the list, and whoever joined after it gets nothing.",
    steps: (plain) => {
      const dead = new WeakSet<Connection>();
      return {
        onLost: (connection) => void dead.add(connection),
        receivers(message) {
          const receivers = plain.receivers(message);
          const firstDead = receivers.findIndex((receiver) => dead.has(receiver));
          return firstDead === -1 ? receivers : receivers.slice(0, firstDead);
        },
      };
    },
  },
  "reset.fin-stops-deliveries": {
    breaks: "CORE-S7d",
    description: "A TCP connection that ends without a Close frame stops all deliveries; a reset does not.",
    steps: stopsDeliveriesOnLoss(() => (_, how) => how === "fin"),
  },
  "reset.in-a-frame-stops-deliveries": {
    breaks: "CORE-S7d",
    description: "A connection that is lost in the middle of a frame stops all deliveries.",
    steps: stopsDeliveriesOnLoss(
      () =>
        ({ unread }) =>
          unread.length > 0,
    ),
  },
  "reset.fifth-stops-deliveries": {
    breaks: "CORE-S7d",
    description: "The fifth connection that is lost stops all deliveries.",
    steps: stopsDeliveriesOnLoss(() => {
      let losses = 0;
      return () => {
        losses += 1;
        return losses === 5;
      };
    }),
  },

  // S7e: others come and go in order
  "leave.forgets-last-joined": {
    breaks: "CORE-S7e",
    description: "When a connection leaves, the one that joined last is removed from the list too.",
    steps: onLeaving((room) => forget(room, room.connections.at(-1))),
  },
  "leave.forgets-next": {
    breaks: "CORE-S7e",
    description: "When a connection leaves, the one that joined after it is removed from the list too.",
    steps: onLeaving((room, [next]) => forget(room, next)),
  },
  "leave.closes-next": {
    breaks: "CORE-S7e",
    description: "When a connection leaves, the one that joined after it is closed.",
    steps: onLeaving((room, [next]) => {
      if (next !== undefined) room.close(next, 1001);
    }),
  },
  "leave.20th-stops-deliveries": {
    breaks: "CORE-S7e",
    description: "After the 20th connection has left nothing is delivered.",
    steps: (plain) => {
      let left = 0;
      return {
        onCloseFrame(connection, payload) {
          left += 1;
          plain.onCloseFrame(connection, payload);
        },
        receivers: (message) => (left < 20 ? plain.receivers(message) : []),
      };
    },
  },
  "leave.aborts-deliveries": {
    breaks: "CORE-S7e",
    description: "A message is delivered 5 ms after it came, and not at all if somebody leaves in that time.",
    steps: (plain) => {
      let left = 0;
      return {
        onCloseFrame(connection, payload) {
          left += 1;
          plain.onCloseFrame(connection, payload);
        },
        onBroadcast(message) {
          const before = left;
          later(5, () => {
            if (left === before) plain.onBroadcast(message);
          });
        },
      };
    },
  },
  "leave.pauses-deliveries": {
    breaks: "CORE-S7e",
    description: "Within 50 ms after somebody has left, messages are lost.",
    steps: pausesAfter("onCloseFrame"),
  },
  "join.pauses-deliveries": {
    breaks: "CORE-S7e",
    description: "Within 50 ms after somebody has joined, messages are lost.",
    steps: pausesAfter("onOpen"),
  },
  "join.replaces-last-joined": {
    breaks: "CORE-S7e",
    description: "A newcomer takes the place of the one that joined before it, which stays open and gets nothing.",
    steps: (plain, room) => ({
      onOpen(connection) {
        room.connections.pop();
        plain.onOpen(connection);
      },
    }),
  },
  "join.closes-last-joined": {
    breaks: "CORE-S7e",
    description: "A newcomer closes the connection that joined before it.",
    steps: (plain, room) => ({
      onOpen(connection) {
        const last = room.connections.at(-1);
        if (last !== undefined) room.close(last, 1000);
        plain.onOpen(connection);
      },
    }),
  },
  "join.half-a-handshake-stops-deliveries": {
    breaks: "CORE-S7e",
    description: "While a handshake has begun and not ended, nothing is delivered.",
    steps: (plain) => {
      const shakingHands = new Set<Connection>();
      return {
        onRequestBytes(connection, chunk) {
          shakingHands.add(connection);
          connection.socket.once("close", () => shakingHands.delete(connection));
          plain.onRequestBytes(connection, chunk);
          if (connection.state !== "opening") shakingHands.delete(connection);
        },
        receivers: (message) => (shakingHands.size === 0 ? plain.receivers(message) : []),
      };
    },
  },
} satisfies { readonly [name: string]: Fault };
