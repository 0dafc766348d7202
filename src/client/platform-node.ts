/** Node: WebSocket by `ws`, HTTP by `undici`. */
import { WebSocket } from "ws";
import { endingOfClose, retryAfter } from "../core/ending.ts";
import type { Line, LineListener } from "../core/transport.ts";
import type { Platform, Request } from "./platform.ts";

/** How long `ws` waits for an answer to a Close frame before it cuts the connection. */
const CLOSE_TIMEOUT_MS = 2_000;
/** A message of 60 000 bytes may come byte by byte, with empty fragments between (CORE-C13b); `ws` has 16 384. */
const MAX_FRAGMENTS = 131_072;
/** How many control pings that came in one read may be unanswered; `ws` has 60, and cuts the connection above. */
const MAX_PENDING_PONGS = 16_384;
const LOST = 1006;
const NO_CODE = 1005;

/** A WebSocket that tells of the other side's Close frame when it comes: `close` waits for the end of TCP, too. */
class Socket extends WebSocket {
  closeFrame: (code: number, reason: string) => void = () => {};

  /** `ws` calls it to answer a Close frame, with what is in it; for a violation of the protocol with a code alone. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    if (code === undefined) this.closeFrame(NO_CODE, "");
    else if (reason instanceof Uint8Array) this.closeFrame(code, reason.toString());
  }
}

function openSocket({ url, headers }: Request, protocols: readonly string[], listener: LineListener): Line {
  const options = {
    headers,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    maxFragments: MAX_FRAGMENTS,
    maxPendingAutoPongs: MAX_PENDING_PONGS,
  };
  const socket = new Socket(url, [...protocols], options);
  let isOpen = false;
  let isOver = false;
  let failure = "the connection could not be opened";
  const once = (tell: () => void) => {
    if (!isOver) tell();
    isOver = true;
  };
  const closed = (code: number, reason: string) =>
    once(() => listener.ended(isOpen ? endingOfClose(code, reason) : { sequel: "again", reason: failure }));

  socket.closeFrame = closed;
  socket.on("open", () => {
    isOpen = true;
    listener.opened();
  });
  socket.on("message", (data, isBinary) => {
    if (!isBinary) listener.text(data.toString());
  });
  socket.on("error", ({ message }) => {
    failure = message;
  });
  socket.on("upgrade", (answer) => void answer.socket.once("end", () => isOpen && closed(LOST, "")));
  socket.on("close", () => closed(LOST, ""));
  socket.on("unexpected-response", (_, { statusCode: status = 0, headers }) => {
    const floorMs = status === 429 || status === 503 ? retryAfter(headers["retry-after"], Date.now()) : 0;
    once(() => listener.ended({ sequel: "again", reason: `answered with status ${status}`, status, floorMs }));
    socket.terminate();
  });

  return {
    send: (text) => void socket.send(text),
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    leave(code, reason) {
      isOver = true;
      socket.close(code, reason);
    },
    cut(code, reason) {
      this.leave(code, reason);
      socket.terminate();
    },
  };
}

/** Made with the first request: who speaks WebSocket alone does not load the library. */
let agent: Promise<(url: URL, init: RequestInit) => Promise<Response>> | undefined;

async function loadFetch(): Promise<(url: URL, init: RequestInit) => Promise<Response>> {
  const { Agent, fetch } = await import("undici");
  // The fetch of Node itself ends a body that is silent for five minutes. A stream has its TCP connection for itself.
  const dispatcher = new Agent({ bodyTimeout: 0, headersTimeout: 0, pipelining: 0, connect: { timeout: 0 } });
  return (url, init) => fetch(url, { ...(init as object), dispatcher }) as Promise<unknown> as Promise<Response>;
}

/** The platform of Node. */
export const node: Platform = {
  openSocket,
  socketHeaders: true,
  async fetch(url, init) {
    agent ??= loadFetch();
    return (await agent)(url, init);
  },
  environment: undefined,
  base: undefined,
};
