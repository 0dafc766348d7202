/** Messages of every value that Core promises to keep, for the cases that send them in one way or another. */
import { CoreLimits } from "../../spec/limits.ts";
import type { ServerContext } from "../case.ts";
import type { Message } from "../marks.ts";

type Maker = Pick<ServerContext, "message" | "event" | "eventOf" | "written">;

/** Strings of any script, with escapes, quotes and control characters. */
export const anyStrings = ({ message, written }: Maker): Message[] => [
  message({ text: "Grüße aus Köln, naïve café, żółć" }),
  message({ text: "世界 こんにちは 안녕 مرحبا שלום ไทย" }),
  message({ text: "🎉 👩‍👩‍👧 🇺🇳 𝒳 𠮷" }),
  message({ text: "combined e\u0301, joined \u200d, directed \u202e, separated \u2028 and \u2029" }),
  message({ text: "quotes \" and ' and `, back\\slash and /slash, <b>&amp;</b>, %20 $x {{y}}" }),
  message({ text: "line\nfeed, carriage\rreturn, tab\t, form\f, back\b, escape\u001b, delete\u007f" }),
  message({ text: "nul\u0000inside" }),
  message({ text: "  spaces around and  inside  " }),
  message({ Grüße: "a name that is not ASCII", "with space.and$dots": 1, "": "an empty name", MixedCase: "Stays" }),
  message({ _private: 1, __typename: "x", $ref: "y", " spaces ": "around a name", "@type": "z", "a-b": 2, "#": 3 }),
  message({ text: "\ufeffa byte order mark, at the start and in\ufeffside" }),
  message({ text: "backslashes: one \\ two \\\\ three \\\\\\ and C:\\new\\table\\" }),
  message({
    looksLike: ["1", "1.0", "007", "1e5", "0x10", " 1 ", "true", "null", "undefined", "NaN", '{"a":1}', "[1]"],
  }),
  message({ looksLike: ["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000+02:00", "12:30", "1/2"] }),
  written((mark) => `{"mark":"${mark}","text":"\\u00e9\\u4e16\\ud83c\\udf89\\/\\u0041"}`),
  written((mark) => `{ "text" : "white space around" ,\n\t"mark" : "${mark}" }`),
];

/** Numbers that a double can hold, as different as they come. */
export const anyNumbers = ({ message, written }: Maker): Message[] => [
  message({ numbers: [0, 1, -1, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536] }),
  message({ numbers: [2_147_483_647, 2_147_483_648, -2_147_483_649, 4_294_967_295, 4_294_967_296] }),
  message({ numbers: [9_007_199_254_740_991, -9_007_199_254_740_991, 1_767_225_600_123] }),
  message({ numbers: [0.1, 0.2, 0.30000000000000004, -0.5, 12.5, Math.PI, 16_777_217.25] }),
  message({ numbers: [1e-7, 1.5e-10, 1e21, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324] }),
  written((mark) => `{"mark":"${mark}","numbers":[1.0,1e0,1E+2,-0,0.10,100]}`),
];

/** Null, empty and nested values, wide ones, and the deepest of Core. */
export const anyStructures = ({ message, event, written }: Maker): Message[] => [
  message({ nothing: null, list: [null, null], inside: { nothing: null } }),
  message({ emptyText: "", emptyList: [], emptyObject: {}, no: false, zero: 0, lists: [[], {}, ""] }),
  message({ yes: true, no: false, list: [true, false] }),
  message({ a: { b: { c: { d: [{ e: [1, [2, [3, { f: "deep" }]]] }] } } } }),
  message({ type: "chat", data: { type: "inner", data: { type: "innermost" } }, id: 7 }),
  event("news", { id: null, list: [] }, { id: "7", room: "a", sentAt: 1 }),
  event("no id of its own"),
  message({ counted: { "0": "a", "1": "b", "2": "c" }, single: { "0": "a" } }),
  message({ "10": "ten", "9": "nine", "-1": "minus one", length: 3, constructor: "a name" }),
  message({ message: { message: "wrapped already" }, data: "x", payload: 1, timestamp: 0, from: "y", id: "z" }),
  message({ single: ["x"], nested: [[1]], unsorted: [3, 1, 2], repeated: [1, 1, 1], mixed: [1, "1", null, {}] }),
  message({ list: Array.from({ length: 500 }, (_, index) => index) }),
  message(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`member${index}`, index]))),
  // The object itself is one level: 63 more make the limit of Core.
  written(
    (mark) => `{"mark":"${mark}","deep":${"[".repeat(CoreLimits.maxDepth - 1)}${"]".repeat(CoreLimits.maxDepth - 1)}}`,
  ),
  written(
    (mark) => `{"mark":"${mark}"${',"deep":{"x":1'.repeat(CoreLimits.maxDepth - 1)}${"}".repeat(CoreLimits.maxDepth)}`,
  ),
];

/** Texts of every length up to 60 000 bytes, above all around the powers of two. */
export const anyLengths = ({ written }: Maker): Message[] => {
  const withBytes = (bytes: number, filling = "x") =>
    written((mark) => {
      const frame = `{"mark":"${mark}","text":"","end":true}`;
      const room = bytes - Buffer.byteLength(frame);
      const text = filling.repeat(Math.floor(room / Buffer.byteLength(filling)));
      return `{"mark":"${mark}","text":"${text.padEnd(text.length + room - Buffer.byteLength(text), ".")}","end":true}`;
    });
  return [
    ...[124, 125, 126, 127, 128, 255, 256, 257, 500, 1_000, 1_023, 1_024, 1_025, 2_000, 4_096, 5_000].map((bytes) =>
      withBytes(bytes),
    ),
    ...[8_192, 10_000, 16_383, 16_384, 16_385, 20_000, 32_767, 32_768, 32_769, 50_000, 60_000].map((bytes) =>
      withBytes(bytes),
    ),
    ...[1_000, 10_000, 60_000].map((bytes) => withBytes(bytes, "世界🎉é")),
  ];
};

/** Objects of every type but a reserved one, also such as look like events and are none. */
export const anyBroadcasts = ({ message }: Maker): Message[] => [
  message(),
  message({ text: "no type at all" }),
  message({ type: "" }),
  message({ type: null }),
  message({ type: 42 }),
  message({ type: true }),
  message({ type: { name: "chat" } }),
  message({ type: ["ping"] }),
  message({ type: [] }),
  message({ type: " ping " }),
  message({ type: "constructor" }),
  message({ type: "toString" }),
  message({ type: "__proto__" }),
  message({ hasOwnProperty: "a name like another", toString: null, valueOf: 1, length: 0 }),
  message({ type: "message" }),
  message({ type: "private", to: "nobody", target: "nobody", recipient: "nobody" }),
  message({ type: "whisper", to: ["a", "b"], room: "empty", channel: "empty" }),
  message({ type: "chat", text: "hello" }),
  message({ type: "open" }),
  message({ type: "error" }),
  message({ type: "close" }),
  message({ type: "join", room: "a" }),
  message({ type: "subscribe", channel: "a" }),
  message({ type: "PING" }),
  message({ type: "pinging" }),
  message({ type: "Pong" }),
  message({ type: "ponging" }),
  message({ type: "rt" }),
  message({ type: "start:rt:x" }),
  message({ type: "event" }),
  message({ type: "event", event: "price" }),
  message({ type: "event", event: "open", data: 1 }),
  message({ type: "event", event: "message", data: 1 }),
  message({ type: "event", event: "", data: 1 }),
  message({ type: "event", event: 42, data: 1 }),
  message({ type: "event", event: "line\nfeed", data: 1 }),
  message({ type: "event", event: "x".repeat(129), data: 1 }),
  message({ text: "ping" }),
  message({ text: '{"type":"ping"}' }),
  message({ data: { type: "ping" } }),
  message({ event: "ping", data: "pong" }),
  message({ ping: true, pong: "ping" }),
];

/** Events of every name and with every kind of data. */
export const anyEvents = ({ event, eventOf, written }: Maker): Message[] => [
  event("price", { symbol: "ABC", value: 12.5 }),
  event("x", {}, { id: "", room: "a", sentAt: 1, from: null }),
  event("天気 予報", { text: "Grüße, 世界 🎉" }),
  event("with space, colon: and comma"),
  event(" spaces around "),
  event("UPPER and lower"),
  event("🎉".repeat(128)),
  event("x".repeat(128)),
  event("ping"),
  ...["data", "event", "id", "retry", ": not a comment", "data: x"].map((name) => event(name)),
  event("event", { type: "event", event: "inner", data: 1 }),
  event("rt:inner", { type: "ping" }),
  event("long", { text: "long ".repeat(5_000) }),
  ...[null, false, true, 0, 12.5, "", "text", "line\nfeed", [], [1, [2]], {}, { a: null }].map((data) => eventOf(data)),
  written(
    (mark) => `{\n "type": "event",\r\n "event": "indented",\r "data": {\n\n"mark": "${mark}" }\n}`,
    (mark) => ({ name: "indented", data: { mark } }),
  ),
];
