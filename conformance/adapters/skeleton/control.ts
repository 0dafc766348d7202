/** An adapter that is a page: the same messages, one a text message, over a WebSocket to the address in its own: `?control=`. */
import { adapt, type Driver } from "./adapter.ts";

declare const location: { readonly search: string; reload(): void };

/** Speaks `tidings-adapter/1` for a driver until `bye`. */
export function serveControl(driver: Driver): void {
  const address = new URLSearchParams(location.search).get("control");
  if (address === null)
    throw new Error("the address of this page has to end in ?control=ws://…, the kit's own address");
  const control = new WebSocket(address);
  const hear = adapt(
    driver,
    (text) => control.send(text),
    () => control.close(),
  );
  control.addEventListener("message", ({ data }) => hear(data));
  // Whoever is asked to end begins anew: nothing of what was is left.
  control.addEventListener("close", () => location.reload());
}
