/** Where a client connects to, and by which transport. */

import type { ClientOptions } from "./options.ts";
import type { Platform, Request } from "./platform.ts";

/** An address, or what is asked for it at each attempt (RECON-10). */
export type Address = string | URL | (() => string | URL | Promise<string | URL>);

/** The transports that a client has of its own. */
export type TransportName = "ws" | "sse";

const secure = ["wss:", "https:"];
const schemes: { readonly [name in TransportName]: readonly string[] } = {
  ws: ["ws:", "wss:"],
  sse: ["http:", "https:"],
};

/**
 * Which transport an address has.
 *
 * @throws TypeError if the address is none, or if it is asked for and nothing says the transport
 */
export function transportOf(address: Address, chosen: TransportName | undefined, platform: Platform): TransportName {
  if (typeof address !== "function") {
    const { protocol } = parseAddress(address, platform);
    return chosen ?? (schemes.ws.includes(protocol) ? "ws" : "sse");
  }
  if (chosen !== undefined) return chosen;
  throw new TypeError('where the address is a function, option transport has to say "ws" or "sse"');
}

/** Makes what is asked at each attempt: the address, with the scheme of the transport, and the headers. */
export function requestProvider(
  transport: TransportName,
  address: Address,
  headers: ClientOptions["headers"],
  platform: Platform,
): () => Promise<Request> {
  return async () => {
    const url = parseAddress(typeof address === "function" ? await address() : address, platform);
    const given = (typeof headers === "function" ? await headers() : headers) ?? {};
    const [plain, encrypted] = schemes[transport];
    url.protocol = (secure.includes(url.protocol) ? encrypted : plain) ?? "";
    return { url, headers: given };
  };
}

/** @throws TypeError that shows the address */
export function parseAddress(address: string | URL, { base }: Pick<Platform, "base">): URL {
  const url = URL.canParse(String(address), base) ? new URL(address, base) : undefined;
  if (!url || ![...schemes.ws, ...schemes.sse].includes(url.protocol)) {
    throw new TypeError(
      `an address is a URL that begins with ws:, wss:, http: or https:, not ${JSON.stringify(address)}`,
    );
  }
  url.hash = "";
  return url;
}
