import { expect, it } from "vitest";
import { MIN_MESSAGE_BYTES, messageText, newRunId } from "./numbered-messages.ts";

it.each([MIN_MESSAGE_BYTES, 100, 1024])("are JSON objects of exactly %i bytes that tell number and time", (bytes) => {
  for (const sequence of [0, 9, 10, 4_294_967_296]) {
    const text = messageText(newRunId(), sequence, 123_456_789_012.4, bytes);
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(JSON.parse(text)).toMatchObject({ sequence, sentAt: 123_456_789_012 });
  }
});
