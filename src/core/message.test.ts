import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classify, PONG } from "./message.ts";

type Vectors = Record<"valid" | "invalid", { why: string; message: unknown }[]>;

const folder = new URL("../../spec/vectors/messages/", import.meta.url);
/** A pong is a kind of message, but not one that a peer may send to a server. */
const kindOf = (file: string) => file.replace(".json", "").replace("pong", "reserved");

describe("the vectors of the specification", () => {
  for (const file of readdirSync(folder)) {
    const kind = kindOf(file);
    const vectors: Vectors = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    it.each(vectors.valid)(`${kind}: $why`, ({ message }) => {
      expect(classify(JSON.stringify(message)).kind).toBe(kind);
    });
    it.each(vectors.invalid)(`no ${kind}: $why`, ({ message }) => {
      expect(classify(JSON.stringify(message)).kind).not.toBe(kind);
    });
  }
});

describe("the bodies of the specification", () => {
  const bodies: { why: string; body: string; outcome: string }[] = JSON.parse(
    readFileSync(new URL("../publish/bodies.json", folder), "utf8"),
  );
  it.each(bodies)("$outcome: $why", ({ body, outcome }) => {
    expect(["event", "broadcast"].includes(classify(body).kind)).toBe(outcome === "accepted");
  });
});

describe("a ping is told by its parsed type", () => {
  it.each([
    ["white space", ' {\n"type" :\t"ping" } '],
    ["escapes", '{"\\u0074ype":"\\u0070ing"}'],
    ["further members first", '{"a":{"type":"b"},"type":"ping"}'],
  ])("with %s", (_, text) => expect(classify(text).kind).toBe("ping"));

  it("and a message that merely contains the word is a broadcast", () => {
    expect(classify('{"text":"{\\"type\\":\\"ping\\"}"}').kind).toBe("broadcast");
  });

  it("and not by what a member named __proto__ holds", () => {
    expect(classify('{"__proto__":{"type":"ping"}}').kind).toBe("broadcast");
  });
});

describe("reserved types", () => {
  it.each(["pong", "rt:", "rt:hello"])("%s", (type) => {
    expect(classify(JSON.stringify({ type }))).toEqual({ kind: "reserved", type });
  });

  it.each(["PONG", "rt", "art:x", "RT:x"])("%s is not one", (type) => {
    expect(classify(JSON.stringify({ type })).kind).toBe("broadcast");
  });
});

describe("what is no message", () => {
  it.each(["", " ", "{", "ping", "{'type':'ping'}", '{"a":1}{', "NaN", "\ufeff{}"])("not JSON: %j", (text) => {
    expect(classify(text)).toEqual({ kind: "invalid" });
  });

  it.each(["null", "42", '"text"', "[]", '[{"type":"ping"}]', "true"])("not an object: %s", (text) => {
    expect(classify(text)).toEqual({ kind: "invalid" });
  });
});

it("hands over the message as it was parsed", () => {
  const message = { type: "event", event: "price", data: [1, { a: null }], id: "7", room: "b" };
  expect(classify(JSON.stringify(message))).toEqual({ kind: "event", message });
});

it("survives an object nested a hundred thousand deep", () => {
  const depth = 100_000;
  expect(classify(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`).kind).toBe("broadcast");
});

it("answers a ping with a pong", () => expect(JSON.parse(PONG)).toEqual({ type: "pong" }));
