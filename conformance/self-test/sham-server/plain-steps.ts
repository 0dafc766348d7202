/** The plain server: every step as a conforming server takes it. */
import { endSteps, inwardSteps, outwardSteps } from "./plain-steps/frames.ts";
import { messageSteps } from "./plain-steps/messages.ts";
import { publishingSteps } from "./plain-steps/publishing.ts";
import { openingSteps, requestSteps } from "./plain-steps/requests.ts";
import { streamSteps } from "./plain-steps/streams.ts";
import type { Room, Steps } from "./steps.ts";

export function plainSteps(room: Room): Steps {
  return {
    ...requestSteps(room),
    ...openingSteps(room),
    ...inwardSteps(room),
    ...messageSteps(room),
    ...outwardSteps(room),
    ...endSteps(room),
    ...streamSteps(room),
    ...publishingSteps(room),
  };
}
