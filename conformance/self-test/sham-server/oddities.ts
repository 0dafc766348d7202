/** Every oddity by name: what looks strange and is allowed. */
import type { Profile, RuleId } from "../../../spec/rules.ts";
import { answerOddities } from "./oddities/answers.ts";
import { httpOddities } from "./oddities/http.ts";
import { jsonOddities } from "./oddities/json.ts";
import { outputOddities } from "./oddities/output.ts";
import { paceOddities } from "./oddities/pace.ts";
import { publishingOddities } from "./oddities/publishing.ts";
import { streamOddities } from "./oddities/streams.ts";
import type { Override } from "./steps.ts";

/** Something that no binding rule forbids: a server with it conforms. */
export interface Oddity {
  readonly description: string;
  /** The SHOULD that it leaves aside: the one rule that may be a warning. */
  readonly leavesAside?: RuleId;
  /** What the server claims; it is reached only where these are about. Default: every profile. */
  readonly claims?: readonly Profile[];
  readonly steps: Override;
}

const all = {
  ...httpOddities,
  ...jsonOddities,
  ...outputOddities,
  ...paceOddities,
  ...answerOddities,
  ...streamOddities,
  ...publishingOddities,
};

export type OddityName = keyof typeof all;

export const oddities: { readonly [name in OddityName]: Oddity } = all;
