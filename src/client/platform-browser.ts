/** Browsers: WebSocket and fetch as they have them. */
import { endingOfClose } from "../core/ending.ts";
import type { Line, LineListener } from "../core/transport.ts";
import type { Platform, Request } from "./platform.ts";

function openSocket({ url }: Request, protocols: readonly string[], listener: LineListener): Line {
  const socket = new WebSocket(url, [...protocols]);
  let isOpen = false;
  let isOver = false;
  socket.addEventListener("open", () => {
    isOpen = true;
    listener.opened();
  });
  socket.addEventListener("message", ({ data }: { data: unknown }) => {
    if (typeof data === "string") listener.text(data);
  });
  socket.addEventListener("close", ({ code, reason }) => {
    if (isOver) return;
    listener.ended(
      isOpen ? endingOfClose(code, reason) : { sequel: "again", reason: "the connection could not be opened" },
    );
  });
  function leave(code: number, reason: string): void {
    isOver = true;
    socket.close(code, reason);
  }
  return {
    send: (text) => void socket.send(text),
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    leave,
    // A page can't cut a connection. It goes on without it.
    cut: leave,
  };
}

/** The platform of browsers. */
export const browser: Platform = {
  openSocket,
  socketHeaders: false,
  fetch: (url, init) => fetch(url, { ...init, cache: "no-store" } as RequestInit),
  environment: globalThis as unknown as EventTarget,
  base: (globalThis as { location?: { href: string } }).location?.href,
};
