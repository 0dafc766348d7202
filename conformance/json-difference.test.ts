import { describe, expect, it } from "vitest";
import { firstDifference, inShort } from "./json-difference.ts";

describe("equal", () => {
  it.each([
    ["the same number", "1.50", "15e-1"],
    ["zero and minus zero", "0", "-0"],
    ["members in another order", '{"a":1,"b":[2]}', '{"b":[2],"a":1}'],
    ["a member named __proto__", '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
    ["escapes", '"\\u00e9"', '"é"'],
    ["null", "null", "null"],
  ])("%s", (_, expected, actual) => {
    expect(firstDifference(JSON.parse(expected), JSON.parse(actual))).toBeUndefined();
  });
});

describe("different, and where", () => {
  it.each([
    ["1", "2", "$", "1", "2"],
    ["1", '"1"', "$", "1", '"1"'],
    ["null", "{}", "$", "null", "{}"],
    ["{}", "null", "$", "{}", "null"],
    ["[]", "{}", "$", "[]", "{}"],
    ['{"a":{"b":[1,2]}}', '{"a":{"b":[1,3]}}', "$.a.b[1]", "2", "3"],
    ["[1]", "[1,2]", "$[1]", "nothing", "2"],
    ["[1,2]", "[1]", "$[1]", "2", "nothing"],
    ['{"a":null}', "{}", "$.a", "null", "nothing"],
    ["{}", '{"added":1}', "$.added", "nothing", "1"],
    ['{"not a name":1}', '{"not a name":2}', '$["not a name"]', "1", "2"],
    ['{"__proto__":{"a":1}}', "{}", "$.__proto__", '{"a":1}', "nothing"],
    ['{"toString":1}', "{}", "$.toString", "1", "nothing"],
    ['"é"', '"e\\u0301"', "$", '"é"', '"e\u0301"'],
  ])("%s and %s at %s", (from, to, path, expected, actual) => {
    expect(firstDifference(JSON.parse(from), JSON.parse(to))).toEqual({ path, expected, actual });
  });

  it("is the first of several", () => {
    expect(firstDifference({ a: 1, b: 1 }, { a: 2, b: 2 })?.path).toBe("$.a");
  });
});

describe("in short", () => {
  it("a short value is whole, a long one is cut and says how long it was", () => {
    expect(inShort({ a: [1, null] })).toBe('{"a":[1,null]}');
    expect(inShort("x".repeat(118))).toHaveLength(120);
    expect(inShort("x".repeat(500))).toBe(`"${"x".repeat(99)}… (502 characters)`);
    expect(inShort(undefined)).toBe("nothing");
  });
});
