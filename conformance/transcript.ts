/** What went over the wire in one case, in order and with its times. */

/** One line of a transcript. */
export interface TranscriptEntry {
  /** Milliseconds since the case began. */
  atMs: number;
  /** The peer's name in the case. */
  connection: string;
  direction: "sent" | "received";
  /** `tcp`, `http`, or the kind of frame: `text`, `binary`, `ping`, `pong`, `close`, `bytes`. */
  kind: string;
  text?: string;
  hex?: string;
}

const MAX_TEXT = 2_000;
const MAX_ENTRIES = 2_000;

/** Records what goes over the wire; long texts and long transcripts are cut, and say so. */
export class Transcript {
  readonly entries: TranscriptEntry[] = [];
  readonly #startedAt = performance.now();
  #left = 0;

  /** Adds a line: texts as they are, bytes in hexadecimal. */
  record(connection: string, direction: "sent" | "received", kind: string, content: string | Buffer): void {
    if (this.entries.length >= MAX_ENTRIES) {
      this.#left++;
      return;
    }
    const atMs = Math.round((performance.now() - this.#startedAt) * 10) / 10;
    const entry: TranscriptEntry = { atMs, connection, direction, kind };
    if (typeof content === "string") entry.text = cut(content, MAX_TEXT, "characters");
    else entry.hex = cut(content.subarray(0, MAX_TEXT).toString("hex"), MAX_TEXT, "hex digits", content.length * 2);
    this.entries.push(entry);
  }

  /** How many entries were left out because the transcript was full. */
  get left(): number {
    return this.#left;
  }
}

function cut(text: string, length: number, unit: string, whole = text.length): string {
  return whole <= length ? text : `${text.slice(0, length)}… (${whole} ${unit} in all)`;
}
