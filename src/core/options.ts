/** Checks of option values: a bad one is a TypeError that names the option and says what it takes. */

/**
 * Passes if `value` is an integer within `from` and `to`, both included.
 *
 * @throws TypeError that names the option
 */
export function requireInteger(option: string, value: unknown, from: number, to: number): void {
  if (Number.isInteger(value) && (value as number) >= from && (value as number) <= to) return;
  throw new TypeError(`option ${option} takes an integer from ${from} to ${to}, not ${show(value)}`);
}

/**
 * Passes if `value` is a string that is not empty.
 *
 * @throws TypeError that names the option
 */
export function requireText(option: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new TypeError(`option ${option} takes a string that is not empty, not ${show(value)}`);
}

/**
 * Passes if `value` is true or false.
 *
 * @throws TypeError that names the option
 */
export function requireBoolean(option: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new TypeError(`option ${option} takes true or false, not ${show(value)}`);
}

/**
 * Passes if `value` is one of `values`.
 *
 * @throws TypeError that names the option
 */
export function requireOneOf(option: string, value: unknown, values: readonly string[]): void {
  if (values.includes(value as string)) return;
  throw new TypeError(`option ${option} takes one of ${values.join(", ")}, not ${show(value)}`);
}

/**
 * Passes if `options` is an object that has only members with these names.
 *
 * @throws TypeError that names the member that is unknown, and all that are known
 */
export function requireKnown(options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`options are an object, not ${show(options)}`);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`there is no option ${unknown}; there are ${known.join(", ")}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
