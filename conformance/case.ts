/** What a case is: a straight line of what happens on the wire, the rules that it judges, and when it may run. */
import { type Level, type Profile, type RuleId, rules } from "../spec/rules.ts";
import type { Finding } from "./finding.ts";
import type { Message } from "./marks.ts";
import type { HandshakeOptions } from "./wire/websocket-handshake.ts";
import type { HalfOpening, WebSocketPeer } from "./wire/websocket-peer.ts";

/**
 * When a case runs.
 * - `gate`: first, one after the other; where one fails, the cases that need it are untestable.
 * - `parallel`: beside others, on a subject that sends everything to everybody.
 * - `alone`: after those, one after the other, because others would be in its way.
 * - `last`: after all others, one after the other, because the subject may die of it.
 */
export type Lane = "gate" | "parallel" | "alone" | "last";

/** The peers that {@link ServerContext.connect} makes, one for each name. */
export type Peers<Names extends readonly string[]> = { [Index in keyof Names]: WebSocketPeer };

/** What the run of a server case is given. */
export interface ServerContext {
  /**
   * Connects one peer for each name, all at once, each with a ping that is answered: then the server has it in its
   * books.
   */
  connect<const Names extends readonly string[]>(...names: Names): Promise<Peers<Names>>;
  /** Connects many peers, named `NAME-1` to `NAME-count`, several at a time. */
  connectMany(name: string, count: number): Promise<WebSocketPeer[]>;
  /** Opens a connection and does nothing more. */
  open(name: string, options?: HandshakeOptions): Promise<WebSocketPeer>;
  /** Opens a connection and sends the first half of its handshake. */
  openHalf(name: string): Promise<HalfOpening>;
  /**
   * Says which rule is judged from here on. A finding before the first call is about what the case presupposes: the
   * case is then untestable, not failed.
   */
  judging(rule: RuleId): void;
  /** Makes a message with the members given, and a mark that tells it from all others. */
  message(members?: Record<string, unknown>): Message;
  /** Makes an event with a name, data, and further members beside them. The mark is in the data. */
  event(name: string, data?: Record<string, unknown>, members?: Record<string, unknown>): Message;
  /** Makes numbered messages. */
  messages(count: number, members?: Record<string, unknown>): Message[];
  /** Makes a message from JSON text around its mark. */
  written(write: (mark: string) => string): Message;
  /** Makes a mark for what is no message. */
  mark(): string;
  /** Waits for a window that a rule states, in which the subject may act by its own clock. */
  quietFor(windowMs: number): Promise<void>;
  /** How much later than a rule's bound is still in time, as a factor (`--time-scale`). */
  readonly timeScale: number;
}

/** A case for servers. */
export interface ServerCase {
  /** Permanent: `topic/what-is-judged`. Others name it in baselines and scripts. */
  readonly id: string;
  /** What a conforming server does, in one line. */
  readonly title: string;
  /** The rules that it judges, all of one level and one profile. */
  readonly covers: readonly [RuleId, ...RuleId[]];
  /** Default `parallel`. */
  readonly lane?: Lane;
  /** The gate cases that have to pass first. Default: all gates. */
  readonly needs?: readonly string[];
  /** What happens on the wire. Throws a {@link Finding} where the server breaks what is being judged. */
  run(context: ServerContext): Promise<void>;
}

/** Declares a case for servers. */
export function serverCase(definition: ServerCase): ServerCase {
  return definition;
}

/** @returns the level of a case: that of the rules that it covers. */
export function levelOf(definition: ServerCase): Level {
  return rules[definition.covers[0]].level;
}

/** @returns the profile of a case: that of the rules that it covers. */
export function profileOf(definition: ServerCase): Profile {
  return rules[definition.covers[0]].profile;
}
