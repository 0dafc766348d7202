/**
 * The contract: message schemas, limits and the table of rules.
 *
 * @packageDocumentation
 */
export { CoreLimits } from "./limits.ts";
export { type Level, type Profile, type Role, type Rule, type RuleId, rules } from "./rules.ts";
export { Broadcast, Event, EventName, messages, Ping, Pong } from "./schema/messages.ts";
export {
  MAX_EVENT_NAME_LENGTH,
  RESERVED_EVENT_NAMES,
  RESERVED_TYPE_PREFIX,
  RESERVED_TYPES,
} from "./schema/reserved.ts";
