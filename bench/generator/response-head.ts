/** The head of an HTTP response, as far as a load generator needs it. */

/** Status and headers, whose names are in lower case. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Where the body begins in the text that was read. */
  readonly end: number;
}

const END = Buffer.from("\r\n\r\n");
const LONGEST_HEAD = 65_536;

/**
 * Reads the head that `bytes` begins with; undefined as long as it is not there as a whole.
 *
 * @throws Error if it is no response
 */
export function readResponseHead(bytes: Buffer): ResponseHead | undefined {
  const end = bytes.indexOf(END);
  if (end < 0) {
    if (bytes.length > LONGEST_HEAD) throw new Error("a response whose head does not end");
    return undefined;
  }
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})( |$)/.exec(first)?.[1];
  if (status === undefined) throw new Error(`no HTTP response: ${JSON.stringify(first.slice(0, 60))}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers, end: end + END.length };
}
