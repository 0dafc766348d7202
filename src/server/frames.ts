/** Messages as WebSocket frames (RFC 6455, section 5.2; RFC 7692), made once and sent to any number of clients. */
import { constants, deflateRawSync } from "node:zlib";
import type { Form } from "./fan-out.ts";

/** FIN, and the opcode of text. */
const WHOLE_TEXT = 0x81;
/** RSV1: the payload is compressed. */
const COMPRESSED = 0x40;
/** The empty block that a flush ends with, which a frame leaves out (RFC 7692, section 7.2.1). */
const FLUSH_TAIL_BYTES = 4;

/** To compress a shorter payload takes time and gains next to nothing, in bytes. */
const MIN_COMPRESSED_BYTES = 64;

/** A text frame, unmasked as servers send them. */
export const textFrames: Form = {
  encode({ text }) {
    const bytes = Buffer.byteLength(text);
    const frame = frameFor(bytes, WHOLE_TEXT);
    frame.write(text, frame.length - bytes);
    return frame;
  },
};

/**
 * A text frame whose payload is compressed, if that makes it shorter. For connections that have agreed on
 * `permessage-deflate` with `server_no_context_takeover` and a window of 32 KiB: without a context that belongs to one
 * connection, all of them can be sent the same bytes.
 */
export const compressedFrames: Form = {
  encode(message) {
    const plainBytes = Buffer.byteLength(message.text);
    if (plainBytes < MIN_COMPRESSED_BYTES) return textFrames.encode(message);
    const deflated = deflateRawSync(message.text, { finishFlush: constants.Z_SYNC_FLUSH });
    const bytes = deflated.length - FLUSH_TAIL_BYTES;
    if (bytes >= plainBytes) return textFrames.encode(message);
    const frame = frameFor(bytes, WHOLE_TEXT | COMPRESSED);
    deflated.copy(frame, frame.length - bytes, 0, bytes);
    return frame;
  },
};

/** A frame with its head, and room for so many bytes. */
function frameFor(bytes: number, firstByte: number): Buffer {
  const headBytes = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + bytes);
  frame[0] = firstByte;
  if (headBytes === 2) frame[1] = bytes;
  else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(bytes / 2 ** 32), 2);
    frame.writeUInt32BE(bytes >>> 0, 6);
  }
  return frame;
}
