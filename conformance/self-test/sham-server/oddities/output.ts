/** Oddities of the bytes that the server sends: frames, fragments, control frames, compression, writes. */
import { compression, compressionWithoutContext } from "../deflate.ts";
import { frameBytes, opcode } from "../frames.ts";
import type { Oddity } from "../oddities.ts";
import { perConnection } from "../per-connection.ts";
import type { Assembled, Connection, Override } from "../steps.ts";
import { every, later } from "../timing.ts";

/** The message in as many frames as there are pieces. */
function fragments(message: Assembled, pieces: readonly Buffer[]): Buffer[] {
  return pieces.map((piece, at) =>
    frameBytes(at === 0 ? message.opcode : opcode.continuation, piece, {
      fin: at === pieces.length - 1,
      rsv: at === 0 && message.compressed ? 4 : 0,
    }),
  );
}

/** Three pieces; the first ends inside the first character of several bytes, if there is one. */
function inThree(payload: Buffer): Buffer[] {
  const long = payload.findIndex((byte) => byte >= 0xc0);
  const first = long === -1 ? Math.ceil(payload.length / 3) : long + 1;
  const second = Math.ceil((first + payload.length) / 2);
  return [payload.subarray(0, first), payload.subarray(first, second), payload.subarray(second)];
}

/** A piece for each of the first 100 bytes, and one for the rest. */
function inSingleBytes(payload: Buffer): Buffer[] {
  const head = Array.from(payload.subarray(0, 100), (byte) => Buffer.from([byte]));
  return [...head, payload.subarray(100)];
}

const encodesInPieces =
  (cut: (payload: Buffer) => readonly Buffer[]): Override =>
  () => ({ encode: (_, message) => fragments(message, cut(message.payload)) });

/** Writes, in each turn of the event loop, as much of what waits as `share` tells. */
const writesInTurns =
  (share: (waitingBytes: number) => number): Override =>
  (plain) => {
    const queue = perConnection(() => ({ waiting: Buffer.alloc(0), busy: false, ended: false }));
    const turn = (connection: Connection) => {
      const line = queue(connection);
      const size = share(line.waiting.length);
      plain.write(connection, line.waiting.subarray(0, size));
      line.waiting = line.waiting.subarray(size);
      line.busy = line.waiting.length > 0;
      if (line.busy) setImmediate(turn, connection);
      else if (line.ended) plain.hangUp(connection);
    };
    return {
      write(connection, bytes) {
        const line = queue(connection);
        line.waiting = Buffer.concat([line.waiting, bytes]);
        if (!line.busy) setImmediate(turn, connection);
        line.busy = true;
      },
      hangUp(connection) {
        queue(connection).ended = true;
        if (!queue(connection).busy) plain.hangUp(connection);
      },
    };
  };

const ping = frameBytes(opcode.ping, Buffer.from("still there?"));
const pong = frameBytes(opcode.pong, Buffer.from("nobody asked"));

export const outputOddities = {
  "output.three-fragments": {
    description: "Each message is sent in three fragments, cut inside a character where there is a long one.",
    steps: encodesInPieces(inThree),
  },
  "output.single-byte-fragments": {
    description: "The first 100 bytes of each message are sent in fragments of one byte.",
    steps: encodesInPieces(inSingleBytes),
  },
  "output.empty-fragments": {
    description: "The first and the last fragment of each message are empty.",
    steps: encodesInPieces((payload) => [Buffer.alloc(0), payload, Buffer.alloc(0)]),
  },
  "output.control-frames-between-fragments": {
    description: "Between the three fragments of a message there are a Ping frame and a Pong frame.",
    steps: () => ({
      encode(_, message) {
        const [first, ...rest] = fragments(message, inThree(message.payload));
        return first === undefined ? [] : [first, ping, pong, ...rest];
      },
    }),
  },
  "output.unsolicited-control-pongs": {
    description: "There is a Pong frame that nobody asked for before and behind each message.",
    steps: (plain) => ({ encode: (receiver, message) => [pong, ...plain.encode(receiver, message), pong] }),
  },
  "output.control-pings-every-50-ms": {
    description: "Every connection gets a Ping frame every 50 ms.",
    steps: (plain, room) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        every(50, connection, () => {
          if (connection.state === "open") room.steps.write(connection, ping);
        });
      },
    }),
  },
  "output.control-pings-answered-late": {
    description: "Of the Ping frames of 20 ms only the latest is answered, as RFC 6455, section 5.5.3, permits.",
    steps: (plain) => {
      const latest = perConnection((): { payload?: Buffer } => ({}));
      return {
        onControlPing(connection, payload) {
          latest(connection).payload = payload;
          later(20, () => {
            if (latest(connection).payload === payload) plain.onControlPing(connection, payload);
          });
        },
      };
    },
  },
  "output.drips": {
    description: "Bytes are written an eighth of what waits at a time, so the last ones come one by one.",
    claims: ["core-ws"],
    steps: writesInTurns((waiting) => Math.ceil(waiting / 8)),
  },
  "output.joined": {
    description: "Frames that are sent at about the same time are written at once.",
    steps: writesInTurns((waiting) => waiting),
  },
  "output.compressed": {
    description: "permessage-deflate is agreed on if offered, with one context for all messages of a connection.",
    steps: compression,
  },
  "output.compressed-without-context": {
    description: "permessage-deflate is agreed on if offered, with no context taken over either way.",
    steps: compressionWithoutContext,
  },
} satisfies { readonly [name: string]: Oddity };
