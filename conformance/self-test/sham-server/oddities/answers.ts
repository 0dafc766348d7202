/** Oddities of what is answered, relayed or closed where the specification leaves it open. */
import { announces, greets } from "../faults/silence.ts";
import { closePayload, opcode } from "../frames.ts";
import type { Oddity } from "../oddities.ts";
import { later } from "../timing.ts";

const error = (message: string): string => JSON.stringify({ type: "error", message });

export const answerOddities = {
  // Pongs
  "pong.further-members": {
    description: "A pong has further members.",
    steps: () => ({ pongText: () => JSON.stringify({ now: Date.now(), type: "pong", server: { name: "sham" } }) }),
  },
  "pong.echoes-members": {
    description: "A pong has the members of its ping.",
    steps: () => ({ pongText: (ping) => JSON.stringify({ ...ping.value, type: "pong" }) }),
  },

  // Reserved types
  "reserved.dropped": {
    description: "Objects of type `pong` and `rt:…` that a client sends are dropped.",
    steps: () => ({ onReserved() {} }),
  },
  "reserved.answered": {
    description: "Objects of type `pong` and `rt:…` that a client sends are answered with an error.",
    steps: (_, room) => ({ onReserved: ({ sender }) => room.steps.sendText(sender, error("This type is reserved.")) }),
  },

  // Input that is no message
  "bad-json.answered": {
    description: "Text that is not JSON is answered, to its sender alone, with an error that quotes it.",
    steps: (_, room) => ({ onBadJson: (sender, text) => room.steps.sendText(sender, error(`Not JSON: ${text}`)) }),
  },
  "non-object.relayed": {
    description: "JSON that is no object is relayed.",
    steps: (_, room) => ({
      onNonObject: (sender, _value, text) => room.steps.onBroadcast({ sender, text, value: {} }),
    }),
  },
  "non-object.answered": {
    description: "JSON that is no object is answered with an error.",
    steps: (_, room) => ({ onNonObject: (sender) => room.steps.sendText(sender, error("Not an object.")) }),
  },
  "non-object.closes-sender": {
    description: "JSON that is no object closes its sender with 1003.",
    steps: (_, room) => ({ onNonObject: (sender) => room.close(sender, 1003) }),
  },
  "non-object.cuts-sender": {
    description: "JSON that is no object ends its sender's TCP connection, without a Close frame.",
    steps: () => ({ onNonObject: (sender) => void sender.socket.destroy() }),
  },
  "binary.relayed": {
    description: "Binary messages are relayed as such.",
    steps: (_, room) => ({
      onBinary(_sender, payload) {
        for (const receiver of [...room.connections]) room.steps.send(receiver, { opcode: opcode.binary, payload });
      },
    }),
  },
  "binary.read-as-text": {
    description: "Binary messages are read as if they were text.",
    steps: (_, room) => ({ onBinary: (sender, payload) => room.steps.onText(sender, payload.toString()) }),
  },
  "binary.answered": {
    description: "Binary messages are answered with an error.",
    steps: (_, room) => ({ onBinary: (sender) => room.steps.sendText(sender, error("Text only.")) }),
  },
  "binary.closes-sender": {
    description: "A binary message closes its sender with 1003.",
    steps: (_, room) => ({ onBinary: (sender) => room.close(sender, 1003) }),
  },

  // The close handshake
  "close.replies-1001": {
    description: "A Close frame is answered with the code 1001, whatever code it has.",
    steps: () => ({ closeReply: () => closePayload(1001) }),
  },
  "close.replies-4000-with-reason": {
    description: "A Close frame is answered with the code 4000 and a reason beyond ASCII.",
    steps: () => ({ closeReply: () => closePayload(4000, "Auf Wiedersehen ✓") }),
  },
  "close.replies-without-code": {
    description: "A Close frame is answered with an empty one.",
    steps: () => ({ closeReply: () => Buffer.alloc(0) }),
  },
  "close.replies-late": {
    description: "A Close frame is answered after 200 ms; deliveries go on until then.",
    steps: (plain) => ({
      onCloseFrame: (connection, payload) => later(200, () => plain.onCloseFrame(connection, payload)),
    }),
  },
  "close.resets-after-reply": {
    description: "The TCP connection is reset right after the answering Close frame.",
    steps: () => ({ hangUp: ({ socket }) => void socket.write("", () => socket.resetAndDestroy()) }),
  },
  "close.leaves-tcp-to-the-client": {
    description: "After its Close frame the server waits 500 ms for the client to end the TCP connection.",
    steps: (plain) => ({ hangUp: (connection) => later(500, () => plain.hangUp(connection)) }),
  },

  // Silence
  "silence.greets": {
    description: "A connection is greeted when it opens.",
    leavesAside: "CORE-S8",
    steps: greets,
  },
  "silence.announces": {
    description: "Everybody is told who joins and who leaves.",
    leavesAside: "CORE-S8",
    steps: announces,
  },
} satisfies { readonly [name: string]: Oddity };
