/** Oddities of the bytes that a client sends on a connection. */
import { closePayload, opcode } from "../../sham-server/frames.ts";
import { parse } from "../../sham-server/message-kinds.ts";
import type { Oddity } from "../oddities.ts";
import { perKey } from "../per-key.ts";
import type { Assembled, Connection, Override } from "../steps.ts";
import { after, every } from "../timing.ts";

/** Three pieces; the first ends inside the first character of several bytes, if there is one. */
function inThree(payload: Buffer): Buffer[] {
  const long = payload.findIndex((byte) => byte >= 0xc0);
  const first = long === -1 ? Math.ceil(payload.length / 3) : long + 1;
  const second = Math.ceil((first + payload.length) / 2);
  return [payload.subarray(0, first), payload.subarray(first, second), payload.subarray(second)];
}

/** A piece for each of the first 100 bytes, and one for the rest. */
function inSingleBytes(payload: Buffer): Buffer[] {
  return [...Array.from(payload.subarray(0, 100), (byte) => Buffer.from([byte])), payload.subarray(100)];
}

const encodesInPieces =
  (cut: (payload: Buffer) => readonly Buffer[]): Override =>
  (plain) => ({
    encode(_, message: Assembled) {
      const pieces = cut(message.payload);
      return pieces.map((piece, at) =>
        plain.frame(at === 0 ? message.opcode : opcode.continuation, piece, {
          fin: at === pieces.length - 1,
          rsv: at === 0 && message.compressed ? 4 : 0,
        }),
      );
    },
  });

const sendsAs =
  (change: (text: string) => string): Override =>
  (plain) => ({ sendText: (connection, text) => plain.sendText(connection, change(text)) });

const closesWith =
  (code: number | undefined): Override =>
  (plain) => ({ startClose: (connection, own) => plain.startClose(connection, own === 1000 ? code : own) });

/** Writes, in each turn of the event loop, as much of what waits as `share` tells. */
const writesInTurns =
  (share: (waitingBytes: number) => number): Override =>
  (plain) => {
    const lines = perKey((_: Connection): { waiting: Buffer; busy: boolean; end?: () => void } => ({
      waiting: Buffer.alloc(0),
      busy: false,
    }));
    const turn = (connection: Connection) => {
      const line = lines(connection);
      const size = share(line.waiting.length);
      plain.write(connection, line.waiting.subarray(0, size));
      line.waiting = line.waiting.subarray(size);
      line.busy = line.waiting.length > 0 && connection.socket.writable;
      if (line.busy) setImmediate(turn, connection);
      else line.end?.();
    };
    return {
      write(connection, bytes) {
        const line = lines(connection);
        line.waiting = Buffer.concat([line.waiting, bytes]);
        if (!line.busy) setImmediate(turn, connection);
        line.busy = true;
      },
      takesMore: (connection) => lines(connection).waiting.length < 65_536 && plain.takesMore(connection),
      flush(connection) {
        plain.flush(connection);
        if (connection.client.queue.length > 0 && connection.state === "open")
          setImmediate(() => connection.socket.emit("drain"));
      },
      hangUp(connection) {
        const line = lines(connection);
        line.end = () => plain.hangUp(connection);
        if (!line.busy) plain.hangUp(connection);
      },
    };
  };

export const outputOddities = {
  "json.pretty": {
    description: "Messages and pings are written over several lines.",
    steps: sendsAs((text) => JSON.stringify(parse(text), null, 2)),
  },
  "json.escaped": {
    description: "Characters that are not ASCII are written as escapes.",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are all that is kept.
    steps: sendsAs((text) => text.replaceAll(/[^\u0000-\u007f]/g, (unit) => `\\u${hex(unit)}`)),
  },
  "json.spaces-around": {
    description: "There is space before and behind each JSON text.",
    steps: sendsAs((text) => `\t${text}\r\n`),
  },
  "ping.with-further-members": {
    description: "A ping has further members, before and behind its type.",
    steps: (plain) => {
      let pings = 0;
      return {
        pingText() {
          pings += 1;
          return JSON.stringify({ n: pings, ...(parse(plain.pingText()) as object), sentAt: Date.now() });
        },
      };
    },
  },
  "ping.at-once": {
    description: "The first ping is sent as soon as the connection is open.",
    steps: (plain) => ({
      startHeartbeat(connection) {
        const first = connection.heartbeat === undefined;
        plain.startHeartbeat(connection);
        if (first) plain.beat(connection);
      },
    }),
  },
  "ping.control-frames-too": {
    description: "A Ping frame is sent beside each ping.",
    steps: (plain) => ({
      ping(connection) {
        plain.write(connection, plain.frame(opcode.ping, Buffer.from("still there?")));
        plain.ping(connection);
      },
    }),
  },
  "output.control-pings-every-50-ms": {
    description: "A Ping frame is sent every 50 ms.",
    steps: (plain) => ({
      onOpen(connection) {
        plain.onOpen(connection);
        if (connection.client.transport === "sse") return;
        const timer = every(50, () => {
          if (connection.state === "open") plain.write(connection, plain.frame(opcode.ping, Buffer.alloc(0)));
          else timer.cancel();
        });
      },
    }),
  },
  "output.control-pongs-unasked": {
    description: "A Pong frame that nobody asked for goes before each message.",
    steps: (plain) => ({
      sendText(connection, text) {
        plain.write(connection, plain.frame(opcode.pong, Buffer.from("nobody asked")));
        plain.sendText(connection, text);
      },
    }),
  },
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
    description: "Between the fragments of a message there are Ping frames.",
    steps: (plain, room) => ({
      encode: (connection, message) =>
        (encodesInPieces(inThree)(plain, room).encode?.(connection, message) ?? []).flatMap((frame, at) =>
          at === 0 ? [frame] : [plain.frame(opcode.ping, Buffer.from([at])), frame],
        ),
    }),
  },
  "output.drips": {
    description: "Bytes are written an eighth of what waits at a time, so the last ones come one by one.",
    steps: writesInTurns((waiting) => Math.ceil(waiting / 8)),
  },
  "output.joined": {
    description: "What is sent at about the same time is written at once.",
    steps: writesInTurns((waiting) => waiting),
  },
  "close.with-1001": {
    description: "When the program closes it the code is 1001.",
    steps: closesWith(1001),
  },
  "close.with-4000": {
    description: "When the program closes it the code is 4000.",
    steps: closesWith(4000),
  },
  "close.without-a-code": {
    description: "When the program closes it the Close frame has no code.",
    steps: closesWith(undefined),
  },
  "close.with-a-reason": {
    description: "When the program closes it the Close frame has a reason of 123 bytes.",
    steps: (plain) => ({
      frame: (code, payload, bits) =>
        plain.frame(code, code === opcode.close ? Buffer.concat([payload, filler(payload)]) : payload, bits),
    }),
  },
  "close.at-once": {
    description: "When the program closes it the TCP connection is ended right behind the Close frame.",
    steps: (plain) => ({
      startClose(connection, code) {
        plain.startClose(connection, code);
        plain.hangUp(connection);
      },
    }),
  },
  "close-reply.always-1000": {
    description: "Each Close frame is answered with code 1000.",
    steps: () => ({ closeReply: () => closePayload(1000) }),
  },
  "close-reply.without-a-code": {
    description: "Each Close frame is answered with one that has no code.",
    steps: () => ({ closeReply: () => Buffer.alloc(0) }),
  },
  "close-reply.leaves-the-end-to-the-server": {
    description: "After its answer to a Close frame the client waits for the server to end the TCP connection.",
    steps: () => ({ hangUp: ({ socket }) => void after(2000, () => socket.destroy()) }),
  },
  "dead.cut": {
    description: "A connection that is taken for dead is cut, without a Close frame.",
    steps: (plain) => ({
      giveUpOn(connection) {
        plain.onLost(connection, { how: "lost", reason: "nothing came any more" });
        connection.socket.destroy();
      },
    }),
  },
  "dead.reset": {
    description: "A connection that is taken for dead is reset.",
    steps: (plain) => ({
      giveUpOn(connection) {
        plain.onLost(connection, { how: "lost", reason: "nothing came any more" });
        connection.socket.resetAndDestroy();
      },
    }),
  },
} satisfies { readonly [name: string]: Oddity };

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, "0");
}

/** What makes a reason of 123 bytes, where there is a code and no reason. */
function filler(payload: Buffer): Buffer {
  return payload.length === 2 ? Buffer.alloc(123, "x") : Buffer.alloc(0);
}
