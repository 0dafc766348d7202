/** Bytes to frames and back, as RFC 6455, section 5.2, lays them out. */
import { isUtf8 } from "node:buffer";

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly fin: boolean;
  /** The three reserved bits; 4 is RSV1, which marks a compressed message. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

/** The first frame in `bytes` and the number of bytes it takes; nothing while it is incomplete. */
export function readFrame(bytes: Buffer): { readonly frame: Frame; readonly size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const short = second & 0x7f;
  const maskAt = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < maskAt) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const masked = (second & 0x80) !== 0;
  const payloadAt = masked ? maskAt + 4 : maskAt;
  const size = payloadAt + length;
  if (bytes.length < size) return undefined;
  const payload = Buffer.from(bytes.subarray(payloadAt, size));
  if (masked) applyMask(payload, bytes.subarray(maskAt, payloadAt));
  const frame = { fin: (first & 0x80) !== 0, rsv: (first >> 4) & 7, opcode: first & 0x0f, masked, payload };
  return { frame, size };
}

/** Masks or unmasks `payload` in place. */
export function applyMask(payload: Buffer, key: Buffer): void {
  for (let at = 0; at < payload.length; at += 1) payload[at] = payload.readUInt8(at) ^ key.readUInt8(at % 4);
}

/** The bytes of one unmasked frame, as a server sends it. */
export function frameBytes(code: number, payload: Buffer, { fin = true, rsv = 0 } = {}): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header.writeUInt8((fin ? 0x80 : 0) | (rsv << 4) | code, 0);
  header.writeUInt8(length < 126 ? length : length < 65_536 ? 126 : 127, 1);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** The payload of a Close frame. */
export function closePayload(code: number, reason = ""): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return payload;
}

/** Whether RFC 6455, section 5.5.1, permits `payload` in a Close frame. */
export function isClosePayload(payload: Buffer): boolean {
  if (payload.length === 0) return true;
  if (payload.length === 1) return false;
  const code = payload.readUInt16BE(0);
  const defined = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  return (defined || (code >= 3000 && code <= 4999)) && isUtf8(payload.subarray(2));
}
