/** Judges a client as the command line asks: starts its adapter, or waits for a page, and runs the suite. */
import { fileURLToPath } from "node:url";
import {
  type ClientSubject,
  clientCases,
  type ExitStatus,
  ProcessSource,
  runClientConformance,
} from "../../conformance/index.ts";
import { exitWith, judge, selectionWords, shellQuote } from "./judging.ts";
import type { TestClientOptions } from "./test.ts";

/** Judges a client, prints what comes of it, and sets the exit status. */
export function testClient(command: readonly string[], options: TestClientOptions): Promise<void> {
  return exitWith(() => judgeClient(command, options));
}

function judgeClient(command: readonly string[], options: TestClientOptions): Promise<ExitStatus> {
  const end = ["--", ...command].map(shellQuote).join(" ");
  const words = ["npx tidings test client", ...selectionWords(options).map(shellQuote)];
  return judge({
    options,
    cases: clientCases,
    reproduce: words.join(" "),
    ...(command.length > 0 && { after: end }),
    run: (runOptions) => runClientConformance(subjectOf(command), runOptions),
  });
}

function subjectOf([program, ...rest]: readonly string[]): ClientSubject {
  if (program !== undefined) return { adapters: new ProcessSource([program, ...rest]) };
  const reference = fileURLToPath(new URL("../../conformance/adapters/reference-client.js", import.meta.url));
  return {
    name: "the reference client",
    adapters: new ProcessSource([process.execPath, reference]),
    claimsAll: true,
  };
}
