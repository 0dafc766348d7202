/** Streams that are told something by themselves, on a server that nobody can publish to. */
import type { Fault } from "./faults.ts";
import type { Override } from "./steps.ts";
import { every } from "./timing.ts";

/** Nobody can publish, and each stream gets an event every `ms`. */
export const ticks =
  (ms: number): Override =>
  (plain, room) => ({
    routeOf(request) {
      const route = plain.routeOf(request);
      return route === "publish" ? undefined : route;
    },
    onStreamOpen(stream) {
      plain.onStreamOpen(stream);
      every(ms, stream.connection, () => room.steps.sendEvent(stream, { data: JSON.stringify({ now: Date.now() }) }));
    },
  });

/** What goes wrong in `steps` goes wrong on a server that has streams and nothing else. */
export function alone(steps: Override, ms = 200): Pick<Fault, "claims" | "steps"> {
  return {
    claims: ["core-sse"],
    steps: (plain, room) => {
      const ticking = ticks(ms)(plain, room);
      return { ...ticking, ...steps({ ...plain, ...ticking }, room) };
    },
  };
}
