/** Compares JSON values as chapter 1 of the specification does. */

/**
 * Finds where two JSON values differ. The order of members does not count, and 0 equals -0.
 *
 * @returns the path of the first difference, with both sides in short, or undefined where they are equal.
 */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  path = "$",
): { path: string; expected: string; actual: string } | undefined {
  if (expected === actual) return undefined;
  const different = { path, expected: inShort(expected), actual: inShort(actual) };
  if (typeof expected !== "object" || typeof actual !== "object" || expected === null || actual === null)
    return different;
  if (Array.isArray(expected) !== Array.isArray(actual)) return different;
  const from = expected as Record<string, unknown>;
  const to = actual as Record<string, unknown>;
  const member = (key: string) => (Array.isArray(expected) ? `${path}[${key}]` : path + memberPath(key));
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) return { path: member(key), expected: inShort(from[key]), actual: "nothing" };
    const found = firstDifference(from[key], to[key], member(key));
    if (found !== undefined) return found;
  }
  const added = Object.keys(to).find((key) => !Object.hasOwn(from, key));
  return added === undefined ? undefined : { path: member(added), expected: "nothing", actual: inShort(to[added]) };
}

/** @returns the JSON text of a value, cut where it is long. */
export function inShort(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 120 ? text : `${text.slice(0, 100)}… (${text.length} characters)`;
}

function memberPath(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
