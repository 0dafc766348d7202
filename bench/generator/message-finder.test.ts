import { expect, it } from "vitest";
import { MessageFinder } from "./message-finder.ts";
import { messageText } from "./numbered-messages.ts";

const run = "0123abcd";
const text = (sequence: number) => messageText(run, sequence, 987_654_321, 100);

/** What is found with something before and behind it in the buffer. */
function find(finder: MessageFinder, payload: string): number {
  const buffer = Buffer.from(`999${payload}999`);
  return finder.sequenceIn(buffer, 3, buffer.length - 3);
}

it.each<[string, (sequence: number) => string]>([
  ["as it was sent", text],
  ["written anew with spaces", (sequence) => JSON.stringify(JSON.parse(text(sequence)), null, 2)],
  ["in an envelope", (sequence) => `42["message",${text(sequence)}]`],
  ["with members before and behind", (sequence) => `{"id":${sequence},"data":${text(sequence)},"bench":"${run}"}`],
  ["as a text in JSON", (sequence) => JSON.stringify({ data: text(sequence) })],
])("finds number and time of a message %s", (_, deliver) => {
  const finder = new MessageFinder(run, 100);
  for (const sequence of [7, 8, 9, 10, 123_456, 1, 0]) {
    const payload = Buffer.from(deliver(sequence));
    expect(finder.sequenceIn(payload, 0, payload.length)).toBe(sequence);
    expect(finder.sentAtIn(payload, payload.length)).toBe(987_654_321);
  }
});

it.each([
  ["of another run", messageText("other000", 7, 1, 100)],
  ["that was cut", text(7).slice(0, -1)],
  ["whose number became a text", text(7).replace('"sequence":7', '"sequence":"7"')],
  ["whose number is not whole", text(7).replace('"sequence":7', '"sequence":7.5')],
  ["without a number", text(7).replace('"sequence":7', '"sequence":null')],
  ["that is no message", `{"type":"pong"}`],
])("finds nothing in one %s", (_, payload) => {
  const finder = new MessageFinder(run, 100);

  expect(find(finder, payload)).toBe(-1);
  expect(find(finder, text(7))).toBe(7);
  expect(find(finder, payload)).toBe(-1);
});

it("does not take the rest of a longer number for the number", () => {
  const finder = new MessageFinder(run, 100);

  expect(find(finder, `[1,${text(5)}`)).toBe(5);
  expect(find(finder, `[12${text(5)}`)).toBe(5);
  expect(find(finder, `${text(23)}`)).toBe(23);
});
