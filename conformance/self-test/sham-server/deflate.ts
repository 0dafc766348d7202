/** permessage-deflate (RFC 7692): what to agree to, and raw deflate with its window kept from message to message. */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { perConnection } from "./per-connection.ts";
import type { Assembled, Override } from "./steps.ts";

const windowBytes = 32_768;
const tail = Buffer.from([0, 0, 0xff, 0xff]);

/** The bytes of earlier messages that a later one may refer to. */
export interface Window {
  bytes: Buffer;
}

export function deflate(payload: Buffer, window?: Window): Buffer {
  const compressed = deflateRawSync(payload, { ...dictionary(window), finishFlush: constants.Z_SYNC_FLUSH });
  slide(window, payload);
  return compressed.subarray(0, -tail.length);
}

/** Nothing if `compressed` is not what deflate makes. */
function inflate(compressed: Buffer, window?: Window): Buffer | undefined {
  try {
    const options = { ...dictionary(window), finishFlush: constants.Z_SYNC_FLUSH };
    const payload = inflateRawSync(Buffer.concat([compressed, tail]), options);
    slide(window, payload);
    return payload;
  } catch {
    return undefined;
  }
}

export function inflated(message: Assembled, window?: Window): Assembled | undefined {
  if (!message.compressed) return message;
  const payload = inflate(message.payload, window);
  return payload === undefined ? undefined : { ...message, payload };
}

/** Compresses both ways, with a window for each way of each connection. */
export const compression: Override = (plain) => {
  const inward = perConnection(emptyWindow);
  const outward = perConnection(emptyWindow);
  return {
    answerHandshake: (request) =>
      accept(
        plain.answerHandshake(request),
        "permessage-deflate",
        offersDeflate(request, "server_no_context_takeover"),
      ),
    decompress: (connection, message) => inflated(message, inward(connection)),
    compress: (receiver, message) =>
      receiver.deflates
        ? { ...message, payload: deflate(message.payload, outward(receiver)), compressed: true }
        : message,
  };
};

/** Compresses both ways, each message by itself. */
export const compressionWithoutContext: Override = (plain) => ({
  answerHandshake: (request) =>
    accept(
      plain.answerHandshake(request),
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
      offersDeflate(request),
    ),
  decompress: (_, message) => inflated(message),
  compress: (receiver, message) =>
    receiver.deflates ? { ...message, payload: deflate(message.payload), compressed: true } : message,
});

/** Whether one of the offers can be taken; a smaller window and the parameters in `unwanted` can't. */
export function offersDeflate(request: HttpRequest, ...unwanted: readonly string[]): boolean {
  const offers = (request.headers.get("sec-websocket-extensions") ?? "").split(",");
  return offers.some((offer) => {
    const [name, ...parameters] = offer.split(/[;=]/).map((part) => part.trim());
    const refused = ["server_max_window_bits", ...unwanted];
    return name === "permessage-deflate" && !refused.some((parameter) => parameters.includes(parameter));
  });
}

/** The response with the extension in it, if it agrees to speak WebSocket at all and `offered` is true. */
export function accept(response: HttpResponse, extension: string, offered = true): HttpResponse {
  if (!offered || !response.status.startsWith("101")) return response;
  return { ...response, headers: { ...response.headers, "Sec-WebSocket-Extensions": extension } };
}

export function emptyWindow(): Window {
  return { bytes: Buffer.alloc(0) };
}

function dictionary(window?: Window): { dictionary?: Buffer } {
  return window !== undefined && window.bytes.length > 0 ? { dictionary: window.bytes } : {};
}

function slide(window: Window | undefined, payload: Buffer): void {
  if (window !== undefined) window.bytes = Buffer.concat([window.bytes, payload]).subarray(-windowBytes);
}
