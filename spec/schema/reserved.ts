/** Words that belong to the protocol: plain constants, so that code without TypeBox can use them. */

/** Types that the protocol uses itself, beside those that begin with {@link RESERVED_TYPE_PREFIX}. */
export const RESERVED_TYPES = ["ping", "pong"] as const;

/** Every type that begins with this belongs to the protocol. */
export const RESERVED_TYPE_PREFIX = "rt:";

/** Names that no event may have: clients use them for their own notices. */
export const RESERVED_EVENT_NAMES = ["message", "open", "error", "close", "state"] as const;

/** The most code points that an event's name may have. */
export const MAX_EVENT_NAME_LENGTH = 128;
