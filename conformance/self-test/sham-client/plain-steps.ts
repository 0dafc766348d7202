/** The plain client: every step as a conforming client takes it. */
import { adapterSteps } from "./plain-steps/adapter.ts";
import { attemptSteps } from "./plain-steps/attempts.ts";
import { inwardSteps, outwardSteps } from "./plain-steps/frames.ts";
import { heartbeatSteps } from "./plain-steps/heartbeat.ts";
import { programSteps } from "./plain-steps/program.ts";
import { queueSteps } from "./plain-steps/queue.ts";
import { reconnectSteps } from "./plain-steps/reconnecting.ts";
import { streamSteps } from "./plain-steps/streams.ts";
import type { Room, Steps } from "./steps.ts";

export function plainSteps(room: Room): Steps {
  return {
    ...adapterSteps(room),
    ...programSteps(room),
    ...attemptSteps(room),
    ...reconnectSteps(room),
    ...inwardSteps(room),
    ...outwardSteps(room),
    ...heartbeatSteps(room),
    ...queueSteps(room),
    ...streamSteps(room),
  };
}
