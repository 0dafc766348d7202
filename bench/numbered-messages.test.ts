import { expect, it } from "vitest";
import { createNumberedMessages, MIN_MESSAGE_BYTES } from "./numbered-messages.ts";

it.each([MIN_MESSAGE_BYTES, 100, 1024])("are JSON objects of exactly %i bytes that tell their number", (bytes) => {
  const messages = createNumberedMessages(bytes);
  for (const sequence of [0, 9, 10, 4_294_967_296]) {
    const text = messages.textOf(sequence);
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(JSON.parse(text)).toMatchObject({ sequence });
    expect(messages.sequenceOf(Buffer.from(text))).toBe(sequence);
  }
});

it("are known in another spelling of the same value", () => {
  const messages = createNumberedMessages(100);
  const { bench, sequence, pad } = JSON.parse(messages.textOf(7));

  expect(messages.sequenceOf(Buffer.from(JSON.stringify({ pad, bench, sequence }, null, 2)))).toBe(7);
});

it("are not known when they were changed, nor another run's", () => {
  const messages = createNumberedMessages(100);
  const message = JSON.parse(messages.textOf(7));
  const changed = [{ ...message, more: 1 }, { ...message, pad: "" }, { ...message, sequence: "7" }, { message }];

  for (const value of changed) expect(messages.sequenceOf(Buffer.from(JSON.stringify(value)))).toBeUndefined();
  expect(messages.sequenceOf(Buffer.from('{"type":"pong"}'))).toBeUndefined();
  expect(messages.sequenceOf(Buffer.from(createNumberedMessages(100).textOf(7)))).toBeUndefined();
  expect(messages.sequenceOf(Buffer.from(messages.textOf(7).slice(0, -1)))).toBeUndefined();
});
