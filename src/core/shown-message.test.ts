import { expect, it } from "vitest";
import { messageOfStreamEvent, messageOfText } from "./shown-message.ts";

it.each([
  ['{"text":"hello"}', { event: undefined, data: { text: "hello" } }],
  ['{"type":"event","event":"price","data":12.5,"id":"7"}', { event: "price", data: 12.5 }],
  ['{"type":"event","event":"close","data":1}', { event: undefined, data: { type: "event", event: "close", data: 1 } }],
  ["[1]", { event: undefined, data: [1] }],
  ["null", { event: undefined, data: null }],
  ['{"type":"pong","at":1}', undefined],
  ['{"type":"ping"}', undefined],
  ['{"type":"rt:hello"}', undefined],
  ["{", "invalid"],
  ["", "invalid"],
])("the text %s shows %j", (text, expected) => expect(messageOfText(text)).toEqual(expected));

it.each([
  [
    { type: "message", data: '{"type":"pong"}', lastEventId: "" },
    { event: undefined, data: { type: "pong" } },
  ],
  [
    { type: "price", data: "12.5", lastEventId: "7" },
    { event: "price", data: 12.5, lastEventId: "7" },
  ],
  [
    { type: "error", data: "null", lastEventId: "" },
    { event: "error", data: null },
  ],
  [{ type: "message", data: "hello", lastEventId: "" }, "invalid"],
])("the event %j shows %j", (event, expected) => expect(messageOfStreamEvent(event)).toEqual(expected));
