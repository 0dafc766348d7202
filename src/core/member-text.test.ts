import { expect, it } from "vitest";
import { memberText } from "./member-text.ts";

it.each([
  ['{"data":1}', "1"],
  ['{"a":[1,{"data":2}],"data":3}', "3"],
  ['{"a":{"data":1}}', undefined],
  ['{"a":"data","b":"\\"data\\":1"}', undefined],
  ["{}", undefined],
  [" { } ", undefined],
  ['{"data":1,"data":2}', "2"],
  ['{"d\\u0061ta":12345678901234567890}', "12345678901234567890"],
  ['{"data" : "x, }] \\" \\\\" , "b":1}', '"x, }] \\" \\\\"'],
  ['{"data":{"a":"}","b":[1, 2]},"c":1}', '{"a":"}","b":[1, 2]}'],
  ['\r\n{\t"data"\n:\r-0.50e+3 \n}\n', "-0.50e+3"],
  ['{"data":null }', "null"],
  ['{"data":"","":1}', '""'],
  ['{"":{},"data":[]}', "[]"],
])("in %j", (text, expected) => {
  expect(memberText(text, "data")).toBe(expected);
});

it("does not mind how deep a value is", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(memberText(`{"a":1,"data":${deep},"z":[]}`, "data")).toBe(deep);
});

it("agrees with JSON.parse, however the object is indented", () => {
  const object = { data: { list: [1, "two", { three: null }], text: 'a "quote", a } and a ]' }, other: [[]] };
  for (const indent of [0, 1, "\t"]) {
    expect(JSON.parse(memberText(JSON.stringify(object, null, indent), "data") ?? "")).toEqual(object.data);
  }
});
