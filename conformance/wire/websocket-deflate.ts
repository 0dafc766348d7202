/** permessage-deflate (RFC 7692) as the kit's clients speak it: what a browser offers, and whatever follows from it. */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { ProtocolViolation } from "./protocol-violation.ts";

/** What browsers offer. */
export const DEFLATE_OFFER = "permessage-deflate; client_max_window_bits";

const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const WINDOW = 32_768;
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;

/** One connection's compression, as the server's answer to {@link DEFLATE_OFFER} settles it. */
export class Deflate {
  readonly #serverKeepsContext: boolean;
  readonly #clientWindowBits: number;
  #window: Buffer = Buffer.alloc(0);

  /**
   * @param answer - the extension as the server's response has it.
   * @throws ProtocolViolation where RFC 7692, section 7.1, does not allow that answer to the offer.
   */
  constructor(answer: string) {
    const [name, ...parameters] = answer.split(";").map((part) => part.trim());
    if (name !== "permessage-deflate") throw new ProtocolViolation(`the extension ${name}, which was not offered`);
    let serverKeepsContext = true;
    let clientWindowBits = 15;
    const seen = new Set<string>();
    for (const parameter of parameters) {
      const [key = "", value] = parameter.split("=").map((part) => part.trim().replaceAll('"', ""));
      if (seen.has(key)) throw new ProtocolViolation(`permessage-deflate with ${key} twice (RFC 7692, 7.1)`);
      seen.add(key);
      // No leading zeros (RFC 7692, 7.1.2).
      const validBits = value !== undefined && /^([89]|1[0-5])$/.test(value);
      if (key === "server_no_context_takeover" && value === undefined) serverKeepsContext = false;
      else if (key === "client_no_context_takeover" && value === undefined) continue;
      else if (key === "server_max_window_bits" && validBits) continue;
      else if (key === "client_max_window_bits" && validBits) clientWindowBits = Number(value);
      else throw new ProtocolViolation(`permessage-deflate with the parameter "${parameter}" (RFC 7692, 7.1)`);
    }
    this.#serverKeepsContext = serverKeepsContext;
    this.#clientWindowBits = clientWindowBits;
  }

  /**
   * @returns one message inflated.
   * @throws ProtocolViolation where it is not what RFC 7692, section 7.2.2, can inflate.
   */
  inflate(payload: Buffer): Buffer {
    try {
      const inflated = inflateRawSync(Buffer.concat([payload, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: MAX_INFLATED_BYTES,
        // The context that a sender keeps is its last 32 KiB: given as a dictionary, it inflates the same.
        ...(this.#window.length > 0 && { dictionary: this.#window }),
      });
      if (this.#serverKeepsContext) this.#window = Buffer.concat([this.#window, inflated]).subarray(-WINDOW);
      return inflated;
    } catch (error) {
      throw new ProtocolViolation(
        `a compressed message that can't be inflated: ${(error as Error).message} (RFC 7692, 7.2.2)`,
      );
    }
  }

  /** @returns one message compressed without context, or undefined where the agreed window is too small for zlib. */
  deflate(message: Buffer): Buffer | undefined {
    if (this.#clientWindowBits < 9) return undefined;
    const deflated = deflateRawSync(message, {
      finishFlush: constants.Z_SYNC_FLUSH,
      windowBits: this.#clientWindowBits,
    });
    return deflated.subarray(0, -TAIL.length);
  }
}
