/** Every fault by name. */
import type { Profile, RuleId } from "../../../spec/rules.ts";
import { badInputFaults } from "./faults/bad-input.ts";
import { bridgeFaults } from "./faults/bridge.ts";
import { mappingFaults } from "./faults/bridge-mapping.ts";
import { deliveryFaults } from "./faults/delivery.ts";
import { heartbeatFaults } from "./faults/heartbeat.ts";
import { openingFaults } from "./faults/opening.ts";
import { orderFaults } from "./faults/order.ts";
import { publishingFaults } from "./faults/publishing.ts";
import { publishedFaults } from "./faults/publishing-deliveries.ts";
import { refusingFaults } from "./faults/publishing-refused.ts";
import { silenceFaults } from "./faults/silence.ts";
import { streamFaults } from "./faults/streams.ts";
import { streamEventFaults } from "./faults/streams-events.ts";
import { valueFaults } from "./faults/values.ts";
import { endingFaults } from "./faults/wire-endings.ts";
import { framingFaults } from "./faults/wire-framing.ts";
import type { Override } from "./steps.ts";

/** One way in which a server goes wrong. */
export interface Fault {
  /** The rule that a case has to cover for its failure to count. */
  readonly breaks: RuleId;
  readonly description: string;
  /** What the server claims; it is reached only where these are about. Default: the rule's own, and what that takes. */
  readonly claims?: readonly Profile[];
  readonly steps: Override;
}

const all = {
  ...openingFaults,
  ...heartbeatFaults,
  ...deliveryFaults,
  ...valueFaults,
  ...orderFaults,
  ...badInputFaults,
  ...framingFaults,
  ...endingFaults,
  ...silenceFaults,
  ...streamFaults,
  ...streamEventFaults,
  ...publishingFaults,
  ...publishedFaults,
  ...refusingFaults,
  ...bridgeFaults,
  ...mappingFaults,
};

export type FaultName = keyof typeof all;

export const faults: { readonly [name in FaultName]: Fault } = all;
