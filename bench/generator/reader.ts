/** What is between the bytes of a line and who takes its messages. */
import type { Receiver } from "./receiver.ts";

/** What cuts the bytes of a line into messages. */
export interface Reader {
  /** Whether the next byte begins a message. */
  readonly isBetween: boolean;
  /** Takes the next bytes, cut anywhere. @throws Error if no server may send this */
  read(buffer: Buffer, start: number, end: number): void;
}

/** Hands on all that one read of a line has brought. @throws Error if no server may send this */
export function handOn(reader: Reader, receiver: Receiver, buffer: Buffer, start: number, end: number): void {
  receiver.beginRead();
  try {
    const { isBetween } = reader;
    const known = isBetween ? receiver.recognise(buffer, start, end) : start;
    if (known === end) return;
    reader.read(buffer, known, end);
    if (isBetween && reader.isBetween) receiver.learn(buffer, known, end);
  } finally {
    receiver.endRead(end - start);
  }
}
