/** Every fault by name. */

import type { Profile, RuleId } from "../../../spec/rules.ts";
import type { OpenOptionName } from "../../adapter/protocol.ts";
import { attemptFaults } from "./faults/attempts.ts";
import { closeCodeFaults } from "./faults/close-codes.ts";
import { closingFaults } from "./faults/closing.ts";
import { delayFaults } from "./faults/delays.ts";
import { flushFaults } from "./faults/flush.ts";
import { heartbeatFaults } from "./faults/heartbeat.ts";
import { hintFaults } from "./faults/hints.ts";
import { livenessFaults } from "./faults/liveness.ts";
import { messageFaults } from "./faults/messages.ts";
import { queueFaults } from "./faults/queue.ts";
import { reconnectingFaults } from "./faults/reconnecting.ts";
import { resumingFaults } from "./faults/resuming.ts";
import { sendingFaults } from "./faults/sending.ts";
import { showingFaults } from "./faults/showing.ts";
import { stateFaults } from "./faults/states.ts";
import { streamAnswerFaults } from "./faults/stream-answers.ts";
import { streamEventFaults } from "./faults/stream-events.ts";
import { streamFaults } from "./faults/streams.ts";
import { wireFaults } from "./faults/wire.ts";
import { wireOpeningFaults } from "./faults/wire-opening.ts";
import type { Override } from "./steps.ts";

/** One way in which a client goes wrong. */
export interface Fault {
  /** The rule that a case has to cover for its failure to count. */
  readonly breaks: RuleId;
  readonly description: string;
  /** What the client claims in `hello`. Default: every profile. */
  readonly claims?: readonly Profile[];
  /** The options of `open` that it offers. Default: all. */
  readonly options?: readonly OpenOptionName[];
  readonly steps: Override;
}

const all = {
  ...showingFaults,
  ...heartbeatFaults,
  ...messageFaults,
  ...sendingFaults,
  ...reconnectingFaults,
  ...wireOpeningFaults,
  ...wireFaults,
  ...streamFaults,
  ...streamEventFaults,
  ...closingFaults,
  ...attemptFaults,
  ...delayFaults,
  ...closeCodeFaults,
  ...hintFaults,
  ...queueFaults,
  ...flushFaults,
  ...livenessFaults,
  ...stateFaults,
  ...resumingFaults,
  ...streamAnswerFaults,
};

export type FaultName = keyof typeof all;

export const faults: { readonly [name in FaultName]: Fault } = all;
