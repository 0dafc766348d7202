/** Runs a sham client as an adapter: `main.js [--fault NAME | --oddity NAME… | --null NAME] [--list]`. */
import { parseArgs } from "node:util";
import { faults, makeShamClient, nullAdapters, oddities, type ShamClientOptions } from "./index.ts";

function main(): void {
  const { values } = parseArgs({
    options: {
      fault: { type: "string" },
      oddity: { type: "string", multiple: true, default: [] },
      null: { type: "string" },
      list: { type: "boolean", default: false },
    },
  });
  if (values.list) {
    list();
    return;
  }
  const options: ShamClientOptions = {
    ...(values.fault !== undefined && { fault: nameIn(faults, values.fault, "fault") }),
    oddities: values.oddity.map((name) => nameIn(oddities, name, "oddity")),
    ...(values.null !== undefined && { nullAdapter: nameIn(nullAdapters, values.null, "null adapter") }),
  };
  const room = makeShamClient(options, {
    output: (text) => process.stdout.write(text),
    exit: (status) => process.exit(status),
  });
  readLines((line) => room.steps.onLine(line));
}

/** Calls `onLine` with each line of standard input: what ends one is the byte 0x0A and nothing else. */
function readLines(onLine: (line: string) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  process.stdin.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (let end = unread.indexOf(0x0a); end !== -1; end = unread.indexOf(0x0a)) {
      const line = unread.toString("utf8", 0, end);
      unread = unread.subarray(end + 1);
      onLine(line);
    }
  });
  process.stdin.on("end", () => process.exit(0));
}

function list(): void {
  for (const [name, { breaks, description }] of Object.entries(faults))
    console.log(`${name}  (${breaks}) ${description}`);
  for (const [name, { description }] of Object.entries(oddities)) console.log(`${name}  (oddity) ${description}`);
  for (const [name, { description }] of Object.entries(nullAdapters)) console.log(`${name}  (null) ${description}`);
}

function nameIn<Table extends object>(table: Table, name: string, kind: string): keyof Table & string {
  if (isName(table, name)) return name;
  throw new Error(`There is no ${kind} "${name}". --list tells all.`);
}

function isName<Table extends object>(table: Table, name: string): name is keyof Table & string {
  return Object.hasOwn(table, name);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
