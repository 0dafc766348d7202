/** A transport without a wire: a test says what happens on it, and sees what a client does. */
import type { Ending } from "./ending.ts";
import type { Line, LineListener, Transport } from "./transport.ts";

/** One attempt on a simulated transport, and what came of it. */
export class SimulatedLine implements Line {
  /** What it was handed. */
  readonly sent: string[] = [];
  bufferedBytes = 0;
  /** How the client let go of it, if it has. */
  left: { code: number; cut: boolean } | undefined;
  /** Whether the other side has opened it. */
  isOpen = false;
  /** Whether it has ended by itself. */
  isOver = false;
  /** The client, as the line sees it. */
  readonly client: LineListener;

  constructor(client: LineListener) {
    this.client = client;
  }

  send(text: string): Promise<boolean> | undefined {
    this.sent.push(text);
    return undefined;
  }

  leave(code: number): void {
    this.left ??= { code, cut: false };
  }

  cut(code: number): void {
    this.left ??= { code, cut: true };
  }

  /** The other side opens it; once only. */
  open(): void {
    if (this.isOpen || this.isOver) return;
    this.isOpen = true;
    this.client.opened();
  }

  /** The other side, or the network, ends it. */
  end(ending: Partial<Ending> = {}): void {
    this.isOver = true;
    this.client.ended({ sequel: "again", reason: "lost", ...ending });
  }
}

/** Keeps all attempts of one client. */
export class SimulatedTransport implements Transport {
  readonly beats: boolean = true;
  readonly lines: SimulatedLine[] = [];

  open(listener: LineListener): Line {
    const line = new SimulatedLine(listener);
    this.lines.push(line);
    return line;
  }

  /** The last attempt. */
  get last(): SimulatedLine {
    const line = this.lines.at(-1);
    if (!line) throw new Error("there was no attempt yet");
    return line;
  }

  /** How many attempts are under way, or connections open. */
  get alive(): number {
    return this.lines.filter(({ isOver, left }) => !isOver && left === undefined).length;
  }
}
