/** Every oddity by name: what looks strange and is allowed. */
import type { RuleId } from "../../../spec/rules.ts";
import { answerOddities } from "./oddities/answers.ts";
import { httpOddities } from "./oddities/http.ts";
import { jsonOddities } from "./oddities/json.ts";
import { outputOddities } from "./oddities/output.ts";
import { paceOddities } from "./oddities/pace.ts";
import type { Override } from "./steps.ts";

/** Something that no binding rule forbids: a server with it conforms. */
export interface Oddity {
  readonly description: string;
  /** The SHOULD that it leaves aside: the one rule that may be a warning. */
  readonly leavesAside?: RuleId;
  readonly steps: Override;
}

const all = {
  ...httpOddities,
  ...jsonOddities,
  ...outputOddities,
  ...paceOddities,
  ...answerOddities,
};

export type OddityName = keyof typeof all;

export const oddities: { readonly [name in OddityName]: Oddity } = all;
