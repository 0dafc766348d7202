/** The kit's endpoints in one case: makes connections, streams and requests, and lets go of all of them at the end. */

import { CoreLimits } from "../../spec/limits.ts";
import type { MeansOfPublishing, Peers, ServerContext } from "../case.ts";
import { arrive } from "../expect.ts";
import { Finding } from "../finding.ts";
import type { Message, MessageMaker } from "../marks.ts";
import { Pace } from "../pace.ts";
import type { Receiver } from "../receiver.ts";
import type { Transcript } from "../transcript.ts";
import { EventStreamPeer, type StreamOptions } from "../wire/event-stream-peer.ts";
import { type Answer, PublishRequest } from "../wire/publish-request.ts";
import { type Access, Unreachable } from "../wire/tcp.ts";
import type { HandshakeOptions } from "../wire/websocket-handshake.ts";
import { type HalfOpening, WebSocketPeer } from "../wire/websocket-peer.ts";
import type { Addresses } from "./addresses.ts";
import type { Patience } from "./patience.ts";
import { stir } from "./stir.ts";

/** What a case's endpoints need. */
export interface EndpointsOptions {
  addresses: Addresses;
  access: Access;
  publishing: MeansOfPublishing | undefined;
  /** Messages were accepted, and none of them came: so a stream that shows nothing keeps something from its client. */
  unheard: boolean;
  runMark: string;
  timeScale: number;
  patience: Patience;
  transcript: Transcript;
  maker: MessageMaker;
  /** How many streams may be open at a time. */
  streams: number;
}

const CONNECT_AT_ONCE = 20;
const POSTS_AT_A_TIME = 6;
const TRY_AGAIN_MS = 100;

/** All endpoints of one case. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  readonly #peers: WebSocketPeer[] = [];
  readonly #halves: HalfOpening[] = [];
  readonly #streams = new Set<EventStreamPeer>();
  readonly #requests: PublishRequest[] = [];
  readonly #pace = new Pace();
  #publisher: Promise<WebSocketPeer> | undefined;
  #over = false;

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  /** What a case may do with its endpoints. */
  get context(): Omit<ServerContext, "judging"> {
    const { maker, timeScale } = this.#options;
    return {
      timeScale,
      open: (name, options) => this.#open(name, options),
      openHalf: (name) => this.#openHalf(name),
      connect: (...names) => this.#connect(names),
      connectMany: (name, count) => this.#connectMany(name, count),
      openStream: (name, options) => this.#openStream(name, options),
      subscribe: (...names) => this.#subscribe(names),
      openOnceFree: (name) => this.#openOnceFree(name),
      receivers: (...names) => this.#receivers(names),
      receiver: (name) => this.#receiver(name),
      stir: (receivers, awaited, what, by) => this.#stir(receivers, awaited, what, by),
      showMore: (streams) => this.#showMore(streams),
      publish: async (...messages) => {
        for (const message of messages) await this.#publish([message]);
      },
      publishAlone: (stream, message) => this.#publishAlone(stream, message),
      publishAtOnce: (...messages) => this.#publish(messages),
      sentinel: async (receivers) => {
        const sentinel = maker.message({ text: "sentinel" });
        await this.#publish([sentinel]);
        await presupposing(
          "a last message, by which the kit tells that all before it has come,",
          arrive(receivers, [sentinel]),
        );
      },
      openPost: (name, body) => this.#openPost(name, body),
      post: (name, body) => this.#post(name, body),
      postAll: (name, bodies) => this.#postAll(name, bodies),
      message: (members) => maker.message(members),
      event: (name, data, members) => maker.event(name, data, members),
      eventOf: (data) => maker.eventOf(data),
      messages: (count, members) => maker.messages(count, members),
      written: (write, event) => maker.written(write, event),
      mark: () => maker.mark(),
      quietFor: (windowMs) => new Promise((resolve) => setTimeout(resolve, windowMs)),
    };
  }

  /** What the server ended while the case still needed it, in words: it may be why something else did not come. */
  get losses(): string[] {
    return [...this.#peers, ...this.#streams].flatMap((peer) => {
      const ending = peer.endedByServer;
      return ending === undefined ? [] : [`${peer.name}: ${ending}`];
    });
  }

  /** Lets go of everything: connections with a close handshake, all else at once. */
  async leave(): Promise<void> {
    this.#over = true;
    for (const stream of this.#streams) stream.leave();
    for (const request of this.#requests) request.leave();
    for (const half of this.#halves) half.abandon();
    await Promise.all(this.#peers.map((peer) => peer.leave()));
  }

  async #open(name: string, options?: HandshakeOptions): Promise<WebSocketPeer> {
    const surroundings = this.#surroundings("ws");
    const peer = await reachable(name, WebSocketPeer.open(name, surroundings, options));
    // Where one of several that open at once fails, the case is over before the others are there.
    if (this.#over) void peer.leave();
    this.#peers.push(peer);
    return peer;
  }

  async #openHalf(name: string): Promise<HalfOpening> {
    const half = await reachable(name, WebSocketPeer.openHalf(name, this.#surroundings("ws")));
    if (this.#over) half.abandon();
    this.#halves.push(half);
    return {
      hangUp: () => half.hangUp(),
      abandon: () => half.abandon(),
      complete: async () => {
        const peer = await half.complete();
        this.#peers.push(peer);
        return peer;
      },
    };
  }

  async #join(name: string): Promise<WebSocketPeer> {
    const peer = await this.#open(name);
    await peer.fence();
    return peer;
  }

  async #connect<const Names extends readonly string[]>(names: Names): Promise<Peers<Names>> {
    return (await Promise.all(names.map((name) => this.#join(name)))) as unknown as Peers<Names>;
  }

  async #connectMany(name: string, count: number): Promise<WebSocketPeer[]> {
    const joined: WebSocketPeer[] = [];
    while (joined.length < count) {
      const batch = Array.from({ length: Math.min(CONNECT_AT_ONCE, count - joined.length) }, (_, index) =>
        this.#join(`${name}-${joined.length + index + 1}`),
      );
      joined.push(...(await Promise.all(batch)));
    }
    return joined;
  }

  async #openStream(name: string, options?: StreamOptions): Promise<EventStreamPeer> {
    const open = [...this.#streams].filter((stream) => stream.open).length;
    if (open >= this.#options.streams) {
      throw new Error(`the case says that it has ${this.#options.streams} streams at most, and opens one more`);
    }
    const surroundings = { ...this.#surroundings("sse"), anythingCounts: this.#options.publishing === undefined };
    const stream = await reachable(name, EventStreamPeer.open(name, surroundings, options));
    if (this.#over) stream.leave();
    this.#streams.add(stream);
    return stream;
  }

  async #subscribe<const Names extends readonly string[]>(names: Names): Promise<Peers<Names, EventStreamPeer>> {
    const streams: EventStreamPeer[] = [];
    for (const name of names) streams.push(await this.#openStream(name));
    await this.#showMore(streams);
    return streams as unknown as Peers<Names, EventStreamPeer>;
  }

  async #openOnceFree(name: string): Promise<EventStreamPeer> {
    const { stallMs } = this.#options.patience.limits;
    for (const until = performance.now() + stallMs; ; ) {
      const stream = await this.#openStream(name);
      await stream.settle();
      if (stream.open || performance.now() > until) return stream;
      await pause(TRY_AGAIN_MS);
    }
  }

  async #receivers<const Names extends readonly string[]>(names: Names): Promise<Peers<Names, Receiver>> {
    const receivers = this.#options.addresses.sse === undefined ? this.#connect(names) : this.#subscribe(names);
    return (await receivers) as Peers<Names, Receiver>;
  }

  async #receiver(name: string): Promise<Receiver> {
    if (this.#options.addresses.sse === undefined) return this.#join(name);
    const stream = await this.#openStream(name);
    await stream.settle();
    stream.mustBeAStream();
    return stream;
  }

  async #showMore(streams: readonly EventStreamPeer[]): Promise<void> {
    const before = new Map(streams.map((stream) => [stream, stream.shown]));
    await this.#stir(streams, (stream) => stream.shown > (before.get(stream) ?? 0), "show an event");
  }

  #stir<One extends Receiver>(
    receivers: readonly One[],
    awaited: (receiver: One) => boolean,
    what: string,
    by?: (message: Message) => Promise<void>,
  ): Promise<void> {
    const { patience, publishing, timeScale, maker, addresses, unheard } = this.#options;
    const publish = by ?? (publishing && ((message: Message) => this.#publish([message])));
    const bridging = addresses.ws === undefined ? "" : ", or claim the profile bridge if connections can publish";
    return stir({
      receivers,
      awaited,
      what,
      publish: publish && ((members) => publish(maker.message(members))),
      advice:
        addresses.publish === undefined
          ? `; to have messages published, give --publish URL${bridging}`
          : " by itself, since nothing that was published came",
      unheard,
      patience,
      timeScale,
    });
  }

  async #publishAlone(stream: EventStreamPeer, message: Message): Promise<void> {
    await this.#publish([message]);
    try {
      await arrive([stream], [message]);
    } catch (error) {
      if (!(error instanceof Finding) || !stream.open) throw error;
      await this.#showMore([stream]);
      if (stream.deliveriesOf(message).length === 0 && stream.traceOf(message) === undefined) return;
      throw new Finding(`${stream.name} received an event only when more was published`, {
        ...error.details,
        expected: "each event at once and to its end, whatever follows",
      });
    }
  }

  async #publish(messages: readonly Message[]): Promise<void> {
    if (this.#options.publishing === "connection") {
      this.#publisher ??= this.#join("publisher");
      const publisher = await this.#publisher;
      await presupposing(
        "publishing through a connection",
        publisher.sendAll(messages).then(() => publisher.fence()),
      );
    } else {
      // More at a time would be a test of how long a queue the operating system keeps for the server.
      for (let at = 0; at < messages.length; at += CONNECT_AT_ONCE) {
        const some = messages.slice(at, at + CONNECT_AT_ONCE);
        await Promise.all(some.map((message) => presupposing("publishing by POST", this.#publishOne(message))));
      }
    }
  }

  async #publishOne(message: Message): Promise<void> {
    const { status, text } = await this.#post("publisher", message.text);
    if (status >= 200 && status <= 299) return;
    throw new Finding(`a message was not accepted: ${text}`, {
      expected: `a status from 200 to 299 for ${message.text.slice(0, 200)}`,
      actual: text,
      mark: message.mark,
    });
  }

  async #openPost(name: string, body: string | Buffer): Promise<PublishRequest> {
    const bytes = Buffer.from(body);
    if (bytes.length <= CoreLimits.maxMessageBytes) await this.#pace.take(bytes.length);
    const request = await reachable(name, PublishRequest.open(name, bytes, this.#surroundings("publish")));
    if (this.#over) request.leave();
    this.#requests.push(request);
    return request;
  }

  async #post(name: string, body: string | Buffer): Promise<Answer> {
    const request = await this.#openPost(name, body);
    request.send();
    return request.answered();
  }

  async #postAll(name: string, bodies: readonly string[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let at = 0; at < bodies.length; at += POSTS_AT_A_TIME) {
      const some = bodies.slice(at, at + POSTS_AT_A_TIME);
      answers.push(...(await Promise.all(some.map((body) => this.#post(name, body)))));
    }
    return answers;
  }

  #surroundings(address: keyof Addresses) {
    const { addresses, access, patience, transcript, maker, runMark } = this.#options;
    const url = addresses[address];
    if (url === undefined) throw new Error(`a case speaks to the ${address} address of a subject that has none`);
    return { url, access, patience, transcript, markPrefix: maker.prefix, runMark };
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Marks what goes wrong as something that the case presupposes, whatever it is judging. */
async function presupposing<Value>(what: string, doing: Promise<Value>): Promise<Value> {
  try {
    return await doing;
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    throw new Finding(`${what} failed: ${error.message}`, { ...error.details, presupposed: true });
  }
}

/** Turns a refused connection into a finding: within a case, the subject has to accept. */
async function reachable<Opened>(name: string, opening: Promise<Opened>): Promise<Opened> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Finding(`${name} could not connect: ${error.message}`, {
      expected: "a server that accepts connections",
      actual: error.message,
      lostConnection: true,
    });
  }
}
