/** One TCP connection from a client to the scripted server: what is written to it is recorded, and when it ended is known. */
import type { Socket } from "node:net";
import type { Patience } from "../runner/patience.ts";
import type { Transcript } from "../transcript.ts";

/** What everything that serves clients needs of its case. */
export interface ServingSurroundings {
  patience: Patience;
  transcript: Transcript;
  /** What the marks of this case begin with. */
  markPrefix: string;
  /** What the marks of this run begin with. */
  runMark: string;
}

/** Who ended a connection: it, by a FIN or a reset, or the kit. */
export type EndedBy = "client" | "kit";

/** A TCP connection. All times are those of `performance.now()`. */
export class ServedSocket {
  /** Its name in the transcript. */
  name: string;
  /** When the client ended it, or the kit did. */
  endedAt: number | undefined;
  endedBy: EndedBy | undefined;
  /** Takes what comes. */
  onBytes: (bytes: Buffer) => void = () => {};
  /** Told when the client ended it. */
  onEnd: () => void = () => {};
  readonly #socket: Socket;
  readonly #surroundings: ServingSurroundings;
  #silent = false;

  constructor(name: string, socket: Socket, surroundings: ServingSurroundings) {
    this.name = name;
    this.#socket = socket;
    this.#surroundings = surroundings;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      this.onBytes(bytes);
      surroundings.patience.notify(true);
    });
    socket.on("end", () => this.#ended("client", "the client ended the TCP connection"));
    socket.on("error", (error) => this.#ended("client", `the TCP connection broke: ${error.message}`));
    socket.on("close", () => this.#ended("client", "the TCP connection was closed"));
  }

  /** Whether neither side has ended it. */
  get open(): boolean {
    return this.endedAt === undefined;
  }

  /** Writes bytes, if it is open and not silent. */
  write(bytes: Buffer | string): void {
    if (this.open && !this.#silent) this.#socket.write(bytes);
  }

  /** Ends the sending side, unless it is silent, and stops waiting for the client: it sees a FIN after all that was written. */
  end(): void {
    if (!this.open || this.#silent) return;
    this.#ended("kit", "the kit ended the TCP connection");
    this.#socket.end();
    // The client's own end is read, so that nothing of it becomes a reset.
    this.#socket.resume();
  }

  /** Resets it. */
  reset(): void {
    if (!this.open) return;
    this.#ended("kit", "the kit reset the TCP connection");
    this.#socket.resetAndDestroy();
  }

  /** From here on says nothing, not even an end: as when the network has gone. What comes is still seen. */
  fallSilent(): void {
    this.#silent = true;
    this.#surroundings.transcript.record(this.name, "sent", "tcp", "the kit says nothing any more from here on");
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** Reads nothing any more, so that what the client writes stays with it. */
  stopReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  /** Lets go of it without a word in the transcript: the case is over. */
  abandon(): void {
    this.endedAt ??= performance.now();
    this.endedBy ??= "kit";
    this.#socket.destroy();
  }

  #ended(by: EndedBy, text: string): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = performance.now();
    this.endedBy = by;
    this.#surroundings.transcript.record(this.name, by === "kit" ? "sent" : "received", "tcp", text);
    if (by === "client") {
      if (!this.#silent) this.#socket.end();
      this.onEnd();
    }
    this.#surroundings.patience.notify(by === "client");
  }
}
