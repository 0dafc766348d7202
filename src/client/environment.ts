/** Follows what the platform says of the network and of the page, as long as a client is at work. */
import type { Lifecycle } from "../core/lifecycle.ts";
import type { ClientState } from "../core/notice.ts";
import type { Listeners } from "./listeners.ts";

/** Has a client act on `online` (RECON-9), and on a page that is looked at again. */
export function followEnvironment(environment: EventTarget, lifecycle: Lifecycle, listeners: Listeners): void {
  const online = () => lifecycle.online();
  const seen = () => {
    if (!isHidden()) lifecycle.wake();
  };
  const followed = { online, pageshow: seen, visibilitychange: seen };
  listeners.add("state", ({ state }: ClientState) => {
    const isAtWork = state === "connecting" || state === "open" || state === "waiting";
    for (const [name, listener] of Object.entries(followed)) {
      if (isAtWork) environment.addEventListener(name, listener);
      else environment.removeEventListener(name, listener);
    }
  });
}

function isHidden(): boolean {
  const { document } = globalThis as { document?: { visibilityState: string } };
  return document?.visibilityState === "hidden";
}
