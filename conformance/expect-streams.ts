/** What cases expect of the events of streams, beside that they arrive. */
import { comesAsMessage, deliveries, equals, jsonOf, parsed } from "./deliveries.ts";
import { Finding } from "./finding.ts";
import type { Message } from "./marks.ts";
import type { EventStreamPeer } from "./wire/event-stream-peer.ts";

/** Checks that every broadcast came as an event of the type message, and every event as one of its name with its data. */
export function arrivedMapped(streams: readonly EventStreamPeer[], messages: readonly Message[]): void {
  for (const [stream, message, delivery] of deliveries(streams, messages)) {
    const value = parsed(stream, message, delivery);
    if (message.event === undefined) {
      comesAsMessage(stream, message, delivery);
      equals(stream, message, message.value, value);
      continue;
    }
    if (delivery.type !== message.event.name) {
      throw new Finding(`${stream.name} received an event under another name`, {
        expected: `an event of the name ${JSON.stringify(message.event.name)}`,
        actual: delivery.type === "message" ? "no name, or message" : `the name ${JSON.stringify(delivery.type)}`,
        mark: message.mark,
      });
    }
    equals(stream, message, message.event.data, value);
  }
}

/** Checks that no event holds several of the messages. */
export function noneMerged(streams: readonly EventStreamPeer[], messages: readonly Message[]): void {
  for (const [stream, message, { marks, text }] of deliveries(streams, messages)) {
    if (marks.length === 1) continue;
    throw new Finding(`${stream.name} received ${marks.length} messages in one event`, {
      expected: "each message in an event of its own, with an empty line behind it",
      actual: text.slice(0, 200),
      mark: message.mark,
    });
  }
}

/**
 * Checks that each of the messages came in an event of its own, as one whole JSON text, and nothing of it outside of the
 * event's fields. Whether it is the value that was published is another question.
 */
export function eachInItsOwnEvent(streams: readonly EventStreamPeer[], messages: readonly Message[]): void {
  noneMerged(streams, messages);
  for (const [stream, message, delivery] of deliveries(streams, messages)) parsed(stream, message, delivery);
  for (const stream of streams) stream.mustHaveNothingAstray();
}

/**
 * Checks that no event of the type message holds several JSON texts, or the beginning of one: as far as it can be told
 * of events that nobody here published.
 */
export function dataIsWhole(streams: readonly EventStreamPeer[]): void {
  for (const stream of streams) {
    for (const { type, text } of stream.received) {
      if (type !== "message" || jsonOf(text) !== undefined) continue;
      const lines = text.split("\n");
      const several = lines.length > 1 && lines.every((line) => jsonOf(line) !== undefined);
      if (!several && !isCutShort(text)) continue;
      throw new Finding(
        `${stream.name} received ${several ? "several messages in one event" : "a part of a message"}`,
        {
          expected: "each message in an event of its own, whole, with an empty line behind it",
          actual: text.slice(0, 200),
        },
      );
    }
  }
}

/** Whether a text begins as a JSON object or array does, and is over before that is. */
function isCutShort(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (inString && character === "\\") at++;
    else if (character === '"') inString = !inString;
    else if (!inString && "[{".includes(character)) depth++;
    else if (!inString && "]}".includes(character)) depth--;
  }
  return /^\s*[[{]/.test(text) && (inString || depth > 0);
}

/** Checks that the data of every event of the type message is one JSON text. */
export function dataIsJson(streams: readonly EventStreamPeer[]): void {
  for (const stream of streams) {
    for (const { type, text, marks } of stream.received) {
      if (type !== "message" || jsonOf(text) !== undefined) continue;
      throw new Finding(`${stream.name} received an event whose data is not JSON`, {
        expected: "one JSON text as the data of each event without a name",
        actual: text === "" ? "no data at all" : text.slice(0, 200),
        ...(marks[0] && { mark: marks[0] }),
      });
    }
  }
}

/** Checks that no event of a stream carries an id of the publishers'. */
export function noIdIs(streams: readonly EventStreamPeer[], ids: readonly string[]): void {
  for (const stream of streams) {
    const found = stream.received.find(({ lastEventId }) => lastEventId !== undefined && ids.includes(lastEventId));
    if (found === undefined) continue;
    throw new Finding(`${stream.name} received an event whose id is the publisher's`, {
      expected: "no id, or one that the server gave",
      actual: `id: ${found.lastEventId}`,
      ...(found.marks[0] && { mark: found.marks[0] }),
    });
  }
}
