/** Parsers for the values of command line options; what they refuse is wrong usage, said in one line. */
import { InvalidArgumentError } from "commander";

/** Takes an integer within `from` and `to`, both included, in decimal digits. */
export function integer(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It takes an integer from ${from} to ${to}.`);
  };
}

/** Takes a number of seconds, fractions allowed, above 0 and up to `most`. */
export function seconds(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value > 0 && value <= most) return value;
    throw new InvalidArgumentError(`It takes a number of seconds above 0, up to ${most}.`);
  };
}

/** Takes a text that is not empty. */
export function text(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("It takes a text that is not empty.");
}

/** Takes a URL with one of these schemes, such as `["ws:", "wss:"]`. Text in braces is left as it is. */
export function url(schemes: readonly string[]): (text: string) => string {
  return (text) => {
    const probe = text.replaceAll("{port}", "1");
    if (URL.canParse(probe) && schemes.includes(new URL(probe).protocol)) return text;
    throw new InvalidArgumentError(`It takes a URL that begins with ${schemes.map((s) => `${s}//`).join(" or ")}.`);
  };
}
