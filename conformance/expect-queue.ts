/** What cases expect of a client's queue: which messages came, and what the client told of each. */
import { NotApplicable } from "./client-case.ts";
import type { DrivenClient } from "./driven-client.ts";
import { Finding } from "./finding.ts";
import { inShort } from "./json-difference.ts";
import type { Message } from "./marks.ts";
import type { Told } from "./watched-client.ts";
import type { ServedConnection } from "./wire/served-connection.ts";

type Connections = readonly ServedConnection[];
type Messages = readonly Message[];

/** QUEUE-7a: what a client may have buffered that its connection does not take. */
const MAX_BUFFERED_BYTES = 1_048_576;

/** Checks that something was not told of a message. */
export function neverTold(told: readonly Told[], wrong: readonly Told[], message: Message, why: string): void {
  const lie = told.find((one) => wrong.includes(one));
  if (lie === undefined) return;
  throw new Finding(`the client told that a message was ${lie}, but ${why}`, {
    expected: `not "${lie}"`,
    actual: `it told: ${told.join(", then ")}`,
    mark: message.mark,
  });
}

/** Checks that none of the messages came. To be called after a fence. */
export function noneCame(connections: Connections, messages: Messages, why: string): void {
  const came = messages.filter((message) => hasCome(connections, message));
  const [first] = came;
  if (first === undefined) return;
  throw new Finding(`the client sent a message ${why}`, {
    expected: `none of ${messages.length} such messages comes`,
    actual: `${came.length} came, the first of them ${inShort(first.value)}`,
    mark: first.mark,
  });
}

/** Checks that no more than so many of the messages came. To be called after a fence. */
export function atMost(connection: ServedConnection, messages: Messages, limit: number): void {
  const came = messages.filter((message) => hasCome([connection], message)).length;
  if (came <= limit) return;
  throw new Finding(`the client had queued ${came} messages`, {
    expected: `${limit} at most: that is its limit`,
    actual: `${came} of ${messages.length} came`,
  });
}

/** Checks that those of the messages that came are no more than so many bytes together. To be called after a fence. */
export function atMostBytes(connection: ServedConnection, messages: Messages, limit: number): void {
  const came = messages.filter((message) => hasCome([connection], message));
  // As short as JSON can say them: however the client writes them, it has counted no less.
  const bytes = bytesOf(came);
  if (bytes <= limit) return;
  throw new Finding(`the client had queued ${bytes} bytes`, {
    expected: `${limit} at most: that is its limit`,
    actual: `${came.length} messages of ${bytes} bytes together came`,
  });
}

/** Checks that no message came that was given to the client after one that did not come. To be called after a fence. */
export function firstOnes(connection: ServedConnection, messages: Messages): void {
  const missing = messages.findIndex((message) => !hasCome([connection], message));
  const later = messages.findIndex((message, index) => index > missing && hasCome([connection], message));
  if (missing < 0 || later < 0) return;
  throw new Finding("the client did not keep the messages that were in its queue when it was full", {
    expected: "the messages that were there, and none of the later ones",
    actual: `message ${missing + 1} did not come, and message ${later + 1} did`,
    ...(messages[missing] && { mark: messages[missing].mark }),
  });
}

/** Checks that the client told of each message that does not come that it was rejected or dropped; it may take its time. */
export function lossesTold(client: DrivenClient, connection: ServedConnection, messages: Messages): Promise<void> {
  const told = (message: Message) =>
    client.toldOf(message).some((one) => one === "rejected" || one === "dropped") || hasCome([connection], message);
  return client.until(
    () => messages.every(told),
    "tell of each message that it did not keep that it was rejected or dropped",
  );
}

/** Checks that none of the messages came twice, on all the connections together. */
export function noneTwice(connections: Connections, messages: Messages): void {
  for (const message of messages) {
    const count = connections.reduce((sum, connection) => sum + connection.copiesOf(message).length, 0);
    if (count <= 1) continue;
    throw new Finding(`the client sent a message ${count} times`, {
      expected: `${inShort(message.value)}, once at most`,
      actual: `it was sent ${count} times`,
      mark: message.mark,
    });
  }
}

/** Checks that the messages came in the order given, on one connection and then on the next; a second copy is nothing here. */
export function inOneOrder(connections: Connections, messages: Messages): void {
  const place = new Map(messages.map(({ mark }, index) => [mark, index]));
  const came = new Set<number>();
  let before = -1;
  for (const { marks } of connections.flatMap(({ received }) => received)) {
    const index = marks.map((mark) => place.get(mark)).find((found) => found !== undefined);
    if (index === undefined || came.has(index)) continue;
    came.add(index);
    if (index < before) {
      throw new Finding(`the client sent message ${index + 1} of ${messages.length} after message ${before + 1}`, {
        expected: "its queue in order",
        actual: `${inShort(messages[index]?.value)} came after ${inShort(messages[before]?.value)}`,
        ...(messages[index] && { mark: messages[index].mark }),
      });
    }
    before = index;
  }
}

/** Checks that all early messages that came are ahead of all late ones. */
export function ahead(connection: ServedConnection, early: Messages, late: Messages): void {
  const lateMarks = new Set(late.map(({ mark }) => mark));
  const earlyMarks = new Set(early.map(({ mark }) => mark));
  const first = connection.received.findIndex(({ marks }) => marks.some((mark) => lateMarks.has(mark)));
  const behind = connection.received.slice(first).filter(({ marks }) => marks.some((mark) => earlyMarks.has(mark)));
  if (first < 0 || behind.length === 0) return;
  throw new Finding("the client sent a message ahead of its queue that it was given after the connection was open", {
    expected: "all queued messages first",
    actual: `${behind.length} of ${early.length} queued messages came behind it`,
  });
}

/**
 * Presupposes that something of the queue waits still.
 *
 * @throws NotApplicable where all of it was handed over: how much that may be is a rule of its own.
 */
export function waitsStill(client: DrivenClient, queue: Messages): void {
  if (queue.some((message) => !client.toldOf(message).includes("sent"))) return;
  throw new NotApplicable("the client had handed over all of its queue, though nothing was read");
}

/**
 * Says what is still to come after a connection was lost: what did not come on it, but for what the client has lost with it.
 * That is what it told to be sent; where it tells nothing of that, all but the last message may be.
 */
export function stillToCome(client: DrivenClient, lost: ServedConnection, queue: Messages): Messages {
  const rest = queue.filter((message) => !hasCome([lost], message));
  const tells = tellsSent(client, queue);
  // Ahead of a Close frame came all that was on its way: the client can have lost no more than what it had buffered itself.
  let losable = lost.closeFrame === undefined ? Number.POSITIVE_INFINITY : MAX_BUFFERED_BYTES;
  return rest.filter((message) => {
    losable -= bytesOf([message]);
    const told = client.toldOf(message);
    const isLast = message === rest.at(-1);
    const handed = told.includes("sent") || (!isLast && (!tells || told.includes("rejected")));
    return !handed || losable < 0;
  });
}

/** Checks that not more than so many bytes of the queue were handed to a connection that was lost with them. */
export function handedAtMost(
  client: DrivenClient,
  connections: { lost: ServedConnection; next: ServedConnection },
  queue: Messages,
  limit: number,
): void {
  const gone = queue.filter((message) => !hasCome([connections.next], message));
  const handed = tellsSent(client, queue) ? gone.filter((message) => client.toldOf(message).includes("sent")) : gone;
  const bytes = bytesOf(handed);
  if (bytes <= limit) return;
  throw new Finding("the client handed more of its queue to a connection than that took", {
    expected: `${limit} bytes at most: 1 MiB, and what the system keeps for a connection`,
    actual: `${handed.length} messages of ${bytes} bytes together were lost with it`,
  });
}

/** Checks that a ping came ahead of the last of the queue. */
export function pingAhead({ pings, received }: ServedConnection, queue: Messages): void {
  const marks = new Set(queue.map(({ mark }) => mark));
  const last = received.findLast((message) => message.marks.some((mark) => marks.has(mark)));
  if (pings.some((at) => at < (last?.at ?? 0))) return;
  throw new Finding("the client sent no ping before all of its queue was sent", {
    expected: "pings in time, also while the queue is sent",
    actual: pings.length === 0 ? "no ping came" : "the first ping came behind the last message of the queue",
  });
}

/** Checks that no pings came that had waited for the connection: one may come at once, and one by its time. */
export function noQueuedPings({ pings, name }: ServedConnection): void {
  if (pings.length <= 2) return;
  throw new Finding(`the client sent ${pings.length} pings as soon as ${name} was open`, {
    expected: "none that waited for it",
    actual: `${pings.length} pings came ahead of a message that was given at once`,
  });
}

function hasCome(connections: Connections, message: Message): boolean {
  return connections.some((connection) => connection.copiesOf(message).length > 0);
}

function bytesOf(messages: Messages): number {
  return messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

/** Whether the client tells of messages that were queued that they are sent. */
function tellsSent(client: DrivenClient, queue: Messages): boolean {
  return queue.some((message) => client.toldOf(message).includes("sent"));
}
