/** Joins data frames to messages: fragments in order, inflated where that was agreed on, text that is UTF-8. */
import { CoreLimits } from "../../spec/limits.ts";
import type { Deflate } from "./websocket-deflate.ts";
import { decodeUtf8, type Frame, Opcode, ProtocolViolation } from "./websocket-frames.ts";

/** One message as it came over the wire. Of a binary message, `text` is what UTF-8 makes of its bytes. */
export interface WireMessage {
  kind: "text" | "binary";
  text: string;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_FRAGMENTS = 1_000_000;
/** The longest that a conforming server may make of one of Core's messages, and still be getting on with it. */
const MAX_LIVELY_BYTES = 6 * CoreLimits.maxMessageBytes;

/** Reads the messages of one connection. */
export class MessageReader {
  readonly #deflate: Deflate | undefined;
  #fragments: Frame[] = [];
  #bytes = 0;

  constructor(deflate: Deflate | undefined) {
    this.#deflate = deflate;
  }

  /** Whether a message is under way that does not take for ever: a sign of life, though it has not come yet. */
  get getsOn(): boolean {
    return this.#fragments.length > 0 && this.#bytes < MAX_LIVELY_BYTES;
  }

  /**
   * Takes a data frame.
   *
   * @returns the message that it completes, if it does.
   * @throws ProtocolViolation on fragments out of turn, compression that was not agreed on, or text that is not UTF-8.
   */
  push(frame: Frame): WireMessage | undefined {
    const continues = frame.opcode === Opcode.continuation;
    if (continues && this.#fragments.length === 0) {
      throw new ProtocolViolation("a continuation of nothing (RFC 6455, 5.4)");
    }
    if (!continues && this.#fragments.length > 0) {
      throw new ProtocolViolation("a new message inside a fragmented one (RFC 6455, 5.4)");
    }
    if (frame.rsv1 && (continues || this.#deflate === undefined)) {
      throw new ProtocolViolation("a frame with RSV1 set where no compression was agreed on (RFC 6455, 5.2)");
    }
    this.#fragments.push(frame);
    this.#bytes += frame.payload.length;
    if (this.#bytes > MAX_MESSAGE_BYTES || this.#fragments.length > MAX_FRAGMENTS) {
      throw new ProtocolViolation("a fragmented message far longer than anything that was asked for");
    }
    return frame.fin ? this.#join() : undefined;
  }

  #join(): WireMessage {
    const [first] = this.#fragments;
    const joined = Buffer.concat(this.#fragments.map((fragment) => fragment.payload));
    this.#fragments = [];
    this.#bytes = 0;
    const payload = first?.rsv1 && this.#deflate !== undefined ? this.#deflate.inflate(joined) : joined;
    if (first?.opcode === Opcode.binary) return { kind: "binary", text: payload.toString("utf8") };
    return { kind: "text", text: decodeUtf8(payload, "a text message") };
  }
}
