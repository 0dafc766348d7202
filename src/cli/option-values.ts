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

/** Takes one or more integers within `from` and `to`, with commas between them. */
export function integers(from: number, to: number): (text: string) => number[] {
  return list(integer(from, to));
}

/** Takes one or more numbers within `from` and `to`, fractions allowed, with commas between them. */
export function numbers(from: number, to: number): (text: string) => number[] {
  return list((text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It takes a number from ${from} to ${to}.`);
  });
}

/** Takes an objective for latency, such as `p99=50ms`. */
export function latencyObjective(text: string): { percentile: 50 | 90 | 99 | 99.9; withinMs: number } {
  const match = /^p(50|90|99|99\.9)=(\d+(?:\.\d+)?)(ms|s)$/.exec(text);
  const withinMs = Number(match?.[2]) * (match?.[3] === "s" ? 1_000 : 1);
  if (match && withinMs > 0) return { percentile: Number(match[1]) as 50 | 90 | 99 | 99.9, withinMs };
  throw new InvalidArgumentError("It takes an objective such as p99=50ms: p50, p90, p99 or p99.9, and a time.");
}

function list<Value>(one: (text: string) => Value): (text: string) => Value[] {
  return (text) => text.split(",").map((each) => one(each.trim()));
}
