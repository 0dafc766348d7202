import { expect, it } from "vitest";
import { requireInteger, requireKnown, requireText } from "./options.ts";

it.each([0, 8080, 65_535])("takes the integer %j", (value) => {
  expect(() => requireInteger("port", value, 0, 65_535)).not.toThrow();
});

it.each([-1, 65_536, 1.5, Number.NaN, "80", null, undefined])("refuses %j as an integer", (value) => {
  expect(() => requireInteger("port", value, 0, 65_535)).toThrow(/^option port takes an integer from 0 to 65535, not /);
  expect(() => requireInteger("port", value, 0, 65_535)).toThrow(TypeError);
});

it("takes a text and refuses everything else", () => {
  expect(() => requireText("host", "::1")).not.toThrow();
  for (const value of ["", 1, null, undefined]) {
    expect(() => requireText("host", value)).toThrow(/^option host takes a string that is not empty, not /);
  }
});

it("names an option that there is not, and those that there are", () => {
  expect(() => requireKnown({ port: 1 }, ["port", "host"])).not.toThrow();
  expect(() => requireKnown({ prot: 1 }, ["port", "host"])).toThrow(/^there is no option prot; there are port, host$/);
  expect(() => requireKnown(null, ["port"])).toThrow(TypeError);
});
