/** HTTP requests and responses: reads the head of the one, writes the other. */

export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The text as it came, up to the empty line. */
  readonly head: string;
}

export interface HttpResponse {
  /** Default: HTTP/1.1. */
  readonly version?: string;
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function parseRequest(head: string): HttpRequest {
  const [line = "", ...rest] = head.split("\r\n");
  const headers = new Map<string, string>();
  for (const header of rest) {
    const colon = header.indexOf(":");
    const name = header.slice(0, colon).trim().toLowerCase();
    const before = headers.get(name);
    const value = header.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const [method = "", target = ""] = line.split(" ");
  return { method, path: target.split("?")[0] ?? "", headers, head };
}

/** The elements of a comma-separated header, in lower case. */
export function listHeader(request: HttpRequest, name: string): string[] {
  const value = request.headers.get(name) ?? "";
  return value.split(",").map((element) => element.trim().toLowerCase());
}

/** The length of the request's body, in bytes; nothing if it does not tell one. */
export function bodyLength({ headers }: HttpRequest): number | undefined {
  const length = headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) && !headers.has("transfer-encoding") ? Number(length) : undefined;
}

export function responseText({ version = "HTTP/1.1", status, headers, body = "" }: HttpResponse): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${version} ${status}\r\n${lines.join("")}\r\n${body}`;
}

/** A response that refuses. */
export function refusal(status: string, body = ""): HttpResponse {
  return { status, headers: { Connection: "close", "Content-Length": String(Buffer.byteLength(body)) }, body };
}
