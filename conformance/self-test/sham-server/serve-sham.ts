/** Runs a sham server as a process: `serve-sham [--fault NAME] [--oddity NAME]… [--null NAME] [--port N] [--list]`. */
import { parseArgs } from "node:util";
import { faults, nullSubjects, oddities, type ShamServer, startShamServer } from "./index.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fault: { type: "string" },
      oddity: { type: "string", multiple: true, default: [] },
      null: { type: "string" },
      port: { type: "string", default: process.env.PORT ?? "0" },
      list: { type: "boolean", default: false },
    },
  });
  if (values.list) return list();
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${values.port}" is no port.`);
  const server = await start();
  console.log(JSON.stringify({ ws: server.url, sse: server.sse, publish: server.publish }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void server.close());

  function start(): Promise<ShamServer> {
    if (values.null !== undefined) return nullSubjects[nameIn(nullSubjects, values.null, "null subject")].start(port);
    const chosen = values.oddity.map((name) => nameIn(oddities, name, "oddity"));
    if (values.fault === undefined) return startShamServer({ oddities: chosen, port });
    return startShamServer({ fault: nameIn(faults, values.fault, "fault"), oddities: chosen, port });
  }
}

function list(): void {
  for (const [name, { breaks, description }] of Object.entries(faults))
    console.log(`${name}  (${breaks}) ${description}`);
  for (const [name, { leavesAside, description }] of Object.entries(oddities)) {
    console.log(`${name}  (oddity${leavesAside === undefined ? "" : `, leaves ${leavesAside} aside`}) ${description}`);
  }
  for (const [name, { description }] of Object.entries(nullSubjects)) console.log(`${name}  (null) ${description}`);
}

/** The name itself if the table has it; else an error that tells the closest ones. */
function nameIn<Table extends object>(table: Table, name: string, kind: string): keyof Table & string {
  if (isName(table, name)) return name;
  const closest = Object.keys(table)
    .sort((a, b) => distance(name, a) - distance(name, b))
    .slice(0, 3);
  throw new Error(`There is no ${kind} "${name}". Did you mean ${closest.join(", ")}?`);
}

function isName<Table extends object>(table: Table, name: string): name is keyof Table & string {
  return Object.hasOwn(table, name);
}

/** How many characters have to be put in, taken out or replaced to get from one name to the beginning of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [line, wanted] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, found] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (wanted === found ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(...row);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
