/** Makes a transport that asks where to connect anew at each attempt. */
import type { Line, LineListener, Transport } from "../core/transport.ts";
import type { Request } from "./platform.ts";

/** Begins an attempt, when it is known where to. */
export type Dial = (request: Request, listener: LineListener) => Line;

/**
 * A transport that asks first (RECON-10) and dials then. That somebody answers late, with nonsense, or not at all is a
 * failed attempt.
 *
 * @param ask - tells where to; may throw
 */
export function askingTransport(beats: boolean, ask: () => Promise<Request>, dial: Dial): Transport {
  return {
    beats,
    open(listener) {
      let line: Line | undefined;
      let isOver = false;
      async function begin(): Promise<void> {
        // Whoever is asked may call the client: it is asked when the attempt has begun.
        await undefined;
        const request = await ask();
        if (!isOver) line = dial(request, listener);
      }
      begin().catch((error) => listener.ended({ sequel: "again", reason: String(error) }));
      return {
        send: (text) => line?.send(text),
        get bufferedBytes() {
          return line?.bufferedBytes ?? 0;
        },
        leave(code, reason) {
          isOver = true;
          line?.leave(code, reason);
        },
        cut(code, reason) {
          isOver = true;
          line?.cut(code, reason);
        },
      };
    },
  };
}
