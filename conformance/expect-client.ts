/** What cases expect of clients. Each check throws a finding that says what was shown, or sent, and what should have been. */
import type { DrivenClient } from "./driven-client.ts";
import { Finding } from "./finding.ts";
import { firstDifference, inShort } from "./json-difference.ts";
import type { Message } from "./marks.ts";
import type { SeenReport } from "./watched-client.ts";
import type { Attempt } from "./wire/attempt.ts";
import type { ServedConnection } from "./wire/served-connection.ts";
import { handshakeRequestFault } from "./wire/websocket-handshake.ts";

/** What a timer may fire too early, or a clock be off. */
const CLOCK_SLACK_MS = 15;

/** Checks that something was not later than a bound, with all that the rule grants in it. */
export function notLater(tookMs: number, boundMs: number, what: string): void {
  if (tookMs <= boundMs) return;
  throw new Finding(`${what} took too long`, {
    expected: `${Math.round(boundMs)} ms at most`,
    actual: `${Math.round(tookMs)} ms`,
    lateByMs: tookMs - boundMs,
  });
}

/** Checks that something was not sooner than a bound: strictly, since nothing makes a client early. */
export function notSooner(tookMs: number, boundMs: number, what: string): void {
  if (tookMs >= boundMs - CLOCK_SLACK_MS) return;
  throw new Finding(`${what} came too soon`, {
    expected: `${Math.round(boundMs)} ms at least`,
    actual: `${Math.round(tookMs)} ms`,
  });
}

/** Checks how often the client has shown that a connection is open. */
export function opensShown(client: DrivenClient, times: number): void {
  const count = client.reports.filter(({ event }) => event === "open").length;
  if (count === times) return;
  throw new Finding(`the client showed ${count} times that a connection is open`, {
    expected: `${times} times: that was how many handshakes were completed`,
    actual: `${count} times`,
  });
}

/** Checks that an attempt is a complete request for a WebSocket at its address (RFC 6455, section 4.1). */
export function completeHandshake({ head }: Attempt, { target, server }: DrivenClient): void {
  const host = head.headers.get("host");
  const elsewhere = head.target === target ? undefined : `the target "${head.target}", where "${target}" belongs`;
  const otherHost = host === server.host ? undefined : `the Host header "${host}", where "${server.host}" belongs`;
  const fault = handshakeRequestFault(head) ?? elsewhere ?? otherHost;
  if (fault === undefined) return;
  throw new Finding(`the client's handshake has ${fault}`, {
    expected: "a request as RFC 6455, section 4.1, has it",
    actual: fault,
  });
}

/** Checks that two attempts have different keys, which RFC 6455, section 4.1, wants to be chosen at random. */
export function differentKeys(one: Attempt, other: Attempt): void {
  const key = one.head.headers.get("sec-websocket-key");
  if (key !== other.head.headers.get("sec-websocket-key")) return;
  throw new Finding("the client sent the same Sec-WebSocket-Key twice", {
    expected: "a key that is chosen at random for each connection",
    actual: `${key}, twice`,
  });
}

/** Checks that nothing came on a connection that RFC 6455 forbids. */
export function properFrames(connection: ServedConnection): void {
  const { violation } = connection;
  if (violation === undefined) return;
  throw new Finding(`the client sent ${violation}`, { expected: "frames as RFC 6455 has them", actual: violation });
}

/** Checks that not all frames had the same key: each is chosen at random (RFC 6455, section 5.3). To be called after several. */
export function freshMasks({ maskKeys }: ServedConnection): void {
  if (maskKeys.size > 1) return;
  throw new Finding("the client masked all its frames with the same key", {
    expected: "a key that is chosen at random for each frame",
    actual: `${[...maskKeys].join()}, for all`,
  });
}

/** Checks that the client gave a connection up with a Close frame, and one that is allowed. */
export function properClose(connection: ServedConnection): void {
  properFrames(connection);
  if (connection.closeFrame !== undefined) return;
  throw new Finding("the client did not answer the Close frame", {
    expected: "a Close frame (RFC 6455, section 5.5.1)",
    actual: "it ended the TCP connection without one",
  });
}

/** Checks that the Pong frames that came have just the payloads of the Ping frames. */
export function pongsCame(connection: ServedConnection, payloads: readonly string[]): void {
  const came = connection.controlPongs;
  if (came.length === payloads.length && came.every((payload, index) => payload === payloads[index])) return;
  throw new Finding("the client answered Ping frames with other Pong frames", {
    expected: JSON.stringify(payloads),
    actual: JSON.stringify(came),
  });
}

/** Checks that a connection has not been without a ping for longer than a bound: up to the first, between two, and since the last. */
export function pingsInTime({ pings, openedAt }: ServedConnection, boundMs: number): void {
  const times = [...pings, performance.now()];
  for (const [index, at] of times.entries()) {
    notLater(at - (times[index - 1] ?? openedAt), boundMs, `ping ${index + 1}`);
  }
}

/** Checks that no more than one ping came for each heartbeat interval that has begun on a connection. */
export function onePingEach({ pings, openedAt, name }: ServedConnection, intervalMs: number): void {
  const begun = Math.floor((performance.now() - openedAt) / intervalMs) + 1;
  if (pings.length <= begun) return;
  throw new Finding(`the client sent ${pings.length} pings on ${name} in ${begun} heartbeat intervals`, {
    expected: `${begun} at most`,
    actual: `${pings.length}`,
  });
}

/** Checks that nothing came at one of the times after the client's Close frame. */
export function noneAfter({ closeFrame }: ServedConnection, times: readonly number[], what: string): void {
  const late = times.filter((at) => closeFrame !== undefined && at > closeFrame.at).length;
  if (late === 0) return;
  throw new Finding(`the client sent ${what} after its own Close frame`, {
    expected: "nothing",
    actual: `${late} of them`,
  });
}

/** Checks that the client has shown each of the messages once. To be called after all have come. */
export function shownOnce(client: DrivenClient, messages: readonly Message[]): void {
  for (const message of messages) shownTimes(client, message, 1);
}

/** Checks how often the client has shown a message. To be called after what came behind it has been shown. */
export function shownTimes(client: DrivenClient, message: Message, times: number): void {
  const count = client.copiesOf(message).length;
  if (count === times) return;
  throw new Finding(`the client showed a message ${count} times`, {
    expected: `${inShort(message.value)}, ${times === 1 ? "once" : `${times} times`}`,
    actual: count === 0 ? "it was not shown" : `it was shown ${count} times`,
    mark: message.mark,
  });
}

/** Checks that the client has shown each of the messages with the value that came: an event whole, or its data under its name. */
export function shownUnchanged(client: DrivenClient, messages: readonly Message[]): void {
  for (const message of messages) {
    for (const { name, data } of client.copiesOf(message)) {
      const named = message.event !== undefined && name === message.event.name;
      if (!named && name !== undefined && name !== "message") {
        throw new Finding("the client showed a message under a name that is not its own", {
          expected: message.event === undefined ? "no name" : `no name, or ${JSON.stringify(message.event.name)}`,
          actual: `the name ${JSON.stringify(name)}`,
          mark: message.mark,
        });
      }
      sameValue(message, named ? message.event?.data : message.value, data);
    }
  }
}

/** Checks that the client has shown each event under its name, with its data. */
export function shownByName(client: DrivenClient, events: readonly Message[]): void {
  for (const message of events) {
    for (const { name, data } of client.copiesOf(message)) {
      if (name !== message.event?.name) {
        throw new Finding("the client did not show an event under its name", {
          expected: `the name ${JSON.stringify(message.event?.name)}`,
          actual: name === undefined ? "no name" : `the name ${JSON.stringify(name)}`,
          mark: message.mark,
        });
      }
      sameValue(message, message.event?.data, data);
    }
  }
}

/** Checks that the client has shown the messages in the order given. */
export function shownInOrder(client: DrivenClient, messages: readonly Message[]): void {
  const order = messages.flatMap((message) => client.copiesOf(message).slice(0, 1));
  const index = order.findIndex((report, at) => report.seq < (order[at - 1]?.seq ?? 0));
  const [later, earlier] = [messages[index], messages[index - 1]];
  if (index < 0 || later === undefined || earlier === undefined) return;
  throw new Finding(`the client showed message ${index + 1} of ${messages.length} before the one ahead of it`, {
    expected: "the messages in the order in which they came",
    actual: `${inShort(later.value)} was shown before ${inShort(earlier.value)}`,
    mark: later.mark,
  });
}

/** Checks that the client has shown none of the messages. To be called after a fence. */
export function notShown(client: DrivenClient, messages: readonly Message[]): void {
  for (const message of messages) {
    const [report] = client.copiesOf(message);
    if (report === undefined) continue;
    throw new Finding("the client showed what it must not", {
      expected: "it is not shown",
      actual: `${report.name === undefined ? "" : `${report.name}: `}${inShort(report.data)}`,
      mark: message.mark,
    });
  }
}

/** Checks that the client has shown just these values, under no name, between two messages. */
export function shownBetween(client: DrivenClient, before: Message, values: readonly unknown[], after: Message): void {
  const place = (message: Message) => client.shown.findIndex((report) => client.copiesOf(message).includes(report));
  const between = client.shown.slice(place(before) + 1, place(after));
  const shown = between.map(({ name, data }) => (name === undefined || name === "message" ? data : { [name]: data }));
  const difference = firstDifference(values, shown);
  if (difference === undefined) return;
  throw new Finding(`the client showed other values than came: they differ at ${difference.path}`, {
    expected: inShort(values),
    actual: inShort(shown),
    mark: after.mark,
  });
}

/** Checks that nothing that the client has shown is of a kind, say a pong. To be called after a fence. */
export function nothingShown(client: DrivenClient, which: (report: SeenReport) => boolean, what: string): void {
  const report = client.shown.find(which);
  if (report === undefined) return;
  throw new Finding(`the client showed ${what}`, { expected: "it is not shown", actual: inShort(report.data) });
}

/** Checks that each of the messages came from the client once, on all its connections together. */
export function cameOnce(connections: readonly ServedConnection[], messages: readonly Message[]): void {
  for (const message of messages) cameTimes(connections, message, 1);
}

/** Checks how often a message came from the client, on all its connections together. */
export function cameTimes(connections: readonly ServedConnection[], message: Message, times: number): void {
  const count = connections.reduce((sum, connection) => sum + connection.copiesOf(message).length, 0);
  if (count === times) return;
  throw new Finding(`the client sent a message ${count} times`, {
    expected: `${inShort(message.value)}, ${times === 1 ? "once" : `${times} times`}`,
    actual: count === 0 ? "it was not sent" : `it was sent ${count} times`,
    mark: message.mark,
  });
}

/** Checks that each of the messages came as a text message that is JSON equal to it. */
export function cameUnchanged(connection: ServedConnection, messages: readonly Message[]): void {
  for (const message of messages) {
    for (const { kind, text } of connection.copiesOf(message)) {
      if (kind !== "text") {
        throw new Finding("the client sent a message as binary", {
          expected: `a text message (opcode 1) with ${inShort(message.value)}`,
          actual: "a binary message (opcode 2)",
          mark: message.mark,
        });
      }
      sameValue(message, message.value, json(text, message));
    }
  }
}

/** Checks that the messages came in the order given. */
export function cameInOrder(connection: ServedConnection, messages: readonly Message[]): void {
  const place = new Map(messages.map((message, index) => [message.mark, index]));
  let before = -1;
  for (const { marks } of connection.received) {
    const index = marks.map((mark) => place.get(mark)).find((found) => found !== undefined);
    if (index === undefined) continue;
    if (index < before) {
      throw new Finding(`the client sent message ${index + 1} of ${messages.length} after message ${before + 1}`, {
        expected: "the messages in the order in which it was given them",
        actual: `${inShort(messages[index]?.value)} came after ${inShort(messages[before]?.value)}`,
        ...(messages[index] && { mark: messages[index].mark }),
      });
    }
    before = index;
  }
}

function json(text: string, message: Message): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Finding("the client sent a message that is not JSON", {
      expected: inShort(message.value),
      actual: text.slice(0, 200),
      mark: message.mark,
    });
  }
}

function sameValue({ mark }: Message, expected: unknown, value: unknown): void {
  const difference = firstDifference(expected, value);
  if (difference === undefined) return;
  throw new Finding(`a message has another value at ${difference.path}`, {
    expected: `${difference.path} = ${difference.expected}, in ${inShort(expected)}`,
    actual: `${difference.path} = ${difference.actual}, in ${inShort(value)}`,
    mark,
  });
}
