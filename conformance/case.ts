/** What a case is: a straight line of what happens on the wire, the rules that it judges, and when it may run. */
import { type Level, type Profile, type RuleId, rules } from "../spec/rules.ts";
import type { Finding } from "./finding.ts";
import type { Message } from "./marks.ts";
import type { Receiver } from "./receiver.ts";
import type { EventStreamPeer, StreamOptions } from "./wire/event-stream-peer.ts";
import type { Answer, PublishRequest } from "./wire/publish-request.ts";
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

/** How messages get to the subject's streams: by POST, or through a connection of a subject that bridges. */
export type MeansOfPublishing = "post" | "connection";

/** What a context makes for names: one for each. */
export type Peers<Names extends readonly string[], Peer = WebSocketPeer> = { [Index in keyof Names]: Peer };

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
  /** Opens one stream for each name, all at once, and waits until each has shown an event: then the server has it in its books. */
  subscribe<const Names extends readonly string[]>(...names: Names): Promise<Peers<Names, EventStreamPeer>>;
  /** Asks for a stream and does nothing more. */
  openStream(name: string, options?: StreamOptions): Promise<EventStreamPeer>;
  /**
   * Opens a stream, and tries again as long as the server has patience coming to it: one that has just been left by many
   * may have no room yet.
   */
  openOnceFree(name: string): Promise<EventStreamPeer>;
  /** Makes one receiver for each name: a stream where the subject has streams, a connection otherwise. */
  receivers<const Names extends readonly string[]>(...names: Names): Promise<Peers<Names, Receiver>>;
  /** Makes a receiver of which nothing is presupposed but that it opens: a stream need not have shown an event. */
  receiver(name: string): Promise<Receiver>;
  /**
   * Publishes messages until what is awaited holds for each receiver; where nobody can publish, waits for what the server
   * sends by itself. Some of the messages are long, so that a server which holds back what it sends until there is more of
   * it does not seem to send nothing.
   *
   * @param what - says what is awaited, in words that follow "did not".
   * @param by - how a message is published, where that is what the case is about.
   */
  stir<One extends Receiver>(
    receivers: readonly One[],
    awaited: (receiver: One) => boolean,
    what: string,
    by?: (message: Message) => Promise<void>,
  ): Promise<void>;
  /** Waits until each stream shows a further event, as {@link ServerContext.stir} does. */
  showMore(streams: readonly EventStreamPeer[]): Promise<void>;
  /** Publishes messages one after the other, each when the one before is accepted. That they are is presupposed. */
  publish(...messages: readonly Message[]): Promise<void>;
  /** Publishes messages all at once. That they are accepted is presupposed. */
  publishAtOnce(...messages: readonly Message[]): Promise<void>;
  /**
   * Publishes a message and nothing after it, and expects it to arrive all the same: one that comes only with the next was
   * held back. One that does not come even then is lost, and that is no matter of this.
   */
  publishAlone(stream: EventStreamPeer, message: Message): Promise<void>;
  /**
   * Publishes one message more and waits until it has arrived at each receiver: what came of everything before has come
   * by then, if the server keeps its own order.
   */
  sentinel(receivers: readonly Receiver[]): Promise<void>;
  /** Sends a POST with this body, and waits for the answer. */
  post(name: string, body: string | Buffer): Promise<Answer>;
  /** Sends a POST with each of these bodies, a few at a time, and waits for all answers, which come in the order of the bodies. */
  postAll(name: string, bodies: readonly string[]): Promise<Answer[]>;
  /** Sends the head of a POST with this body, and nothing of the body. */
  openPost(name: string, body: string | Buffer): Promise<PublishRequest>;
  /**
   * Says which rule is judged from here on. A finding before the first call is about what the case presupposes: the
   * case is then untestable, not failed.
   */
  judging(rule: RuleId): void;
  /** Makes a message with the members given, and a mark that tells it from all others. */
  message(members?: Record<string, unknown>): Message;
  /** Makes an event with a name, data, and further members beside them. The mark is in the data. */
  event(name: string, data?: Record<string, unknown>, members?: Record<string, unknown>): Message;
  /** Makes an event with any data. The mark is in its name. */
  eventOf(data: unknown): Message;
  /** Makes numbered messages. */
  messages(count: number, members?: Record<string, unknown>): Message[];
  /** Makes a message from JSON text around its mark; where that is an event, it has to be said what it is on a stream. */
  written(write: (mark: string) => string, event?: (mark: string) => Message["event"]): Message;
  /** Makes a mark for what is no message. */
  mark(): string;
  /** Waits for a window that a rule states, in which the subject may act by its own clock. */
  quietFor(windowMs: number): Promise<void>;
  /** How much later than a rule's bound is still in time, as a factor (`--time-scale`). */
  readonly timeScale: number;
}

/** What every case has, whomever it judges. */
export interface Case {
  /** Permanent: `topic/what-is-judged`. Others name it in baselines and scripts. */
  readonly id: string;
  /** What a conforming server or client does, in one line. */
  readonly title: string;
  /** The rules that it judges, all of one level, one profile and one role. */
  readonly covers: readonly [RuleId, ...RuleId[]];
}

/** A case for servers. */
export interface ServerCase extends Case {
  /** Default `parallel`. */
  readonly lane?: Lane;
  /** How many streams it has open at a time, at most. Default 0. */
  readonly streams?: number;
  /** What it takes: that messages can be published somehow, or by POST. Without that the case is not applicable. */
  readonly requires?: "publishing" | "post";
  /** The gate cases that have to pass first. Default: all gates of the profiles that its own one rests on. */
  readonly needs?: readonly string[];
  /**
   * A gate of which a subject may die, as of a case in the lane `last`: then it is the gate that fails. What needs it is held
   * up by its failure alone, not by what keeps it from being judged.
   */
  readonly mayKill?: true;
  /** A gate that shows that messages can be published in this way: where it fails, the run goes on as if none could. */
  readonly proves?: MeansOfPublishing;
  /** What happens on the wire. Throws a {@link Finding} where the server breaks what is being judged. */
  run(context: ServerContext): Promise<void>;
}

/** Declares a case for servers. */
export function serverCase(definition: ServerCase): ServerCase {
  return definition;
}

/** @returns the level of a case: that of the rules that it covers. */
export function levelOf(definition: Case): Level {
  return rules[definition.covers[0]].level;
}

/** @returns the profile of a case: that of the rules that it covers. */
export function profileOf(definition: Case): Profile {
  return rules[definition.covers[0]].profile;
}
