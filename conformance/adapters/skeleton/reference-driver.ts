/** Drives the reference client, in Node and in browsers alike. */
import type { createClient, Client as Reference } from "tidings/client";
import type { OpenOptionName, Transport } from "../../adapter/protocol.ts";
import type { Client, Driver, Open, Show } from "./adapter.ts";

const options: OpenOptionName[] = [
  "heartbeatIntervalMs",
  "pongTimeoutMs",
  "baseDelayMs",
  "maxDelayMs",
  "maxAttempts",
  "stableAfterMs",
  "connectTimeoutMs",
  "queueMaxMessages",
  "queueMaxBytes",
  "queueOverflow",
];

/** Shows what the listeners of a client are told. */
function showAll(client: Reference, show: Show): void {
  client.on("open", () => show({ event: "open" }));
  client.on("close", () => show({ event: "close" }));
  client.on("error", ({ message }) => show({ event: "error", data: message }));
  client.on("state", (state) => {
    show({ event: "state", data: state.state });
    if (state.state === "waiting") {
      const { attempt, delayMs, reason } = state;
      show({ event: "waiting", data: { attempt, delayMs, reason } });
    }
    if (state.state === "failed") show({ event: "giveup", data: state.reason });
    if (state.state === "closed" && state.by === "server") show({ event: "end", data: state.reason });
  });
  client.onAny(({ event, data, lastEventId }) => {
    const name = event === undefined ? {} : { name: event };
    show({ event: "message", ...name, data, ...(lastEventId === undefined ? {} : { lastEventId }) });
  });
}

function drive(client: Reference, show: Show): Client {
  return {
    connect: () => client.connect(),
    close: () => client.close(),
    send({ data, options, sendId }) {
      const { status, settled } = client.send(data, options);
      if (status === "queued" && sendId !== undefined) {
        settled.then((outcome) => show({ event: "settled", sendId, status: outcome }));
      }
      return status;
    },
  };
}

/**
 * A driver of the reference client.
 * @param create is its `createClient`.
 * @param page is where it hears of the network and of the tab, and `document` what it asks whether it can be seen.
 */
export function referenceDriver(
  create: typeof createClient,
  page: EventTarget,
  document: object,
): Omit<Driver, "name"> {
  const open =
    (transport: Transport): Open =>
    (address, given, show) => {
      const client = create(address, { ...given, transport, environment: page });
      showAll(client, show);
      client.connect();
      return drive(client, show);
    };
  return {
    profiles: ["core-ws", "core-sse", "reconnect", "queue", "liveness", "state", "sse"],
    options,
    open: { ws: open("ws"), sse: open("sse") },
    environment({ online, visible }) {
      if (online !== undefined) page.dispatchEvent(new Event(online ? "online" : "offline"));
      if (visible === undefined) return;
      const visibilityState = visible ? "visible" : "hidden";
      Object.defineProperty(document, "visibilityState", { value: visibilityState, configurable: true });
      page.dispatchEvent(new Event("visibilitychange"));
    },
  };
}
