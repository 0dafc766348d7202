/** What cases expect of deliveries. Each check throws a finding that says who missed what. */
import { comesAsMessage, deliveries, equals, jsonOf, parsed } from "./deliveries.ts";
import { Finding } from "./finding.ts";
import type { Received } from "./inbox.ts";
import { firstDifference, inShort } from "./json-difference.ts";
import { findMarks, type Message } from "./marks.ts";
import type { Receiver } from "./receiver.ts";
import type { WebSocketPeer } from "./wire/websocket-peer.ts";

/** Has each of the peers send a ping, and waits for all pongs: what came before has been dealt with. */
export async function fence(peers: readonly WebSocketPeer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.fence()));
}

/** Waits until each of the peers has received each of the messages, in whatever form and order, `times` times at least. */
export async function arrive(peers: readonly Receiver[], messages: readonly Message[], times = 1): Promise<void> {
  for (const peer of peers) {
    const missing = () => messages.filter((message) => peer.deliveriesOf(message).length < times);
    await peer.patience.until(
      () => missing().length === 0,
      (awaited) => absent(peer, messages, missing(), awaited),
      () => peer.lost("before it received all messages"),
    );
  }
}

/** Checks that each of the peers has received each of the messages once, or `times` times. To be called after a fence. */
export function arrivedOnce(peers: readonly Receiver[], messages: readonly Message[], times = 1): void {
  for (const peer of peers) {
    for (const message of messages) {
      const count = peer.deliveriesOf(message).length;
      if (count === times) continue;
      throw new Finding(`${peer.name} received a message ${count} times`, {
        expected: `${inShort(message.value)}, ${times === 1 ? "once" : `${times} times`}`,
        actual: count === 0 ? "it did not come" : `it came ${count} times`,
        mark: message.mark,
      });
    }
  }
}

/** Checks that every delivery of the messages came as a text message. */
export function arrivedAsText(peers: readonly Receiver[], messages: readonly Message[]): void {
  for (const [peer, message, delivery] of deliveries(peers, messages)) {
    if (delivery.kind === "text") continue;
    throw new Finding(`${peer.name} received a message as binary`, {
      expected: `a text message (opcode 1) with ${inShort(message.value)}`,
      actual: "a binary message (opcode 2): browsers show it as a Blob",
      mark: message.mark,
    });
  }
}

/**
 * Checks that every delivery of the messages has the JSON value that was sent. On a stream an event may come under its
 * name, with its data alone.
 */
export function arrivedUnchanged(peers: readonly Receiver[], messages: readonly Message[]): void {
  for (const [peer, message, delivery] of deliveries(peers, messages)) {
    if (delivery.notUtf8) {
      throw new Finding(`${peer.name} received a text message that is not UTF-8`, {
        expected: `${inShort(message.value)}, in UTF-8 (RFC 6455, 8.1)`,
        actual: delivery.text.slice(0, 200),
        mark: message.mark,
      });
    }
    const value = parsed(peer, message, delivery);
    const named = delivery.type !== undefined && delivery.type === message.event?.name;
    if (!named) comesAsMessage(peer, message, delivery);
    equals(peer, message, named ? message.event?.data : message.value, value);
  }
}

/** Checks that each of the peers received the messages in the order given. */
export function arrivedInOrder(peers: readonly Receiver[], messages: readonly Message[]): void {
  const place = new Map(messages.map((message, index) => [message.mark, index]));
  for (const peer of peers) {
    let before = -1;
    for (const received of peer.received) {
      const index = received.marks.map((mark) => place.get(mark)).find((found) => found !== undefined);
      if (index === undefined) continue;
      if (index < before) {
        throw new Finding(
          `${peer.name} received message ${index + 1} of ${messages.length} after message ${before + 1}`,
          {
            expected: "the messages of one connection in the order in which they were sent",
            actual: `${inShort(messages[index]?.value)} came after ${inShort(messages[before]?.value)}`,
            ...(messages[index] && { mark: messages[index].mark }),
          },
        );
      }
      before = index;
    }
  }
}

/** Checks that all peers received the messages in one order. */
export function arrivedInOneOrder(peers: readonly Receiver[], messages: readonly Message[]): void {
  const wanted = new Set(messages.map((message) => message.mark));
  const orderOf = (peer: Receiver) =>
    peer.received.flatMap((received) => received.marks.filter((mark) => wanted.has(mark)));
  const [first, ...others] = peers;
  if (first === undefined) return;
  const order = orderOf(first);
  for (const peer of others) {
    const other = orderOf(peer);
    const index = order.findIndex((mark, at) => mark !== other[at]);
    if (index < 0) continue;
    throw new Finding(`${first.name} and ${peer.name} received the messages in different orders`, {
      expected: `the same message at place ${index + 1} for both`,
      actual: `${first.name} received ${order[index]} there, and ${peer.name} received ${other[index]}`,
      ...(order[index] && { mark: order[index] }),
    });
  }
}

/** Checks that nothing with one of the marks came, unless `allowed` says that it may. To be called after a fence. */
export function nothingCameOf(
  peers: readonly Receiver[],
  marks: readonly string[],
  what: string,
  allowed: (received: Received) => boolean = () => false,
): void {
  for (const peer of peers) {
    const found = peer.received.find(
      (received) => received.marks.some((mark) => marks.includes(mark)) && !allowed(received),
    );
    const astray = peer.leftOver !== undefined && findMarks(peer.leftOver).some((mark) => marks.includes(mark));
    if (found === undefined && !astray) continue;
    throw new Finding(`${peer.name} received ${what}`, {
      expected: "nothing of it",
      actual: (found?.text ?? peer.leftOver ?? "").slice(0, 200),
    });
  }
}

/** Waits until at least one of the messages has arrived at the peer, or at one of the others. */
export async function oneArrives(
  peer: Receiver,
  messages: readonly Message[],
  ...others: readonly Receiver[]
): Promise<void> {
  await peer.patience.until(
    () => [peer, ...others].some((one) => messages.some((message) => one.deliveriesOf(message).length > 0)),
    (awaited) => absent(peer, messages, messages, awaited),
    () => peer.lost("before it received any message"),
  );
}

function absent(peer: Receiver, all: readonly Message[], missing: readonly Message[], awaited: string): Finding {
  const trace = missing[0] && peer.traceOf?.(missing[0]);
  const one = trace === undefined ? "a message" : "the whole of a message";
  const which = all.length === 1 ? one : `${missing.length} of ${all.length} messages`;
  return new Finding(`${peer.name} did not receive ${which}`, {
    expected: inShort(missing[0]?.value),
    actual: trace === undefined ? `nothing with that mark, ${awaited}` : `${trace}, ${awaited}`,
    underWay: trace !== undefined,
    ...(missing[0] && { mark: missing[0].mark }),
  });
}

/** Waits until each peer has received a message without a mark that has the value given. */
export async function arrivesUnmarked(peers: readonly Receiver[], value: unknown): Promise<void> {
  for (const peer of peers) {
    await peer.patience.until(
      () =>
        peer.received.some(
          ({ marks, text }) =>
            marks.length === 0 && jsonOf(text) !== undefined && firstDifference(value, jsonOf(text)) === undefined,
        ),
      () =>
        new Finding(`${peer.name} did not receive ${inShort(value)}`, {
          expected: inShort(value),
          actual: "nothing of that value",
        }),
      () => peer.lost(`before it received ${inShort(value)}`),
    );
  }
}

/** Checks that no message at all came. */
export function nothingCame(peers: readonly Receiver[]): void {
  for (const peer of peers) {
    const [unasked] = peer.received;
    if (unasked === undefined) continue;
    throw new Finding(`${peer.name} received a message that nobody caused`, {
      expected: "silence",
      actual: unasked.text.slice(0, 200),
    });
  }
}

/** Checks that no peer received more pongs than it sent pings. To be called after a fence. */
export function noMorePongsThanPings(peers: readonly WebSocketPeer[]): void {
  for (const peer of peers) {
    if (peer.pongs <= peer.pings) continue;
    throw new Finding(`${peer.name} received more pongs than it sent pings`, {
      expected: `${peer.pings} pongs for ${peer.pings} pings`,
      actual: `${peer.pongs} pongs`,
    });
  }
}

/**
 * Checks that no peer received `count` plain pings or more. To be called after a fence, when `count` plain pings have
 * been sent; a server that sends pings of its own sends fewer in that time.
 */
export function pingsNotRelayed(peers: readonly Receiver[], count: number): void {
  fewerOf("ping", peers, count);
}

/** Checks the same of pongs, of receivers that send no pings themselves. */
export function pongsNotRelayed(peers: readonly Receiver[], count: number): void {
  fewerOf("pong", peers, count);
}

function fewerOf(type: "ping" | "pong", peers: readonly Receiver[], count: number): void {
  for (const peer of peers) {
    const found = peer.received.filter(({ text }) => {
      const value = jsonOf(text);
      return typeof value === "object" && value !== null && "type" in value && value.type === type;
    });
    if (found.length < count) continue;
    throw new Finding(`${peer.name} received ${type}s`, {
      expected: `no ${type}`,
      actual: `${found.length} times ${found[0]?.text}`,
    });
  }
}

/** Sends pings one after the other and checks that each pong comes within the bound, in milliseconds. */
export async function pongsInTime(peer: WebSocketPeer, count: number, withinMs: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const sentAt = performance.now();
    await peer.fence();
    const lateByMs = performance.now() - sentAt - withinMs;
    if (lateByMs <= 0) continue;
    throw new Finding(`${peer.name} got the pong for ping ${number} late`, {
      expected: `a pong within ${withinMs} ms`,
      actual: `${Math.round(withinMs + lateByMs)} ms`,
      lateByMs,
    });
  }
}
