/** Cuts the body of a stream that comes in chunks into its events. */
import { ChunkReader } from "./chunk-reader.ts";
import { EventReader } from "./event-reader.ts";
import type { Reader } from "./reader.ts";
import type { Receiver } from "./receiver.ts";

/** Takes a chunked body, cut anywhere. Chunks may end within an event. */
export class ChunkedEventReader implements Reader {
  readonly #chunks: ChunkReader;
  readonly #events: EventReader;

  /** @param receiver - gets the events */
  constructor(receiver: Pick<Receiver, "message" | "shortest">) {
    const events = new EventReader(receiver);
    this.#events = events;
    this.#chunks = new ChunkReader((buffer, start, end) => events.read(buffer, start, end));
  }

  /** Whether the next byte begins a chunk, with an event in it. */
  get isBetween(): boolean {
    return this.#chunks.isBetween && this.#events.isBetween;
  }

  /** Whether the body has come to its end. */
  get ended(): boolean {
    return this.#chunks.ended;
  }

  /** Takes the next bytes. @throws Error if these are no chunks */
  read(buffer: Buffer, start: number, end: number): void {
    this.#chunks.read(buffer, start, end);
  }
}
