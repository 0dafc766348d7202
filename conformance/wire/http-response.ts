/** Reads an HTTP/1.1 response from chunks of bytes, wherever they are cut (RFC 9112, sections 4 to 7). */
import { ProtocolViolation } from "./protocol-violation.ts";

/** A response's status line and headers. */
export interface ResponseHead {
  status: number;
  reason: string;
  /** Names in lower case; values of headers that came several times are joined by commas. */
  headers: ReadonlyMap<string, string>;
}

const MAX_HEAD_BYTES = 65_536;
const MAX_LINE_BYTES = 16_384;
const LAST_INFORMATIONAL = 199;

/** How the body's end is told. */
type Framing =
  | { kind: "until-close" }
  | { kind: "length"; left: number }
  | { kind: "chunked"; at: "size" | "data" | "data-end" | "trailer"; left: number };

/** Reads one response. */
export class ResponseReader {
  /** The head, once it is there; of informational responses (1xx) nothing is kept. */
  head: ResponseHead | undefined;
  /** The head as it came, without the empty line. */
  headText = "";
  /** The body has come to the end that its framing tells. */
  complete = false;
  #unread: Buffer = Buffer.alloc(0);
  #framing: Framing = { kind: "until-close" };

  /**
   * Takes the next bytes.
   *
   * @returns what they hold of the body, without its framing.
   * @throws ProtocolViolation on what is no HTTP response, or a chunk that is not as RFC 9112, section 7.1, says.
   */
  push(bytes: Buffer): Buffer[] {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    while (this.head === undefined) {
      const text = this.#takeHead();
      if (text === undefined) return [];
      const head = parseResponseHead(text);
      if (head === undefined) throw new ProtocolViolation(`bytes that are no HTTP response: ${inQuotes(text)}`);
      if (head.status <= LAST_INFORMATIONAL) continue;
      this.head = head;
      this.headText = text;
      this.#framing = framingOf(head);
      this.complete = this.#framing.kind === "length" && this.#framing.left === 0;
    }
    return this.#body();
  }

  #takeHead(): string | undefined {
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end < 0 && this.#unread.length > MAX_HEAD_BYTES) {
      throw new ProtocolViolation(`${this.#unread.length} bytes that are no HTTP response`);
    }
    if (end < 0) return undefined;
    const text = this.#unread.toString("latin1", 0, end);
    this.#unread = this.#unread.subarray(end + 4);
    return text;
  }

  #body(): Buffer[] {
    const framing = this.#framing;
    const pieces: Buffer[] = [];
    while (this.#unread.length > 0 && !this.complete) {
      if (framing.kind === "until-close") pieces.push(this.#take(this.#unread.length));
      else if (framing.kind === "length") {
        const piece = this.#take(framing.left);
        framing.left -= piece.length;
        this.complete = framing.left === 0;
        pieces.push(piece);
      } else if (framing.at === "data") {
        const piece = this.#take(framing.left);
        framing.left -= piece.length;
        if (framing.left === 0) framing.at = "data-end";
        pieces.push(piece);
      } else {
        const line = this.#takeLine();
        if (line === undefined) break;
        this.#onChunkLine(framing, line);
      }
    }
    return pieces;
  }

  #onChunkLine(framing: Framing & { kind: "chunked" }, line: string): void {
    if (framing.at === "trailer") this.complete = line === "";
    else if (framing.at === "data-end") {
      if (line !== "") throw new ProtocolViolation("a chunk that is longer than its size (RFC 9112, 7.1)");
      framing.at = "size";
    } else {
      const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) {
        throw new ProtocolViolation(`${inQuotes(line)} where the size of a chunk belongs (RFC 9112, 7.1)`);
      }
      framing.left = Number.parseInt(size, 16);
      framing.at = framing.left === 0 ? "trailer" : "data";
    }
  }

  #take(atMost: number): Buffer {
    const piece = this.#unread.subarray(0, atMost);
    this.#unread = this.#unread.subarray(atMost);
    return piece;
  }

  #takeLine(): string | undefined {
    const end = this.#unread.indexOf("\r\n");
    if (end > MAX_LINE_BYTES || (end < 0 && this.#unread.length > MAX_LINE_BYTES)) {
      throw new ProtocolViolation("a line of chunked coding that does not end (RFC 9112, 7.1)");
    }
    if (end < 0) return undefined;
    const line = this.#unread.toString("latin1", 0, end);
    this.#unread = this.#unread.subarray(end + 2);
    return line;
  }
}

/** @returns the head of an HTTP response, or undefined where the text is not one. */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(statusLine);
  if (match === null) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(match[1]), reason: match[2] ?? "", headers };
}

function framingOf({ status, headers }: ResponseHead): Framing {
  if (status === 204 || status === 304) return { kind: "length", left: 0 };
  const coding = headers.get("transfer-encoding")?.toLowerCase();
  if (coding !== undefined && /(^|,)\s*chunked$/.test(coding)) return { kind: "chunked", at: "size", left: 0 };
  const length = headers.get("content-length");
  if (length === undefined) return { kind: "until-close" };
  if (!/^\d{1,15}$/.test(length)) throw new ProtocolViolation(`a Content-Length of "${length}" (RFC 9112, 6.2)`);
  return { kind: "length", left: Number(length) };
}

function inQuotes(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
