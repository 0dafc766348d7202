/** Cuts a stream of server-sent events into its events, without parsing them. */
import { Carry } from "./carry.ts";

const CR = 0x0d;
const LF = 0x0a;

/** Takes the body of a stream, cut anywhere. An event ends with an empty line, whose line ends are LF or CR LF. */
export class EventReader {
  readonly #take: (buffer: Buffer, start: number, end: number) => void;
  readonly #carry = new Carry();

  /** @param take - gets each event with its empty line, good during the call only */
  constructor(take: (buffer: Buffer, start: number, end: number) => void) {
    this.#take = take;
  }

  /** Takes the next bytes of the stream. */
  read(buffer: Buffer, start: number, end: number): void {
    if (this.#carry.length === 0) {
      const at = this.#events(buffer, start, end);
      if (at < end) this.#carry.append(buffer, at, end);
      return;
    }
    this.#carry.append(buffer, start, end);
    const { bytes, length } = this.#carry;
    this.#carry.drop(this.#events(bytes, 0, length));
  }

  /** Returns where the last event ended. */
  #events(buffer: Buffer, start: number, end: number): number {
    let eventStart = start;
    for (let at = buffer.indexOf(LF, start); at >= 0 && at < end; at = buffer.indexOf(LF, at + 1)) {
      const next = buffer[at + 1] === CR ? at + 2 : at + 1;
      if (next >= end) break;
      if (buffer[next] !== LF) continue;
      this.#take(buffer, eventStart, next + 1);
      eventStart = next + 1;
      at = next;
    }
    return eventStart;
  }
}
