/** The head of an HTTP/1.1 request, as text: what is sent, and what a report may show of it. */
import { shownUrl } from "../shown-url.ts";
import type { Access } from "./tcp.ts";

/** A header, and what stands in reports for a value that is nobody else's business. */
export type RequestHeader = readonly [name: string, value: string, shown?: string];

/** A request's head, up to and with the empty line. */
export interface RenderedRequest {
  sent: string;
  /** The same without the values of credentials. */
  shown: string;
}

/** @returns the head of a request: the host, the headers given, then what the subject's deployment asks for. */
export function renderRequest(
  method: string,
  url: URL,
  headers: readonly RequestHeader[],
  access: Access,
  spell: (name: string) => string = (name) => name,
): RenderedRequest {
  const lines: RequestHeader[] = [["Host", url.host], ...headers];
  if (access.origin !== undefined) lines.push(["Origin", access.origin]);
  if (url.username !== "") {
    const credentials = `${unescaped(url.username)}:${unescaped(url.password)}`;
    lines.push(["Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`, "(left out)"]);
  }
  for (const [name, value] of access.headers) lines.push([name, value, "(left out)"]);
  const render = ({ pathname, search }: URL, contentOf: (header: RequestHeader) => string) =>
    [
      `${method} ${pathname}${search} HTTP/1.1`,
      ...lines.map((header) => `${spell(header[0])}: ${contentOf(header)}`),
      "",
      "",
    ].join("\r\n");
  return {
    sent: render(url, ([, value]) => value),
    shown: render(new URL(shownUrl(url)), ([, value, shown]) => shown ?? value),
  };
}

/** URLs may have a percent sign that begins no escape: it stands for itself then. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
