/** Cuts a stream of server-sent events into its events, without parsing them. */
import { Carry } from "./carry.ts";
import type { Reader } from "./reader.ts";
import type { Receiver } from "./receiver.ts";

const CR = 0x0d;
const LF = 0x0a;

/** Takes the body of a stream, cut anywhere. An event ends with an empty line, whose line ends are LF or CR LF. */
export class EventReader implements Reader {
  readonly #receiver: Pick<Receiver, "message" | "shortest">;
  readonly #carry = new Carry();
  readonly #shortest: number;
  /** Of the last event, with its empty line. */
  #length = Number.POSITIVE_INFINITY;

  /**
   * @param receiver - gets each event with its empty line. A short event of another kind, such as a comment, may stand
   * before it
   */
  constructor(receiver: Pick<Receiver, "message" | "shortest">) {
    this.#receiver = receiver;
    this.#shortest = receiver.shortest;
  }

  /** Whether the next byte begins an event. */
  get isBetween(): boolean {
    return this.#carry.length === 0;
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
    let eventStart = this.#likeTheLast(buffer, start, end);
    let at = eventStart - 1;
    while (at + 1 < end) {
      at = buffer.indexOf(LF, at + 1);
      if (at < 0 || at >= end) break;
      const next = buffer[at + 1] === CR ? at + 2 : at + 1;
      if (next >= end) break;
      if (buffer[next] !== LF) continue;
      this.#receiver.message(buffer, eventStart, next + 1);
      this.#length = next + 1 - eventStart;
      eventStart = this.#likeTheLast(buffer, next + 1, end);
      at = eventStart - 1;
    }
    return eventStart;
  }

  /**
   * Takes events that end where the last one did, without a search: as long as that is too short for two that are waited
   * for. Returns where the last of them ended.
   */
  #likeTheLast(buffer: Buffer, start: number, end: number): number {
    const length = this.#length;
    let at = start;
    if (length >= 2 * this.#shortest) return at;
    for (; at + length <= end; at += length) {
      if (buffer[at + length - 1] !== LF || buffer[at + length - 2] !== LF) break;
      this.#receiver.message(buffer, at, at + length);
    }
    return at;
  }
}
