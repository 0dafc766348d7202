import { describe, expect, it } from "vitest";
import { findMarks, MessageMaker, newRunMark } from "./marks.ts";

const maker = () => new MessageMaker("tdg0123abcd", 7);
const escaped = (text: string) =>
  Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

describe("the messages of a case", () => {
  it("have a mark each, which is the first member", () => {
    const message = maker().message({ text: "hello" });

    expect(message.value).toEqual({ mark: message.mark, text: "hello" });
    expect(message.text).toBe(`{"mark":"${message.mark}","text":"hello"}`);
  });

  it("may be events, with the mark in their data", () => {
    const { mark, text, value } = maker().event("price", { value: 1 }, { id: 2 });

    expect(value).toEqual({ type: "event", event: "price", data: { mark, value: 1 }, id: 2 });
    expect(JSON.parse(text)).toEqual(value);
  });

  it("may be many, and numbered", () => {
    const messages = maker().messages(3, { a: 1 });

    expect(messages.map(({ value }) => value)).toEqual(
      messages.map(({ mark }, at) => ({ mark, number: at + 1, a: 1 })),
    );
    expect(new Set(messages.map(({ mark }) => mark)).size).toBe(3);
  });

  it("may be written by hand", () => {
    const { mark, text, value } = maker().written((own) => `{ "a" : 1.0, "m" : "${own}" }`);

    expect(text).toBe(`{ "a" : 1.0, "m" : "${mark}" }`);
    expect(value).toEqual({ a: 1, m: mark });
  });

  it("are told from those of every other case of the run, and of another run", () => {
    const runMark = newRunMark();
    expect(newRunMark()).not.toBe(runMark);
    const cases = Array.from({ length: 200 }, (_, at) => new MessageMaker(runMark, at + 1));
    for (const { prefix } of cases) {
      expect(cases.filter((other) => other.mark().startsWith(prefix))).toHaveLength(1);
    }
  });
});

describe("a mark is found", () => {
  const mark = maker().mark();

  it.each([
    ["as it was sent", `{"mark":"${mark}"}`],
    ["in an array", `[{"data":"${mark}"}]`],
    ["in a message in a message", JSON.stringify({ data: JSON.stringify({ mark }) })],
    ["in text that is cut off", `{"mark":"${mark}","te`],
    ["in capitals", `{"MARK":"${mark.toUpperCase()}"}`],
    ["in escapes", `{"mark":"${escaped(mark)}"}`],
    ["in escapes that were escaped", JSON.stringify({ data: `{"mark":"${escaped(mark)}"}` })],
    ["with its first letter escaped", `{"mark":"\\u0074${mark.slice(1)}"}`],
    ["between other bytes", `\ufffd\u0000${mark}\ufffd`],
  ])("%s", (_, text) => {
    expect(findMarks(text)).toEqual([mark]);
  });

  it("once, however often it is there, and beside others", () => {
    const other = new MessageMaker("tdg0123abcd", 8).mark();
    expect(findMarks(`${mark} ${other} ${mark}`)).toEqual([mark, other]);
  });

  it("only where it is whole", () => {
    expect(findMarks(`{"mark":"${mark.slice(0, -1)}"}`)).toEqual([]);
    expect(findMarks("")).toEqual([]);
  });
});
