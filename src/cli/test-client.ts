/** Judges a client as the command line asks: starts its adapter, or waits for a page, and runs the suite. */
import { fileURLToPath } from "node:url";
import {
  type ClientSubject,
  ControlServer,
  clientCases,
  type ExitStatus,
  ProcessSource,
  runClientConformance,
  UsageError,
} from "../../conformance/index.ts";
import { exitWith, judge, selectionWords, shellQuote } from "./judging.ts";
import type { TestClientOptions } from "./test.ts";

/** Judges a client, prints what comes of it, and sets the exit status. */
export function testClient(command: readonly string[], options: TestClientOptions): Promise<void> {
  return exitWith(() => judgeClient(command, options));
}

async function judgeClient(command: readonly string[], options: TestClientOptions): Promise<ExitStatus> {
  if (options.browser && command.length > 0) {
    throw new UsageError("--browser waits for a page that dials: it takes no command of an adapter beside it.");
  }
  const words = ["npx tidings test client", ...(options.browser ? ["--browser"] : []), ...selectionWords(options)];
  const subject = await subjectOf(command, options);
  try {
    return await judge({
      options,
      cases: clientCases,
      reproduce: words.map((word, index) => (index === 0 ? word : shellQuote(word))).join(" "),
      ...(command.length > 0 && { after: ["--", ...command].map(shellQuote).join(" ") }),
      run: (runOptions) => runClientConformance({ ...subject, keepsAdapters: true }, runOptions),
    });
  } finally {
    await subject.adapters.close();
  }
}

async function subjectOf(
  [program, ...rest]: readonly string[],
  { browser }: TestClientOptions,
): Promise<ClientSubject> {
  if (browser) return { adapters: await waitForPage() };
  if (program !== undefined) return { adapters: new ProcessSource([program, ...rest]) };
  const reference = fileURLToPath(new URL("../../conformance/adapters/reference-client.js", import.meta.url));
  return {
    name: "the reference client",
    adapters: new ProcessSource([process.execPath, reference]),
    claimsAll: true,
  };
}

async function waitForPage(): Promise<ControlServer> {
  const control = await ControlServer.listen();
  console.error("Open one of these in the browser under test, in several tabs to be done sooner:");
  for (const [what, page] of Object.entries(control.pages)) console.error(`  ${what}:\n    ${page}`);
  console.error(`Or have a page, or a device, of your own dial ${control.control}`);
  return control;
}
