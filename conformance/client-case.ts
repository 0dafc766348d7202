/** What a case for clients is: a straight line of what the scripted server does, and of what the client has to do then. */

import type { RuleId } from "../spec/rules.ts";
import type { OpenOptionName, OpenOptions, Transport } from "./adapter/protocol.ts";
import type { Case } from "./case.ts";
import type { DrivenClient } from "./driven-client.ts";
import type { Message } from "./marks.ts";

/** What the run of a client case is given. */
export interface ClientContext {
  /**
   * Makes a client with a scripted server of its own, and has it connect. Options that its adapter does not offer are left
   * out: the client then has its own defaults.
   *
   * @param paths - where given, the address is another at each attempt, one for each of these paths.
   * @throws NotApplicable where paths are given and the adapter has no way to change the address.
   */
  open(options?: OpenOptions, paths?: readonly string[]): Promise<DrivenClient>;
  /** Makes several clients, each with a server of its own. */
  openMany(count: number, options?: OpenOptions): Promise<DrivenClient[]>;
  /**
   * Makes so many clients that what they do at random can be told from what they do alike.
   *
   * @throws NotApplicable in browsers, which hold back connections where many are asked for at once.
   */
  openCrowd(count: number, options?: OpenOptions): Promise<DrivenClient[]>;
  /** Whether the adapter offers an option. */
  offers(option: OpenOptionName): boolean;
  /**
   * Has the adapter pretend that the network, or the tab, went or came.
   *
   * @throws NotApplicable where it has no way to.
   */
  environment(change: { online?: boolean; visible?: boolean }): Promise<void>;
  /**
   * Stops the process of the client where it is, as a machine that sleeps, for this many milliseconds.
   *
   * @throws NotApplicable where it is no process of the kit's.
   */
  freezeFor(windowMs: number): Promise<void>;
  /**
   * Says which rule is judged from here on. A finding before the first call is about what the case presupposes: the
   * case is then untestable, not failed.
   */
  judging(rule: RuleId): void;
  /** Makes a message with the members given, and a mark that tells it from all others. */
  message(members?: Record<string, unknown>): Message;
  /** Makes an event with a name and data. The mark is in the data. */
  event(name: string, data?: Record<string, unknown>, members?: Record<string, unknown>): Message;
  /** Makes an event with any data. The mark is in its name. */
  eventOf(data: unknown): Message;
  /** Makes numbered messages. */
  messages(count: number, members?: Record<string, unknown>): Message[];
  /** Makes a message from JSON text around its mark; where that is an event, it has to be said what its name and data are. */
  written(write: (mark: string) => string, event?: (mark: string) => Message["event"]): Message;
  /** Makes a mark for what is no message. */
  mark(): string;
  /** Waits for a window in which the client acts by its own clock. */
  quietFor(windowMs: number): Promise<void>;
  /** How much later than a rule's bound is still in time, as a factor (`--time-scale`). */
  readonly timeScale: number;
}

/** What a case takes that not every client has: without it the case is not applicable. */
export interface ClientRequirements {
  /** Options that the adapter has to offer, since only they show what is judged. */
  options?: readonly OpenOptionName[];
  /** The client sees what its handshake was answered: not in browsers. */
  seesAnswers?: true;
}

/** A case for clients. */
export interface ClientCase extends Case {
  /** What the client speaks in it. */
  readonly transport: Transport;
  /**
   * When it runs. Default `parallel`: beside others.
   * - `gate`: first; where it fails, the cases that need it are untestable.
   * - `long`: beside all others, since it waits for long and does little.
   * - `alone`: after all others but those, one after the other, because it measures what others would disturb.
   */
  readonly lane?: "gate" | "long" | "parallel" | "alone";
  /** The gate cases that have to pass first. Default: the gates of its transport. */
  readonly needs?: readonly string[];
  /** What it takes: without that the case is not applicable. */
  readonly requires?: ClientRequirements;
  /** What happens. Throws a finding where the client breaks what is being judged. */
  run(context: ClientContext): Promise<void>;
}

/** Declares a case for clients. */
export function clientCase(definition: ClientCase): ClientCase {
  return definition;
}

/** What a case needs is not there, and nothing can be said against that. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}
