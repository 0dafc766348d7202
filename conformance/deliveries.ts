/** Single deliveries of a case's messages: all of them, and the values that they carry. */
import { Finding } from "./finding.ts";
import type { Received } from "./inbox.ts";
import { firstDifference, inShort } from "./json-difference.ts";
import type { Message } from "./marks.ts";
import type { Receiver } from "./receiver.ts";

/** @returns every delivery of the messages at the receivers. */
export function* deliveries(
  peers: readonly Receiver[],
  messages: readonly Message[],
): Generator<[Receiver, Message, Received]> {
  for (const peer of peers) {
    for (const message of messages) for (const delivery of peer.deliveriesOf(message)) yield [peer, message, delivery];
  }
}

/** @returns the JSON value of a delivery. @throws Finding where it is not JSON. */
export function parsed(peer: Receiver, message: Message, delivery: Received): unknown {
  try {
    return JSON.parse(delivery.text);
  } catch {
    throw new Finding(`${peer.name} received a message that is not JSON any more`, {
      expected: inShort(message.value),
      actual: `${delivery.text.slice(0, 100)}… (${delivery.text.length} characters of ${message.text.length} sent)`,
      mark: message.mark,
    });
  }
}

/** On a stream, what does not come under the name of an event comes under none. */
export function comesAsMessage(peer: Receiver, message: Message, { type }: Received): void {
  if (type === undefined || type === "message") return;
  throw new Finding(`${peer.name} received a message under a name that is not its own`, {
    expected: "an event without a name",
    actual: `the name ${JSON.stringify(type)}`,
    mark: message.mark,
  });
}

/** @throws Finding where a value is not the one that was expected. */
export function equals(peer: Receiver, { mark }: Message, expected: unknown, value: unknown): void {
  const difference = firstDifference(expected, value);
  if (difference === undefined) return;
  throw new Finding(`${peer.name} received a message with another value at ${difference.path}`, {
    expected: `${difference.path} = ${difference.expected}, in ${inShort(expected)}`,
    actual: `${difference.path} = ${difference.actual}, in ${inShort(value)}`,
    mark,
  });
}

/** @returns the JSON value of a text, or undefined where it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
