/** What is known again must come to the same as what is read: here each stream is taken both ways. */
import { expect, it } from "vitest";
import { ChunkedEventReader } from "./chunked-event-reader.ts";
import { EventReader } from "./event-reader.ts";
import { FrameReader } from "./frame-reader.ts";
import { messageText } from "./numbered-messages.ts";
import { Passages } from "./passages.ts";
import { handOn, type Reader } from "./reader.ts";
import type { Receiver } from "./receiver.ts";
import { deaf } from "./subscriber-line.ts";
import { Measurement, Tally } from "./tally.ts";

const RUN = "abcdef01";
const BYTES = 100;
const SUBSCRIBERS = 6;
const MESSAGES = 600;
/** Less than a message. */
const PART = 50;

/** Numbers from 0 up to 1, the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const text = (sequence: number) => messageText(RUN, sequence, 1_000 + Math.floor(sequence / 3), BYTES);

function frame(first: number, payload: string): Buffer {
  return Buffer.concat([Buffer.from([first, payload.length]), Buffer.from(payload)]);
}

/** What else came to a subscriber. */
interface Seen {
  others: number;
  /** Why its stream was given up. */
  broken?: string;
}

/** How the messages of a turn get onto a wire, and what is read of it. */
interface Wire {
  message(sequence: number): Buffer;
  other(): Buffer;
  joined(messages: Buffer[]): Buffer;
  reader(receiver: Receiver, seen: Seen): Reader;
}

const frames: Wire = {
  message: (sequence) => frame(0x81, text(sequence)),
  other: () => frame(0x89, "ping"),
  joined: Buffer.concat,
  reader: (receiver, seen) =>
    new FrameReader({
      message: (...payload) => void receiver.message(...payload),
      compressed: () => {},
      control: () => {
        receiver.aside();
        seen.others++;
      },
    }),
};

const countingOthers = (receiver: Receiver, seen: Seen) => ({
  shortest: BYTES,
  message: (...event: [Buffer, number, number]) => {
    const isOurs = receiver.message(...event);
    if (!isOurs) seen.others++;
    return isOurs;
  },
});

const events: Wire = {
  message: (sequence) => Buffer.from(`data: ${text(sequence)}\n\n`),
  other: () => Buffer.from(`data: ${"y".repeat(BYTES)}\n\n`),
  joined: Buffer.concat,
  reader: (receiver, seen) => new EventReader(countingOthers(receiver, seen)),
};

const chunks: Wire = {
  ...events,
  joined: (messages) => {
    const body = Buffer.concat(messages);
    return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
  },
  reader: (receiver, seen) => new ChunkedEventReader(countingOthers(receiver, seen)),
};

/** What each subscriber is sent: all the same, but that some get things wrong here and there. */
function streams(wire: Wire, random: Iterator<number, never>): Buffer[][] {
  const next = () => random.next().value;
  const all: Buffer[][] = Array.from({ length: SUBSCRIBERS }, () => []);
  for (let first = 0; first < MESSAGES; ) {
    const turn = Array.from({ length: 1 + Math.floor(next() * 40) }, (_, index) => first + index);
    first += turn.length;
    const pings = next() < 0.1;
    for (const [subscriber, stream] of all.entries()) {
      const messages = turn.map((sequence) => wire.message(sequence));
      const at = Math.floor(next() * messages.length);
      const fault = subscriber < 2 ? 1 : next();
      if (fault < 0.03) messages.splice(at, 1);
      else if (fault < 0.06) messages.splice(at, 0, messages[at] as Buffer);
      else if (fault < 0.09) messages.reverse();
      else if (fault < 0.12) messages[at]?.fill("?", 20, 30);
      else if (fault < 0.15) messages.splice(at, 0, wire.other());
      if (pings) messages.splice(1, 0, wire.other());
      const bytes = wire.joined(messages);
      if (fault > 0.99 && fault < 1) stream.push(bytes.subarray(0, PART));
      stream.push(fault > 0.98 && fault < 0.99 ? bytes.subarray(PART) : bytes);
    }
  }
  return all;
}

/** Reads the streams in turns, cut as they come out of `random`, and tells all that was counted. */
function read(wire: Wire, sent: Buffer[][], random: Iterator<number, never>, isKnown: boolean) {
  const tally = new Tally({ run: RUN, messageBytes: BYTES, mostInFlight: MESSAGES });
  let known = 0;
  const subscribers = sent.map((stream) => {
    const subscription = tally.add();
    const seen: Seen = { others: 0 };
    const receiver: Receiver = {
      ...deaf,
      shortest: BYTES,
      beginRead: () => tally.beginRead(),
      message: (...payload) => tally.take(subscription, ...payload),
      endRead: (bytes) => tally.endRead(subscription, bytes),
      ...(isKnown && {
        aside: () => tally.aside(),
        recognise: (buffer, start, end) => {
          const upTo = tally.recognise(subscription, buffer, start, end);
          known += upTo - start;
          return upTo;
        },
        learn: (...bytes) => tally.learn(subscription, ...bytes),
      }),
    };
    return { turns: [...stream], subscription, seen, receiver };
  });
  const readers = subscribers.map(({ receiver, seen }) => wire.reader(receiver, seen));
  tally.count(0);
  tally.measurement = new Measurement(0, Number.POSITIVE_INFINITY);
  while (subscribers.some(({ turns }) => turns.length > 0)) {
    for (const [index, { turns, receiver, seen }] of subscribers.entries()) {
      // Most reads bring what was written at once; some more, some a part.
      const bytes = Buffer.concat(turns.splice(0, random.next().value < 0.8 ? 1 : 3));
      const part = random.next().value < 0.5 ? PART : Math.floor(random.next().value * bytes.length);
      const cut = random.next().value < 0.9 ? bytes.length : part;
      try {
        for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
          const around = Buffer.concat([Buffer.from("\n\n"), piece, Buffer.from("\n\n")]);
          if (piece.length > 0) handOn(readers[index] as Reader, receiver, around, 2, 2 + piece.length);
        }
      } catch (error) {
        seen.broken = (error as Error).message;
        turns.length = 0;
      }
    }
  }
  const { deliveries, messages, reads, bytes, latency } = tally.measurement;
  const counted = {
    ...{ deliveries, messages, reads, bytes, latencies: latency.histogram.totalCount },
    ...{ delivered: tally.delivered, complete: tally.complete },
    records: subscribers.map(({ subscription: { record, position }, seen }) => {
      const { received, duplicated, reordered, complete, next } = record ?? {};
      return { received, duplicated, reordered, complete, next, position, ...seen };
    }),
  };
  return { counted, known };
}

it.each(Object.entries({ frames, events, chunks }))("counts %s the same, known or read", (_, wire) => {
  let known = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const sent = streams(wire, numbers(seed));
    const quick = read(wire, sent, numbers(seed), true);
    const slow = read(wire, sent, numbers(seed), false);
    expect(quick.counted, `seed ${seed}`).toEqual(slow.counted);
    known += quick.known;
  }
  // Else this would compare nothing.
  expect(known).toBeGreaterThan(40 * MESSAGES * BYTES);
});

it("forgets the oldest, and takes the newer of two from the same message on", () => {
  const passages = new Passages();
  const large = Buffer.alloc(1_048_576);
  for (let first = 0; first < 6; first++) passages.add({ bytes: large, first, next: first + 1, sent: [] });
  expect(passages.find(0, large, 0, large.length)).toBeUndefined();
  expect(passages.find(5, large, 0, large.length)).toMatchObject({ next: 6 });

  passages.add({ bytes: large.subarray(0, 10), first: 5, next: 6, sent: [] });

  expect(passages.find(5, large, 3, 13)?.bytes).toHaveLength(10);
  expect(passages.find(5, large, 3, 12)).toBeUndefined();
});

it("keeps few of what nobody else reads, and all again once one was found", () => {
  const passages = new Passages();
  const bytes = Buffer.from("the same");
  const worth = (count: number) => Array.from({ length: count }, () => passages.areWorthIt()).filter(Boolean).length;
  expect(worth(256)).toBe(256);
  expect(worth(160)).toBe(10);

  passages.add({ bytes, first: 1, next: 2, sent: [] });
  passages.find(1, bytes, 0, bytes.length);

  expect(worth(100)).toBe(100);
});
