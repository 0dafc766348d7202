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

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
