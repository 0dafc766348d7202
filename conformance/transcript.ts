/** What went over the wire in one case, in order and with its times. */

/** One line of a transcript. */
export interface TranscriptEntry {
  /** Milliseconds since the case began. */
  atMs: number;
  /** The peer's name in the case. */
  connection: string;
  direction: "sent" | "received";
  /** `tcp`, `http`, or the kind of frame: `text`, `binary`, `ping`, `pong`, `close`, `bytes`. `left`: what is not here. */
  kind: string;
  text?: string;
  hex?: string;
}

const MAX_TEXT = 2_000;
/** How many entries are kept of the beginning, and as many of the end. */
const MAX_HALF = 1_000;

/** Records what goes over the wire. Long texts lose their end and long transcripts their middle, and both say so. */
export class Transcript {
  readonly #first: TranscriptEntry[] = [];
  readonly #last: TranscriptEntry[] = [];
  readonly #startedAt = performance.now();
  #left = 0;

  /** What was recorded; where entries were left out, one of the kind `left` says how many. */
  get entries(): TranscriptEntry[] {
    const [after] = this.#last;
    if (this.#left === 0 || after === undefined) return [...this.#first, ...this.#last];
    const text = `${this.#left} more entries were left out here`;
    return [
      ...this.#first,
      { atMs: after.atMs, connection: "…", direction: "received", kind: "left", text },
      ...this.#last,
    ];
  }

  /** Adds a line: texts as they are, bytes in hexadecimal. */
  record(connection: string, direction: "sent" | "received", kind: string, content: string | Buffer): void {
    const atMs = Math.round((performance.now() - this.#startedAt) * 10) / 10;
    const entry: TranscriptEntry = { atMs, connection, direction, kind };
    if (typeof content === "string") entry.text = cut(content, MAX_TEXT, "characters");
    else entry.hex = cut(content.subarray(0, MAX_TEXT).toString("hex"), MAX_TEXT, "hex digits", content.length * 2);
    if (this.#first.length < MAX_HALF) {
      this.#first.push(entry);
      return;
    }
    this.#last.push(entry);
    if (this.#last.length <= MAX_HALF) return;
    this.#last.shift();
    this.#left++;
  }
}

function cut(text: string, length: number, unit: string, whole = text.length): string {
  return whole <= length ? text : `${text.slice(0, length)}… (${whole} ${unit} in all)`;
}
