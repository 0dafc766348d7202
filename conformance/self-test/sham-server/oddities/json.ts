/** Oddities of spelling: another JSON text for an equal value. */
import type { Oddity } from "../oddities.ts";
import type { Override } from "../steps.ts";

/** Spells every text that is sent anew, whatever it is for. */
const respells =
  (respell: (text: string) => string): Override =>
  (plain) => ({ sendText: (receiver, text) => plain.sendText(receiver, respell(text)) });

const respellsValue = (respell: (value: unknown) => string): Override => respells((text) => respell(JSON.parse(text)));

/** Spells the strings anew, names of members too; `respell` is given what stands between the quotes. */
const respellsStrings = (respell: (inner: string) => string): Override =>
  respells((text) => text.replace(/"([^"\\]*(?:\\.[^"\\]*)*)"/g, (_, inner: string) => `"${respell(inner)}"`));

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, reversed(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

export const jsonOddities = {
  "json.encoded-anew": {
    description: "A message is decoded and encoded again.",
    steps: respellsValue((value) => JSON.stringify(value)),
  },
  "json.pretty": {
    description: "JSON is indented, over several lines.",
    steps: respellsValue((value) => JSON.stringify(value, null, 2)),
  },
  "json.white-space-around": {
    description: "There is white space before and behind the JSON.",
    steps: respells((text) => `\r\n\t ${text} \n`),
  },
  "json.reversed-members": {
    description: "Members come in the opposite order.",
    steps: respellsValue((value) => JSON.stringify(reversed(value))),
  },
  "json.escapes-all-but-ascii": {
    description: "Every character beyond ASCII is escaped.",
    steps: respellsStrings((inner) => inner.replace(/[\u0080-\uffff]/g, escaped)),
  },
  "json.escapes-all": {
    description: "Every character of every string is escaped, letters too.",
    steps: respellsStrings((inner) => String(JSON.parse(`"${inner}"`)).replace(/[\s\S]/g, escaped)),
  },
  "json.escapes-solidus": {
    description: "`/` is escaped, as PHP has it.",
    steps: respellsStrings((inner) =>
      String(JSON.stringify(JSON.parse(`"${inner}"`)))
        .slice(1, -1)
        .replaceAll("/", "\\/"),
    ),
  },
  "json.numbers-with-exponents": {
    description: "Numbers are written with an exponent: 1 as 1e+0.",
    steps: respells((text) =>
      text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
        token.startsWith('"') ? token : Number(token).toExponential(),
      ),
    ),
  },
} satisfies { readonly [name: string]: Oddity };
