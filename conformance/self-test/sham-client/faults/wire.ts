/** Faults in frames: what is written, what is read. */
import { frameBytes, opcode, readFrame } from "../../sham-server/frames.ts";
import type { Fault } from "../faults.ts";
import { counter } from "../per-key.ts";
import type { Connection, Override } from "../steps.ts";

/** Answers a Close frame with another payload. */
const repliesWith =
  (reply: (payload: Buffer) => Buffer): Override =>
  () => ({ closeReply: reply });

/** Answers a control frame of type Ping with another payload. */
const pongsWith =
  (change: (payload: Buffer) => Buffer): Override =>
  (plain) => ({ onControlPing: (connection, payload) => plain.onControlPing(connection, change(payload)) });

/** Calls plain.onText with each fragment by itself. */
const readsFragments =
  (test: (frame: { readonly fin: boolean; readonly opcode: number }) => boolean): Override =>
  (plain) => ({
    onDataFrame(connection, frame) {
      if (frame.fin && frame.opcode !== opcode.continuation) return plain.onDataFrame(connection, frame);
      // What was begun has to end, or the next frame breaks the protocol.
      connection.fragments = frame.fin ? [] : [frame];
      if (test(frame)) plain.onMessage(connection, { opcode: opcode.text, payload: frame.payload });
    },
  });

/** What comes in one piece with the answer waits for the next piece. */
const readsLate = (): Override => (plain) => {
  const reads = counter<Connection>();
  return {
    onBytes(connection, chunk) {
      if (reads(connection) > 1) plain.onBytes(connection, chunk);
      else connection.unread = Buffer.from(chunk);
    },
  };
};

export const wireFaults = {
  // C13a, frames
  "frames.unmasked": {
    breaks: "CORE-C13a",
    description: "Frames are not masked.",
    steps: () => ({ frame: frameBytes }),
  },
  "frames.control-unmasked": {
    breaks: "CORE-C13a",
    description: "Control frames are not masked.",
    steps: (plain) => ({
      frame: (code, payload, bits) => (code >= 8 ? frameBytes : plain.frame)(code, payload, bits),
    }),
  },
  "frames.with-one-mask": {
    breaks: "CORE-C13a",
    description: "Every frame is masked with zeros, which saves the work.",
    steps: (plain) => ({
      frame(code, payload, bits) {
        const bytes = plain.frame(code, payload, bits);
        payload.copy(bytes, bytes.length - payload.length);
        bytes.fill(0, bytes.length - payload.length - 4, bytes.length - payload.length);
        return bytes;
      },
    }),
  },
  "frames.masked-in-part": {
    // What it writes are frames; they say something else.
    breaks: "CORE-C6a",
    description: "Of what is longer than 125 bytes only the first 125 are masked.",
    steps: (plain) => ({
      frame(code, payload, bits) {
        const bytes = plain.frame(code, payload, bits);
        if (payload.length > 125) payload.copy(bytes, bytes.length - payload.length + 125, 125);
        return bytes;
      },
    }),
  },
  "frames.reserved-bit": {
    breaks: "CORE-C13a",
    description: "RSV1 is set although no extension was agreed on.",
    steps: (plain) => ({
      frame: (code, payload, bits) => plain.frame(code, payload, { ...bits, rsv: code < 8 ? 4 : 0 }),
    }),
  },
  "frames.long-close": {
    breaks: "CORE-C13a",
    description: "The Close frame of the client has a reason of 200 bytes.",
    steps: (plain) => ({
      startClose(connection, code) {
        const write = plain.frame(opcode.close, Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.alloc(200, "x")]));
        plain.write(connection, write);
        connection.state = "closing";
        if (code === 4000) connection.socket.destroySoon();
      },
    }),
  },
  "frames.fragmented-pong": {
    breaks: "CORE-C13a",
    description: "The answer to a Ping frame comes in two fragments.",
    steps: (plain) => ({
      onControlPing(connection, payload) {
        plain.write(connection, plain.frame(opcode.pong, payload.subarray(0, 1), { fin: false }));
        plain.write(connection, plain.frame(opcode.continuation, payload.subarray(1)));
      },
    }),
  },

  // C13b
  "fragments.first-only": {
    breaks: "CORE-C13b",
    description: "Of a message in fragments only the first is read.",
    steps: readsFragments(({ opcode: code }) => code === opcode.text),
  },
  "fragments.last-only": {
    breaks: "CORE-C13b",
    description: "Of a message in fragments only the last is read.",
    steps: readsFragments(({ fin }) => fin),
  },
  "fragments.each-a-message": {
    breaks: "CORE-C13b",
    description: "Each fragment is taken for a message.",
    steps: readsFragments(() => true),
  },
  "fragments.ignored": {
    breaks: "CORE-C13b",
    description: "A message in fragments is ignored.",
    steps: readsFragments(() => false),
  },
  "fragments.lost-at-a-control-frame": {
    breaks: "CORE-C13b",
    description: "A Ping frame between fragments makes the client forget those before it.",
    steps: (plain) => ({
      onControlPing(connection, payload) {
        const [first] = connection.fragments;
        if (first !== undefined) connection.fragments = [{ ...first, payload: Buffer.alloc(0) }];
        plain.onControlPing(connection, payload);
      },
    }),
  },
  "fragments.cut-characters": {
    breaks: "CORE-C13b",
    description: "Each fragment is decoded by itself: a character that is cut becomes U+FFFD twice.",
    steps: (plain) => ({
      onDataFrame: (connection, frame) =>
        plain.onDataFrame(
          connection,
          frame.opcode === opcode.binary ? frame : { ...frame, payload: Buffer.from(frame.payload.toString()) },
        ),
    }),
  },
  "fragments.empty-ends": {
    breaks: "CORE-C13b",
    description: "An empty fragment is taken for a fault of the server.",
    steps: (plain) => ({
      onDataFrame(connection, frame) {
        const whole = frame.fin && frame.opcode !== opcode.continuation;
        if (whole || frame.payload.length > 0) plain.onDataFrame(connection, frame);
        else connection.socket.destroy();
      },
    }),
  },

  // C13c
  "tcp.split-frames-lost": {
    breaks: "CORE-C13c",
    description: "A piece that TCP delivers is taken for the beginning of a frame; what is incomplete is dropped.",
    steps: (plain) => ({
      onBytes(connection, chunk) {
        connection.unread = Buffer.alloc(0);
        plain.onBytes(connection, chunk);
        connection.unread = Buffer.alloc(0);
      },
    }),
  },
  "tcp.first-of-several-only": {
    breaks: "CORE-C13c",
    description: "Of several frames in one piece only the first is read.",
    steps: (plain) => ({
      onBytes(connection, chunk) {
        const bytes = Buffer.concat([connection.unread, chunk]);
        const read = readFrame(bytes);
        connection.unread = read === undefined ? bytes : Buffer.alloc(0);
        if (read !== undefined) plain.onBytes(connection, bytes.subarray(0, read.size));
      },
    }),
  },
  "tcp.frame-behind-the-answer-lost": {
    breaks: "CORE-C13c",
    description: "What comes in one piece with the answer to the request is lost.",
    steps: (plain) => ({
      onResponse(connection, response) {
        if (connection.client.transport === "ws") connection.unread = Buffer.alloc(0);
        plain.onResponse(connection, response);
      },
    }),
  },
  "tcp.frame-behind-the-answer-read-late": {
    breaks: "CORE-C13c",
    description: "What comes in one piece with the answer to the request is read when something else comes.",
    steps: readsLate(),
  },
  "tcp.split-header-lost": {
    breaks: "CORE-C13c",
    description: "A piece with the first byte of a frame only is dropped.",
    steps: (plain) => ({
      onBytes(connection, chunk) {
        if (connection.unread.length > 0 || chunk.length !== 1) plain.onBytes(connection, chunk);
      },
    }),
  },

  // C13d
  "close-reply.none": {
    breaks: "CORE-C13d",
    description: "A Close frame is answered with the end of the TCP connection alone.",
    steps: (plain) => {
      let mute = false;
      return {
        onCloseFrame(connection, payload) {
          mute = connection.state === "open";
          plain.onCloseFrame(connection, payload);
          mute = false;
        },
        write(connection, bytes) {
          if (!mute) plain.write(connection, bytes);
        },
      };
    },
  },
  "close-reply.without-a-code-as-1005": {
    breaks: "CORE-C13d",
    description: "A Close frame without a code is answered with the code 1005.",
    steps: repliesWith((payload) => (payload.length === 0 ? Buffer.from([0x03, 0xed]) : payload)),
  },
  "close-reply.of-one-byte": {
    breaks: "CORE-C13d",
    description: "The answer to a Close frame has one byte.",
    steps: repliesWith((payload) => payload.subarray(0, 1)),
  },
  "close-reply.of-1006": {
    breaks: "CORE-C13d",
    description: "A Close frame is answered with the code 1006.",
    steps: repliesWith(() => Buffer.from([0x03, 0xee])),
  },

  // C13f
  "control-ping.unanswered": {
    breaks: "CORE-C13f",
    description: "Ping frames are not answered.",
    steps: () => ({ onControlPing() {} }),
  },
  "control-ping.only-first-answered": {
    breaks: "CORE-C13f",
    description: "Only the first Ping frame of a connection is answered.",
    steps: (plain) => {
      const pings = counter<Connection>();
      return {
        onControlPing(connection, payload) {
          if (pings(connection) === 1) plain.onControlPing(connection, payload);
        },
      };
    },
  },
  "control-ping.answered-empty": {
    breaks: "CORE-C13f",
    description: "Ping frames are answered without their payload.",
    steps: pongsWith(() => Buffer.alloc(0)),
  },
  "control-ping.answered-as-text": {
    breaks: "CORE-C13f",
    description: "The payload is decoded and encoded again: bytes that are no UTF-8 become U+FFFD.",
    steps: pongsWith((payload) => Buffer.from(payload.toString()).subarray(0, 125)),
  },
  "control-ping.answered-short": {
    breaks: "CORE-C13f",
    description: "Of the payload the first 64 bytes come back.",
    steps: pongsWith((payload) => payload.subarray(0, 64)),
  },
  "control-ping.answered-with-a-message": {
    breaks: "CORE-C13f",
    description: "A Ping frame is answered with a pong that is a text message.",
    steps: (plain) => ({ onControlPing: (connection) => plain.sendText(connection, '{"type":"pong"}') }),
  },
} satisfies { readonly [name: string]: Fault };
