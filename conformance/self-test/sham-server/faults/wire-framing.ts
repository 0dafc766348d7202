/** Faults in fragments, and in how bytes become frames. */
import type { Fault } from "../faults.ts";
import { type Frame, opcode, readFrame } from "../frames.ts";
import { perConnection } from "../per-connection.ts";
import type { Connection, Override } from "../steps.ts";

const nothing = Buffer.alloc(0);

const isFragment = (frame: Frame) => !frame.fin || frame.opcode === opcode.continuation;

/** Closes a connection that sends a fragment. */
const refusesFragments =
  (code: number): Override =>
  (plain, room) => ({
    onDataFrame: (connection, frame) =>
      isFragment(frame) ? room.close(connection, code) : plain.onDataFrame(connection, frame),
  });

/** Loses a message if the test is true for one of the frames that come until it is complete. */
const losesMessageIf =
  (test: (connection: Connection, frame: Frame) => boolean): Override =>
  (plain) => {
    const losing = new WeakSet<Connection>();
    return {
      onFrame(connection, frame) {
        if (test(connection, frame)) losing.add(connection);
        plain.onFrame(connection, frame);
      },
      onMessage(connection, message) {
        if (!losing.delete(connection)) plain.onMessage(connection, message);
      },
    };
  };

/** Changes the data frames before they are joined. */
const changesFrames =
  (change: (frame: Frame) => Frame): Override =>
  (plain) => ({ onDataFrame: (connection, frame) => plain.onDataFrame(connection, change(frame)) });

/** Handles the first frame of each read; `rest` is what becomes of the bytes behind it. */
const oneFrameForEachRead =
  (rest: (unread: Buffer) => Buffer): Override =>
  (_, room) => ({
    onBytes(connection, chunk) {
      connection.unread = Buffer.concat([connection.unread, chunk]);
      const read = readFrame(connection.unread);
      if (read === undefined) return;
      connection.unread = rest(connection.unread.subarray(read.size));
      room.steps.onFrame(connection, read.frame);
    },
  });

export const framingFaults = {
  // S7a: every fragmentation, control frames in between
  "fragments.refused-1003": {
    breaks: "CORE-S7a",
    description: "A connection that sends a fragment is closed with 1003.",
    steps: refusesFragments(1003),
  },
  "fragments.refused-1002": {
    breaks: "CORE-S7a",
    description: "A connection that sends a fragment is closed with 1002.",
    steps: refusesFragments(1002),
  },
  "fragments.each-for-itself": {
    breaks: "CORE-S7a",
    description: "Each fragment is taken for a message.",
    steps: (_, room) => ({
      onDataFrame(connection, frame) {
        connection.fragments = frame.fin ? [] : [frame];
        room.steps.onMessage(connection, { opcode: opcode.text, payload: frame.payload });
      },
    }),
  },
  "fragments.only-first-used": {
    breaks: "CORE-S7a",
    description: "Only the first fragment of a message is used.",
    steps: changesFrames((frame) => (frame.opcode === opcode.continuation ? { ...frame, payload: nothing } : frame)),
  },
  "fragments.decoded-apart": {
    breaks: "CORE-S7a",
    description: "Each fragment is decoded from UTF-8 for itself, which mangles characters that are split.",
    steps: changesFrames((frame) => ({ ...frame, payload: Buffer.from(frame.payload.toString()) })),
  },
  "fragments.more-than-two-lost": {
    breaks: "CORE-S7a",
    description: "A message of more than two fragments is lost.",
    steps: losesMessageIf(({ fragments }, frame) => fragments.length >= 2 && frame.opcode === opcode.continuation),
  },
  "fragments.lost-if-one-is-empty": {
    breaks: "CORE-S7a",
    description: "A message with an empty fragment is lost.",
    steps: losesMessageIf((_, frame) => frame.opcode < 8 && isFragment(frame) && frame.payload.length === 0),
  },
  "fragments.lost-across-reads": {
    breaks: "CORE-S7a",
    description: "A message is lost if its fragments do not come in one read.",
    steps: (plain) => {
      const losing = new WeakSet<Connection>();
      return {
        onBytes(connection, chunk) {
          if (connection.fragments.length > 0) losing.add(connection);
          plain.onBytes(connection, chunk);
        },
        onMessage(connection, message) {
          if (!losing.delete(connection)) plain.onMessage(connection, message);
        },
      };
    },
  },
  "fragments.control-frame-between-loses": {
    breaks: "CORE-S7a",
    description: "A control frame between the fragments loses the message.",
    steps: losesMessageIf(({ fragments }, frame) => fragments.length > 0 && frame.opcode >= 8),
  },
  "fragments.control-pong-between-closes": {
    breaks: "CORE-S7a",
    description: "A Pong frame between the fragments closes the connection.",
    steps: (plain, room) => ({
      onControlPong(connection) {
        if (connection.fragments.length > 0) room.close(connection, 1002);
        else plain.onControlPong(connection);
      },
    }),
  },
  "fragments.control-payload-mixed-in": {
    breaks: "CORE-S7a",
    description: "The payload of a Ping frame between the fragments becomes part of the message.",
    steps: (plain) => ({
      onControlPing(connection, payload) {
        plain.onControlPing(connection, payload);
        const frame = { fin: false, rsv: 0, opcode: opcode.continuation, masked: true, payload };
        if (connection.fragments.length > 0) connection.fragments.push(frame);
      },
    }),
  },
  "fragments.one-buffer-for-all": {
    breaks: "CORE-S7a",
    description: "All connections share one buffer for fragments, so messages sent at the same time mix.",
    steps: (plain, room) => {
      let shared: Buffer[] = [];
      return {
        onDataFrame(connection, frame) {
          if (!isFragment(frame)) return plain.onDataFrame(connection, frame);
          shared.push(frame.payload);
          connection.fragments = frame.fin ? [] : [frame];
          if (!frame.fin) return;
          const payload = Buffer.concat(shared);
          shared = [];
          room.steps.onMessage(connection, { opcode: opcode.text, payload });
        },
      };
    },
  },

  // S7b: frames however TCP delivers them
  "reads.one-frame-each-rest-lost": {
    breaks: "CORE-S7b",
    description: "Only the first frame of each read is handled; the bytes behind it are lost.",
    steps: oneFrameForEachRead(() => nothing),
  },
  "reads.one-frame-each-rest-waits": {
    breaks: "CORE-S7b",
    description: "Only the first frame of each read is handled; the bytes behind it wait for the next read.",
    steps: oneFrameForEachRead((rest) => rest),
  },
  "reads.ten-frames-each": {
    breaks: "CORE-S7b",
    description: "Frames after the tenth of a read are lost.",
    steps: (plain) => {
      let inThisRead = 0;
      return {
        onBytes(connection, chunk) {
          inThisRead = 0;
          plain.onBytes(connection, chunk);
        },
        onFrame(connection, frame) {
          inThisRead += 1;
          if (inThisRead <= 10) plain.onFrame(connection, frame);
        },
      };
    },
  },
  "reads.split-frame-lost": {
    breaks: "CORE-S7b",
    description: "The beginning of a frame that is not complete in one read is thrown away.",
    steps: (plain) => ({
      onBytes(connection, chunk) {
        plain.onBytes(connection, chunk);
        connection.unread = nothing;
      },
    }),
  },
  "reads.split-header-closes": {
    breaks: "CORE-S7b",
    description: "A read that ends within the first six bytes of a frame closes the connection.",
    steps: (plain, room) => ({
      onBytes(connection, chunk) {
        plain.onBytes(connection, chunk);
        if (connection.unread.length > 0 && connection.unread.length < 6) room.close(connection, 1011);
      },
    }),
  },
  "reads.slow-frame-closes": {
    breaks: "CORE-S7b",
    description: "A frame that takes more than 50 ms from its first byte to its last closes the connection.",
    steps: (plain, room) => {
      const frame = perConnection(() => ({ begunAt: 0 }));
      return {
        onBytes(connection, chunk) {
          if (connection.unread.length === 0) frame(connection).begunAt = performance.now();
          if (performance.now() - frame(connection).begunAt > 50) room.close(connection, 1008);
          plain.onBytes(connection, chunk);
        },
      };
    },
  },
  "reads.frame-in-many-reads-lost": {
    breaks: "CORE-S7b",
    description: "A frame that takes more than four reads is lost.",
    steps: (plain) => {
      const frame = perConnection(() => ({ reads: 0 }));
      return {
        onBytes(connection, chunk) {
          frame(connection).reads += 1;
          plain.onBytes(connection, chunk);
          if (connection.unread.length === 0) frame(connection).reads = 0;
        },
        onFrame(connection, read) {
          if (frame(connection).reads <= 4) plain.onFrame(connection, read);
        },
      };
    },
  },
} satisfies { readonly [name: string]: Fault };
