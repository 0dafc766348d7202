/** The line that says what a benchmark is doing. */
import type { WriteStream } from "node:tty";

/** Shows progress to whoever watches. */
export interface ProgressLine {
  /** Says what is being done. */
  show(progress: { doing: string; delivered: number }): void;
  /** Makes room for the result. */
  clear(): void;
}

const EVERY_MS = 100;

/** A line on a terminal that is written over. Where nobody watches nothing is said. */
export function createProgressLine(stream: WriteStream): ProgressLine {
  if (!stream.isTTY) return { show() {}, clear() {} };
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show({ doing, delivered }) {
      if (performance.now() < shownAt + EVERY_MS) return;
      shownAt = performance.now();
      const line = delivered > 0 ? `${doing}, ${delivered.toLocaleString("en")} deliveries` : doing;
      stream.write(`\r\x1b[K${line.slice(0, Math.max(20, stream.columns - 1))}`);
    },
    clear: () => void stream.write("\r\x1b[K"),
  };
}
