/** Cuts bytes into the pieces in which they are sent. */

const LF = 0x0a;
const CR = 0x0d;

/** @returns the bytes one by one. */
export function oneByOne(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.of(byte));
}

/** Cuts a stream of server-sent events where readers go wrong: behind each CR and each LF, and within characters. */
export function awkwardPieces(bytes: Buffer): Buffer[] {
  const cuts = Array.from(bytes.keys()).filter((at) => at > 0 && isAwkward(bytes[at - 1], bytes[at]));
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index]));
}

function isAwkward(before = 0, behind = 0): boolean {
  const inCharacter = behind >= 0x80 && behind < 0xc0;
  return inCharacter || before === LF || before === CR;
}
