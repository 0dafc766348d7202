/** The HTTP publish wire: takes a message as the body of a `POST`, and says whether it was accepted. */
import type { IncomingMessage, RequestListener } from "node:http";
import { classify, type Incoming } from "../core/message.ts";
import { Outgoing } from "../core/outgoing.ts";
import type { FanOut } from "./fan-out.ts";
import { sendText } from "./http.ts";

/** Why a body is not published, by what it is (PUB-1f to PUB-1h). */
const refusals: { [kind in Exclude<Incoming["kind"], "event" | "broadcast">]: string } = {
  invalid: "The body has to be a JSON object.",
  ping: "A ping can't be published: the type belongs to the protocol.",
  reserved: 'This type can\'t be published: "pong" and all that begin with "rt:" belong to the protocol.',
};

/**
 * Makes a listener that publishes bodies. It answers, when the whole body is there (PUB-1d):
 * - 204 to a broadcast or an event: whoever listens by then is sent it;
 * - 400 to what is no JSON in UTF-8, no object, or of a reserved type; 413 to a body that is too long; 415 to one that is
 *   compressed. Of these nothing is published.
 *
 * The `Content-Type` does not matter.
 *
 * @param options.maxMessageBytes - the longest body
 */
export function createPublishListener(options: { fanOut: FanOut; maxMessageBytes: number }): RequestListener {
  const { fanOut, maxMessageBytes } = options;
  return async (request, response) => {
    if ((request.headers["content-encoding"] ?? "identity") !== "identity") {
      return sendText(response, 415, "The body must not be compressed.", { "Accept-Encoding": "identity" });
    }
    const body = await readBody(request, maxMessageBytes);
    if (body === "lost") return;
    if (body === "too long") return sendText(response, 413, `The body is longer than ${maxMessageBytes} bytes.`);
    const text = decode(body);
    const incoming: Incoming = text === undefined ? { kind: "invalid" } : classify(text);
    if (text === undefined || (incoming.kind !== "event" && incoming.kind !== "broadcast")) {
      return sendText(response, 400, refusals[incoming.kind as keyof typeof refusals]);
    }
    fanOut.publish(Outgoing.of(text, incoming));
    response.writeHead(204).end();
  };
}

/**
 * Reads a body to its end. One that is too long is told as soon as that is known; the rest of it is read and dropped, so
 * that a client which sends first and reads later gets to see the answer.
 */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too long" | "lost"> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const take = (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= maxBytes) pieces.push(piece);
      else refuse();
    };
    const refuse = () => {
      request.off("data", take);
      request.resume();
      resolve("too long");
    };
    request.on("error", () => {});
    request.on("close", () => resolve("lost"));
    request.on("end", () => resolve(Buffer.concat(pieces)));
    if (Number(request.headers["content-length"]) > maxBytes) refuse();
    else request.on("data", take);
  });
}

/** @returns the text, or nothing where the bytes are not UTF-8. A byte order mark stays, and is no JSON. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
