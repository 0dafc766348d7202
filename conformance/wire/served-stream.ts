/** The kit's end of one stream of server-sent events that a client asked for: it writes bytes as it is told. */
import { Finding } from "../finding.ts";
import type { Message } from "../marks.ts";
import type { ServedSocket, ServingSurroundings } from "./served-socket.ts";

/** The fields of one event; the data is written as it is, one `data` line for each line of it. */
export interface EventFields {
  event?: string;
  id?: string;
  retry?: number | string;
  data?: string;
}

/** One stream that a client under test has asked for. */
export class ServedStream {
  /** When its head was sent. */
  readonly openedAt = performance.now();
  readonly #socket: ServedSocket;
  readonly #chunked: boolean;
  readonly #surroundings: ServingSurroundings;

  constructor(socket: ServedSocket, chunked: boolean, surroundings: ServingSurroundings) {
    this.#socket = socket;
    this.#chunked = chunked;
    this.#surroundings = surroundings;
    socket.onBytes = () => {};
  }

  /** Its client's name and the number of its attempt, as in the transcript. */
  get name(): string {
    return this.#socket.name;
  }

  /** Whether neither side has ended it. */
  get open(): boolean {
    return this.#socket.open;
  }

  /** When it was over, on whichever side. */
  get overAt(): number | undefined {
    return this.#socket.endedAt;
  }

  /** When the client gave it up. */
  get givenUpAt(): number | undefined {
    return this.#socket.endedBy === "client" ? this.#socket.endedAt : undefined;
  }

  /** Sends messages as default events, or as events of their name where they are events. */
  send(...messages: readonly Message[]): void {
    for (const { event, value, text } of messages) {
      if (event === undefined) this.event({ data: value === undefined ? text : JSON.stringify(value) });
      else this.event({ event: event.name, data: JSON.stringify(event.data) });
    }
  }

  /** Sends one event, or a block without data. */
  event({ event, id, retry, data }: EventFields): void {
    const lines = [
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...(event === undefined ? [] : [`event: ${event}`]),
      ...(retry === undefined ? [] : [`retry: ${retry}`]),
      ...(data === undefined ? [] : data.split("\n").map((line) => `data: ${line}`)),
    ];
    this.write(`${lines.join("\n")}\n\n`);
  }

  /** Writes a piece of the body. */
  write(piece: string | Buffer): void {
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    if (bytes.length === 0 || !this.#socket.open) return;
    this.#surroundings.transcript.record(this.name, "sent", "bytes", typeof piece === "string" ? piece : bytes);
    this.#writeBody(bytes);
  }

  /** Writes pieces of the body one by one, each in a chunk of its own. The transcript has them together. */
  writeEach(pieces: readonly Buffer[]): void {
    this.#surroundings.transcript.record(
      this.name,
      "sent",
      "bytes",
      `(in ${pieces.length} pieces) ${Buffer.concat(pieces)}`,
    );
    for (const piece of pieces) this.#writeBody(piece);
  }

  /** Ends the response as it should be ended. */
  end(): void {
    if (this.#chunked) this.#socket.write("0\r\n\r\n");
    this.#socket.end();
  }

  /** Ends the TCP connection in the midst of the response. */
  cut(): void {
    this.#socket.end();
  }

  /** Resets the TCP connection. */
  reset(): void {
    this.#socket.reset();
  }

  /** Waits until the client has given it up. */
  givenUp(what: string, stallMs?: number): Promise<void> {
    return this.#surroundings.patience.until(
      () => this.givenUpAt !== undefined,
      (awaited) =>
        new Finding(`the client did not ${what} ${awaited}`, { actual: "the TCP connection of its request stands" }),
      undefined,
      stallMs,
    );
  }

  #writeBody(bytes: Buffer): void {
    if (this.#chunked)
      this.#socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
    else this.#socket.write(bytes);
  }
}
