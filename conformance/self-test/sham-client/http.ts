/** HTTP: reads the head of a response and its body, writes a request. */

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export type Headers = readonly (readonly [name: string, value: string])[];

export function requestText(target: string, headers: Headers): string {
  return `GET ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

export function parseResponse(head: string): HttpResponse {
  const [line = "", ...rest] = head.split("\r\n");
  const headers = new Map<string, string>();
  for (const header of rest) {
    const colon = header.indexOf(":");
    headers.set(header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim());
  }
  return { status: Number(line.split(" ")[1]), headers };
}

export function mediaType({ headers }: HttpResponse): string {
  return (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The milliseconds of `Retry-After`, if it has seconds and not more than an hour of them. */
export function retryAfterMs({ headers }: HttpResponse): number | undefined {
  const seconds = headers.get("retry-after") ?? "";
  return /^\d{1,4}$/.test(seconds) && Number(seconds) <= 3600 ? Number(seconds) * 1000 : undefined;
}

/** Takes what comes of a body out of its transfer coding. */
export function bodyReader({ headers }: HttpResponse): (chunk: Buffer) => { body: Buffer; ended: boolean } {
  if ((headers.get("transfer-encoding") ?? "").toLowerCase() === "chunked") return chunkReader();
  let left = Number(headers.get("content-length") ?? Number.POSITIVE_INFINITY);
  return (chunk) => {
    const body = chunk.subarray(0, Math.min(left, chunk.length));
    left -= body.length;
    return { body, ended: left === 0 };
  };
}

function chunkReader(): (chunk: Buffer) => { body: Buffer; ended: boolean } {
  let unread: Buffer = Buffer.alloc(0);
  /** Bytes of the chunk that are to come, and the line end behind them. */
  let left = 0;
  return (bytes) => {
    unread = Buffer.concat([unread, bytes]);
    const pieces: Buffer[] = [];
    for (;;) {
      if (left > 0) {
        const taken = unread.subarray(0, left);
        pieces.push(taken.subarray(0, Math.max(0, left - 2)));
        unread = unread.subarray(taken.length);
        left -= taken.length;
      }
      const end = unread.indexOf("\r\n");
      if (left > 0 || end === -1) return { body: Buffer.concat(pieces), ended: false };
      const size = Number.parseInt(unread.toString("latin1", 0, end), 16);
      unread = unread.subarray(end + 2);
      if (!(size > 0)) return { body: Buffer.concat(pieces), ended: true };
      left = size + 2;
    }
  };
}
