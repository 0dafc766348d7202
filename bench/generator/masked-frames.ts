/** Frames as a client has to send them: masked. */
import { Opcode } from "./frame-reader.ts";

/** The frames of some text messages, one behind the other, so that one write takes them all. */
export function maskedTexts(texts: readonly string[]): Buffer {
  const frames = texts.map((text) => maskedFrame(Opcode.text, Buffer.from(text)));
  return frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames);
}

/** One frame. The payload is masked in place. */
export function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extended + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  const key = (Math.random() * 2 ** 32) >>> 0;
  frame.writeUInt32BE(key, 2 + extended);
  const start = 6 + extended;
  const bytes = [key >>> 24, (key >>> 16) & 255, (key >>> 8) & 255, key & 255] as const;
  for (let at = 0; at < length; at++) {
    frame[start + at] = (payload[at] as number) ^ (bytes[(at & 3) as 0 | 1 | 2 | 3] as number);
  }
  return frame;
}
