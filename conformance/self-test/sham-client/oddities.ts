/** Every oddity by name: what looks strange and is allowed. */

import type { Profile, RuleId } from "../../../spec/rules.ts";
import type { OpenOptionName } from "../../adapter/protocol.ts";
import { adapterOddities } from "./oddities/adapter.ts";
import { behaviourOddities } from "./oddities/behaviour.ts";
import { outputOddities } from "./oddities/output.ts";
import { requestOddities } from "./oddities/requests.ts";
import type { Override } from "./steps.ts";

/** Something that no binding rule forbids: a client with it conforms. */
export interface Oddity {
  readonly description: string;
  /** The SHOULD that it leaves aside: the one rule that may be a warning. */
  readonly leavesAside?: RuleId;
  /** What the client claims in `hello`, where it is legal for some only. Default: every profile. */
  readonly claims?: readonly Profile[];
  /** The options of `open` that it offers. Default: all. */
  readonly options?: readonly OpenOptionName[];
  readonly steps: Override;
}

const all = {
  ...outputOddities,
  ...requestOddities,
  ...behaviourOddities,
  ...adapterOddities,
};

export type OddityName = keyof typeof all;

export const oddities: { readonly [name in OddityName]: Oddity } = all;
