import { expect, it } from "vitest";
import { classify } from "./message.ts";
import { Outgoing, type Publishable } from "./outgoing.ts";

const outgoing = (text: string) => Outgoing.of(text, classify(text) as Publishable);

it.each([
  ['{"text":"hello"}', 'data: {"text":"hello"}\n\n'],
  ["{}", "data: {}\n\n"],
  ['{"type":"event","event":"price","data":12.5,"id":"7"}', "event: price\ndata: 12.5\n\n"],
  ['{"type":"event","event":" x: y ","data":{"a":1}}', 'event:  x: y \ndata: {"a":1}\n\n'],
  ['{"type":"event","event":"tick","data":null}', "event: tick\ndata: null\n\n"],
  ['{"data":1,"type":"event","event":"big","data":12345678901234567890}', "event: big\ndata: 12345678901234567890\n\n"],
  ['{"type":"event","event":"message","data":1}', 'data: {"type":"event","event":"message","data":1}\n\n'],
  ['{"type":"event","event":"a\\nb","data":1}', 'data: {"type":"event","event":"a\\nb","data":1}\n\n'],
])("%s on a stream", (text, expected) => {
  expect(outgoing(text).streamEvent).toBe(expected);
  expect(outgoing(text).text).toBe(text);
});

it.each(["\n", "\r", "\r\n"])("a line break of %j begins another field", (lineBreak) => {
  const broadcast = ["{", '"a":1', "", "}"].join(lineBreak);
  expect(outgoing(broadcast).streamEvent).toBe('data: {\ndata: "a":1\ndata: \ndata: }\n\n');
  const event = `{"type":"event",${lineBreak}"event":"x","data":[1,${lineBreak}2]}`;
  expect(outgoing(event).streamEvent).toBe("event: x\ndata: [1,\ndata: 2]\n\n");
});
