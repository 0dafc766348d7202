/** Drives whatever has the interface of a browser's WebSocket. */
import { type Client, parsed, type Show } from "./adapter.ts";

interface EventOfSocket {
  type: string;
  data?: unknown;
  message?: string;
}

/** What is used of a WebSocket. */
export interface WebSocketLike {
  addEventListener(type: string, listener: (event: EventOfSocket) => void): void;
  send(text: string): unknown;
  close(): void;
}

/** Shows what the listeners of a WebSocket are told. */
export function webSocketClient(socket: WebSocketLike, show: Show): Client {
  let isOpen = false;
  socket.addEventListener("open", () => {
    isOpen = true;
    show({ event: "open" });
  });
  socket.addEventListener("message", ({ data }) => show(parsed(data as string)));
  // A browser's event of an error says nothing.
  socket.addEventListener("error", ({ message }) => show({ event: "error", data: message || "error" }));
  socket.addEventListener("close", () => {
    // It also comes after an attempt that failed: of that the error tells.
    if (isOpen) show({ event: "close" });
    isOpen = false;
  });
  return {
    send({ data }) {
      socket.send(JSON.stringify(data));
      return undefined;
    },
    close: () => socket.close(),
  };
}
