/** Faults in what is delivered: a JSON value that is not equal to the one that came. */
import type { Fault } from "../faults.ts";
import type { Message, Override } from "../steps.ts";
import { everyNumber, everyObject, everyString, everyValue, membersRenamed, withoutMembers } from "../value-changes.ts";

/** Delivers another text. */
const delivers =
  (text: (message: Message) => string): Override =>
  () => ({ deliveredText: text });

/** Delivers another value. */
const deliversValue = (change: (value: Message["value"]) => unknown): Override =>
  delivers((message) => JSON.stringify(change(message.value)));

const changes = (change: (value: unknown, name: string) => unknown): Override => deliversValue(everyValue(change));

const changesStrings = (change: (text: string) => string): Override => deliversValue(everyString(change));

const changesNumbers = (change: (number: number) => unknown): Override => deliversValue(everyNumber(change));

const changesObjects = (change: (entries: [string, unknown][]) => unknown): Override =>
  deliversValue(everyObject(change));

const dropsMembers = (test: (name: string, value: unknown) => boolean): Override => deliversValue(withoutMembers(test));

const renamesMembers = (rename: (name: string) => string): Override => deliversValue(membersRenamed(rename));

const cutsBelow = (value: unknown, depth: number): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((element) => cutsBelow(element, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutsBelow(inner, depth - 1)]));
};

const isEmpty = (value: unknown): boolean =>
  value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

export const valueFaults = {
  // S3c: something around it, something added
  "value.wrapped": {
    breaks: "CORE-S3c",
    description: 'A message is delivered as `{"type":"message","data":…}`.',
    steps: deliversValue((data) => ({ type: "message", data })),
  },
  "value.wrapped-in-array": {
    breaks: "CORE-S3c",
    description: "A message is delivered as an array of one.",
    steps: deliversValue((value) => [value]),
  },
  "value.encoded-twice": {
    breaks: "CORE-S3c",
    description: "A message is delivered as a JSON string that contains it.",
    steps: delivers(({ text }) => JSON.stringify(text)),
  },
  "value.adds-timestamp": {
    breaks: "CORE-S3c",
    description: "A member `timestamp` is added.",
    steps: deliversValue((value) => ({ ...value, timestamp: Date.now() })),
  },
  "value.adds-missing-type": {
    breaks: "CORE-S3c",
    description: 'An object without a type gets `"type":"message"`.',
    steps: deliversValue((value) => ({ type: "message", ...value })),
  },
  "value.adds-id-to-events": {
    breaks: "CORE-S3c",
    description: "An event without an `id` gets one.",
    steps: deliversValue((value) => (value.type === "event" ? { id: "1", ...value } : value)),
  },
  "value.marks-own": {
    breaks: "CORE-S3c",
    description: "In the sender's own copy a member `self` is added.",
    steps: () => ({
      deliveredText: ({ sender, text, value }, receiver) =>
        receiver === sender ? JSON.stringify({ ...value, self: true }) : text,
    }),
  },

  // S3c: something lost
  "value.drops-nulls": {
    breaks: "CORE-S3c",
    description: "Members that are null are dropped.",
    steps: dropsMembers((_, value) => value === null),
  },
  "value.drops-empties": {
    breaks: "CORE-S3c",
    description: 'Members that are `""`, `[]` or `{}` are dropped.',
    steps: dropsMembers((_, value) => isEmpty(value)),
  },
  "value.drops-falses": {
    breaks: "CORE-S3c",
    description: "Members that are false or 0 are dropped.",
    steps: dropsMembers((_, value) => value === false || value === 0),
  },
  "value.drops-empty-names": {
    breaks: "CORE-S3c",
    description: "Members whose name is empty are dropped.",
    steps: dropsMembers((name) => name === ""),
  },
  "value.drops-names-with-underscore": {
    breaks: "CORE-S3c",
    description: "Members whose name begins with `_` are taken for private and dropped.",
    steps: dropsMembers((name) => name.startsWith("_") && name !== "__proto__"),
  },
  "value.drops-further-members-of-events": {
    breaks: "CORE-S3c",
    description: "Of an event only `type`, `event` and `data` are delivered.",
    steps: deliversValue((value) => {
      const { type, event, data } = value;
      return type === "event" ? { type, event, data } : value;
    }),
  },
  "value.cuts-strings-at-1000": {
    breaks: "CORE-S3c",
    description: "Strings are cut to 1000 characters.",
    steps: changesStrings((text) => text.slice(0, 1000)),
  },
  "value.cuts-strings-at-nul": {
    breaks: "CORE-S3c",
    description: "Strings end before U+0000.",
    steps: changesStrings((text) => text.split("\0")[0] ?? ""),
  },
  "value.cuts-all-strings-at-16-kib": {
    breaks: "CORE-S3c",
    description: "All strings of a message together get 16 KiB; the rest is cut off, and the JSON is valid.",
    steps: delivers(({ value }) => {
      let left = 16_384;
      return JSON.stringify(value, (_, inner: unknown) => {
        if (typeof inner !== "string") return inner;
        const kept = inner.slice(0, left);
        left -= kept.length;
        return kept;
      });
    }),
  },
  "value.cuts-text-at-32-kib": {
    breaks: "CORE-S3c",
    description: "The text is cut after 32 768 bytes, so that it is no longer JSON.",
    steps: delivers(({ text }) => Buffer.from(text).toString("utf8", 0, 32_768)),
  },
  "value.cuts-arrays-at-100": {
    breaks: "CORE-S3c",
    description: "Arrays are cut to 100 elements.",
    steps: changes((value) => (Array.isArray(value) ? value.slice(0, 100) : value)),
  },
  "value.cuts-below-depth-20": {
    breaks: "CORE-S3c",
    description: "What is nested deeper than 20 is replaced by null.",
    steps: deliversValue((value) => cutsBelow(value, 20)),
  },
  "value.leftovers-of-longer-message": {
    breaks: "CORE-S3c",
    description: "All messages are sent from one buffer, so a shorter one carries the end of a longer one before it.",
    steps: () => {
      let buffer = "";
      return {
        deliveredText({ text }) {
          buffer = text + buffer.slice(text.length);
          return buffer;
        },
      };
    },
  },

  // S3c: members and shapes changed
  "value.lower-case-names": {
    breaks: "CORE-S3c",
    description: "Names of members are turned to lower case.",
    steps: renamesMembers((name) => name.toLowerCase()),
  },
  "value.snake-case-names": {
    breaks: "CORE-S3c",
    description: "Names of members are turned from camelCase to snake_case.",
    steps: renamesMembers((name) => name.replace(/[a-z](?=[A-Z])/g, "$&_").toLowerCase()),
  },
  "value.trims-names": {
    breaks: "CORE-S3c",
    description: "Spaces around names of members are removed.",
    steps: renamesMembers((name) => name.trim()),
  },
  "value.splits-names-at-dots": {
    breaks: "CORE-S3c",
    description: '`{"a.b":1}` is delivered as `{"a":{"b":1}}`.',
    steps: changesObjects((entries) =>
      Object.fromEntries(
        entries.map(([name, value]) => {
          const [head = "", ...rest] = name.split(".");
          return [head, rest.reduceRight((inner, part) => ({ [part]: inner }), value)];
        }),
      ),
    ),
  },
  "value.stringifies-nested": {
    breaks: "CORE-S3c",
    description: "Objects and arrays inside the message become strings of JSON.",
    steps: deliversValue((value) =>
      Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          typeof inner === "object" && inner !== null ? JSON.stringify(inner) : inner,
        ]),
      ),
    ),
  },
  "value.flattens-arrays": {
    breaks: "CORE-S3c",
    description: "Arrays in arrays are flattened.",
    steps: changes((value) => (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : value)),
  },
  "value.single-elements-unpacked": {
    breaks: "CORE-S3c",
    description: "An array of one element becomes that element.",
    steps: changes((value) => (Array.isArray(value) && value.length === 1 ? value[0] : value)),
  },
  "value.empty-objects-become-arrays": {
    breaks: "CORE-S3c",
    description: "`{}` inside a message is delivered as `[]`, as PHP has it.",
    steps: changes((value) => (isEmpty(value) && value !== "" ? [] : value)),
  },
  "value.counted-members-become-arrays": {
    breaks: "CORE-S3c",
    description: 'An object with the names "0", "1" … is delivered as an array.',
    steps: changesObjects((entries) =>
      entries.length > 0 && entries.every(([name], at) => name === String(at))
        ? entries.map(([, value]) => value)
        : Object.fromEntries(entries),
    ),
  },

  // S3c: numbers and literals changed
  "value.numbers-to-float32": {
    breaks: "CORE-S3c",
    description: "Numbers are kept as 32-bit floats.",
    steps: changesNumbers(Math.fround),
  },
  "value.numbers-to-int32": {
    breaks: "CORE-S3c",
    description: "Whole numbers are kept as 32-bit integers.",
    steps: changesNumbers((number) => (Number.isInteger(number) ? number | 0 : number)),
  },
  "value.numbers-to-strings": {
    breaks: "CORE-S3c",
    description: "Numbers become strings.",
    steps: changesNumbers(String),
  },
  "value.large-numbers-to-strings": {
    breaks: "CORE-S3c",
    description: "Numbers beyond 2^53 become strings.",
    steps: changesNumbers((number) =>
      Number.isInteger(number) && !Number.isSafeInteger(number) ? String(number) : number,
    ),
  },
  "value.numbers-rounded-to-6-digits": {
    breaks: "CORE-S3c",
    description: "Numbers are rounded to 6 digits after the point.",
    steps: changesNumbers((number) => Math.round(number * 1e6) / 1e6),
  },
  "value.numbers-rounded-to-15-significant-digits": {
    breaks: "CORE-S3c",
    description: "Numbers are written with 15 significant digits, though a double needs 17.",
    steps: changesNumbers((number) => Number(number.toPrecision(15))),
  },
  "value.digits-become-numbers": {
    breaks: "CORE-S3c",
    description: 'Strings that look like numbers become numbers: `"007"` is delivered as `7`.',
    steps: changes((value) => (typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value)),
  },
  "value.booleans-to-numbers": {
    breaks: "CORE-S3c",
    description: "`true` and `false` become 1 and 0.",
    steps: changes((value) => (typeof value === "boolean" ? Number(value) : value)),
  },
  "value.nulls-to-empty-strings": {
    breaks: "CORE-S3c",
    description: "`null` becomes the empty string.",
    steps: changes((value) => value ?? ""),
  },

  // S3c: characters changed
  "value.latin1": {
    breaks: "CORE-S3c",
    description: "UTF-8 is read as Latin-1, so that characters beyond ASCII are mangled.",
    steps: delivers(({ text }) => Buffer.from(text).toString("latin1")),
  },
  "value.question-marks-beyond-latin1": {
    breaks: "CORE-S3c",
    description: "Characters beyond Latin-1 become question marks.",
    steps: changesStrings((text) => text.replace(/[^\0-\u00ff]/g, "?")),
  },
  "value.breaks-surrogate-pairs": {
    breaks: "CORE-S3c",
    description: "Characters beyond U+FFFF become two question marks.",
    steps: changesStrings((text) => text.replace(/[\ud800-\udfff]/g, "?")),
  },
  "value.normalises": {
    breaks: "CORE-S3c",
    description: "Strings are brought to Unicode normal form C.",
    steps: changesStrings((text) => text.normalize("NFC")),
  },
  "value.trims-strings": {
    breaks: "CORE-S3c",
    description: "White space around strings is removed.",
    steps: changesStrings((text) => text.trim()),
  },
  "value.loses-control-characters": {
    breaks: "CORE-S3c",
    description: "Control characters in strings are removed, line feeds too.",
    steps: changesStrings((text) => [...text].filter((character) => character >= " ").join("")),
  },
  "value.loses-backslashes": {
    breaks: "CORE-S3c",
    description: "Backslashes in strings are removed.",
    steps: changesStrings((text) => text.replaceAll("\\", "")),
  },
  "value.loses-invisible-characters": {
    breaks: "CORE-S3c",
    description: "U+FEFF, U+200B to U+200F, U+2028 and U+2029 are removed from strings.",
    steps: changesStrings((text) => text.replace(/[\ufeff\u200b-\u200f\u2028\u2029]/g, "")),
  },
  "value.escapes-html": {
    breaks: "CORE-S3c",
    description: "`<`, `>` and `&` in strings are escaped as in HTML.",
    steps: changesStrings((text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")),
  },
} satisfies { readonly [name: string]: Fault };
