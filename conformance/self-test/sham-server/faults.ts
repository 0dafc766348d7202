/** Every fault by name. */
import type { RuleId } from "../../../spec/rules.ts";
import { badInputFaults } from "./faults/bad-input.ts";
import { deliveryFaults } from "./faults/delivery.ts";
import { heartbeatFaults } from "./faults/heartbeat.ts";
import { openingFaults } from "./faults/opening.ts";
import { orderFaults } from "./faults/order.ts";
import { silenceFaults } from "./faults/silence.ts";
import { valueFaults } from "./faults/values.ts";
import { endingFaults } from "./faults/wire-endings.ts";
import { framingFaults } from "./faults/wire-framing.ts";
import type { Override } from "./steps.ts";

/** One way in which a server goes wrong. */
export interface Fault {
  /** The rule that a case has to cover for its failure to count. */
  readonly breaks: RuleId;
  readonly description: string;
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
};

export type FaultName = keyof typeof all;

export const faults: { readonly [name in FaultName]: Fault } = all;
