/** Finds a member's text in the text of a JSON object, so that a value can be passed on as it was written. */

/**
 * The text of a member's value, just as it stands: a number keeps its digits, a string its escapes, an object the white
 * space within it. Where the name occurs several times the last one counts, as it does for `JSON.parse`.
 *
 * It reads from left to right without recursion, so the depth of the object does not matter.
 *
 * @param text - the text of a JSON object: `JSON.parse` has accepted it
 * @returns nothing if the object has no such member
 */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined;
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] === '"') {
    const nameEnd = skipString(text, at);
    const valueAt = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = skipValue(text, valueAt);
    // A name may be written with escapes.
    if (JSON.parse(text.slice(at, nameEnd)) === name) found = text.slice(valueAt, valueEnd);
    at = skipSpace(text, valueEnd);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return found;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at++;
  return at;
}

/** @returns where a string that begins at `from` is over: behind its last quotation mark. */
function skipString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** @returns where the value that begins at `from` is over. */
function skipValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = skipString(text, at) - 1;
    else if (character === "{" || character === "[") depth++;
    else if (depth > 0 && (character === "}" || character === "]")) depth--;
    else if (depth === 0 && (character === "," || character === "}" || isSpace(character))) return at;
  }
  return text.length;
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t";
}
