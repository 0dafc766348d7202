/** The head of an HTTP/1.1 request, as a server reads it. */

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  /** The request target: path and query. */
  readonly target: string;
  readonly version: string;
  /** By name in lower case; a header that came several times has its values joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** As it came, without the empty line. */
  readonly text: string;
}

/** Far above what any client sends. */
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * Reads a head from the first bytes of a connection.
 *
 * @returns the head and the bytes after it; nothing as long as the empty line has not come.
 * @throws Error where it is no request.
 */
export function readRequestHead(bytes: Buffer): { head: RequestHead; rest: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) {
    if (bytes.length > MAX_HEAD_BYTES) throw new Error("a request whose head has no end");
    return undefined;
  }
  const text = bytes.subarray(0, end).toString("latin1");
  const [first = "", ...lines] = text.split("\r\n");
  const match = /^([A-Z]+) (\S+) (HTTP\/\d\.\d)$/.exec(first);
  if (match === null) throw new Error(`a request that begins with "${first.slice(0, 100)}"`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw new Error(`the header line "${line.slice(0, 100)}"`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const [, method = "", target = "", version = ""] = match;
  return { head: { method, target, version, headers, text }, rest: bytes.subarray(end + 4) };
}
