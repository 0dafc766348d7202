/** Every fault by name. */

import type { Profile, RuleId } from "../../../spec/rules.ts";
import type { OpenOptionName } from "../../adapter/protocol.ts";
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

const all = {};

export type FaultName = keyof typeof all;

export const faults: { readonly [name in FaultName]: Fault } = all;
