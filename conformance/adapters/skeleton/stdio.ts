/** An adapter that is a program: one JSON object a line, on its standard input and output. */
import { adapt, type Driver } from "./adapter.ts";

/** Speaks `tidings-adapter/1` for a driver until `bye`, or until standard input ends. */
export function serveStdio(driver: Driver): void {
  const { stdin, stdout } = process;
  const hear = adapt(
    driver,
    (text) => stdout.write(`${text}\n`),
    () => stdout.write("", () => process.exit(0)),
  );
  let begun = "";
  stdin.setEncoding("utf8");
  // Not by readline: to it U+2028 ends a line, too.
  stdin.on("data", (piece: string) => {
    const lines = `${begun}${piece}`.split("\n");
    begun = lines.pop() ?? "";
    for (const line of lines) hear(line);
  });
  stdin.on("end", () => process.exit(0));
}
