import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { classify } from "./message.ts";
import { Outgoing, type Publishable } from "./outgoing.ts";

const outgoing = (text: string) => Outgoing.of(text, classify(text) as Publishable);

const mapping: { why: string; message: string; type: string; data: unknown }[] = JSON.parse(
  readFileSync(new URL("../../spec/vectors/bridge/mapping.json", import.meta.url), "utf8"),
);

it.each(mapping)("maps as the specification has it: $why", ({ message, type, data }) => {
  const [nameLine, lines] = type === "message" ? [undefined, 0] : [`event: ${type}`, 1];
  const written = outgoing(message).streamEvent;
  const fields = written.slice(0, -2).split("\n");
  expect(written).toMatch(/[^\n]\n\n$/);
  expect(written).not.toContain("\r");
  if (nameLine !== undefined) expect(fields[0]).toBe(nameLine);
  const dataFields = fields.slice(lines);
  for (const field of dataFields) expect(field).toMatch(/^data: /);
  expect(JSON.parse(dataFields.map((field) => field.slice("data: ".length)).join("\n"))).toEqual(data);
});

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
