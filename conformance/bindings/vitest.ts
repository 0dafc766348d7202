/**
 * The conformance suite inside a project's own tests: one vitest test for each case.
 *
 * @packageDocumentation
 */
import { afterAll, describe, type RunnerTestSuite, type TestContext, test } from "vitest";
import type { Profile } from "../../spec/rules.ts";
import { applyBaseline, parseBaseline } from "../baseline.ts";
import { profileOf, type ServerCase } from "../case.ts";
import { serverCases } from "../cases/index.ts";
import { renderCase } from "../reports/text.ts";
import type { CaseResult } from "../result.ts";
import { addressesOf, profilesOf } from "../runner/addresses.ts";
import type { RunOutcome } from "../runner/outcome.ts";
import { type RunOptions, runServerConformance, type ServerSubject } from "../runner/run.ts";
import { checkProfiles, needsOf, type Selection, select } from "../selection.ts";
import { UsageError } from "../usage-error.ts";

/** Where a server is reached: `ws`, `sse` or both, and `publish` if it takes messages by POST. */
export type ServerAddresses = Pick<ServerSubject, "ws" | "sse" | "publish" | "access">;

/** A server that a test file has started. */
export interface StartedServer extends ServerAddresses {
  /**
   * Stops it. Called once, after the last case, whatever came of the run; and before the server is started again, where
   * it has died of a case.
   */
  stop?(): unknown;
}

/**
 * Starts the server under test, and resolves when it accepts connections. Called once, before the first case, and again
 * each time that the server has died of a case; it may then listen elsewhere.
 */
export type StartServer = () => StartedServer | Promise<StartedServer>;

/** Which cases become tests, and how they are judged. */
export interface ServerConformanceOptions
  extends Selection,
    Pick<RunOptions, "baseline" | "strict" | "timeScale" | "jobs" | "stallMs"> {
  /** The profiles that the server claims. Default: `core-ws` for `ws`, `core-sse` for `sse`, `publish` for `publish`. */
  profiles?: readonly Profile[];
  /** Failures show the whole transcript of what went over the wire, not its end. Default false. */
  verbose?: boolean;
  /** How long the start function may take, in milliseconds. Default 30 000. */
  startTimeoutMs?: number;
}

/**
 * Declares one test for each case, grouped by profile. It is called where `describe` may be called.
 *
 * The cases run once, beside each other as far as they can, while the tests wait for their results; where `-t` or
 * `.only` leaves some of the tests, only their cases run, and the gates that they need. (With a baseline all run, since
 * an entry may speak of several.) A run ends within 60 s times `timeScale`, and the tests bring their own timeouts.
 *
 * | status | test |
 * |---|---|
 * | `pass` | passes |
 * | `warn`, `xfail` | passes, with a warning on the console and as an annotation; `strict` fails it for `warn` |
 * | `not-applicable` | is skipped, with the reason |
 * | `fail`, `untestable`, `xpass`, `inconclusive`, `harness-error` | fails, with the rule, what was expected, what came, and what went over the wire |
 *
 * @param name - what reports call the server.
 * @param server - where the server is that runs already.
 * @throws UsageError where an address, a profile, a glob or an entry of the baseline is wrong.
 */
export function describeServerConformance(
  name: string,
  server: ServerAddresses,
  options?: ServerConformanceOptions,
): void;
/**
 * Does so for a server that is started for it, and stopped afterwards.
 *
 * Where the start function throws, or takes longer than `startTimeoutMs`, every test fails with that error.
 *
 * @param name - what reports call the server.
 * @param start - starts the server.
 * @param options - needs `profiles`: tests are declared before the server is started, so its addresses can't say them.
 * @throws UsageError where a profile, a glob or an entry of the baseline is wrong, or `profiles` is missing.
 */
export function describeServerConformance(
  name: string,
  start: StartServer,
  options: ServerConformanceOptions & { profiles: readonly Profile[] },
): void;
export function describeServerConformance(
  name: string,
  server: ServerAddresses | StartServer,
  options: ServerConformanceOptions = {},
): void {
  const claimed = checkProfiles(options.profiles ?? defaultProfiles(server), "server");
  const baseline = parseBaseline(JSON.stringify(options.baseline ?? []), serverCases);
  const selected = select(serverCases, claimed, options, (one) => needsOf(one, serverCases));
  if (selected.length === 0) throw new UsageError("The selection leaves no case: there is nothing to test.");
  const { startTimeoutMs = 30_000, timeScale = 1 } = options;
  // The server is started, the suite is run, and at its end the server may be started once more.
  const runMs = startTimeoutMs + RUN_MS * timeScale + startTimeoutMs;
  const run = new SuiteRun(name, server, { ...options, profiles: claimed, baseline, startTimeoutMs });
  const failure = failureAt(describeServerConformance);

  describe(name, () => {
    afterAll(() => run.end(), runMs + startTimeoutMs);

    for (const profile of new Set(selected.map(profileOf))) {
      describe(profile, () => {
        for (const definition of selected.filter((candidate) => profileOf(candidate) === profile)) {
          test(testName(definition), { timeout: runMs, retry: 0 }, async (context) => {
            // Not before the first test: only now is it known which tests there are to run.
            run.begin(() => selected.filter(isToRun(context.task.suite?.suite)));
            const result = await run.resultOf(definition).catch((error) => {
              throw error instanceof UsageError ? failure(error.message) : error;
            });
            await report(result, context);
          });
        }
      });
    }
  });

  async function report(result: CaseResult, context: TestContext): Promise<void> {
    const { status } = result;
    if (status === "not-applicable") context.skip(result.message);
    // As everywhere else, an entry that has expired fails the run, even where a warning is all that it excused.
    const expired = applyBaseline(baseline, [result], new Date()).expired.length > 0;
    const failing = status === "warn" ? options.strict === true || expired : FAILING.includes(status);
    if (failing) throw failure(describeResult(result, options.verbose));
    if (status !== "pass") {
      const { transcript: _, ...brief } = result;
      const said = describeResult(brief);
      console.warn(said);
      await context.annotate(said.split("\n")[0] ?? status, "warning");
    }
    // There are projects that fail a test which asserts nothing.
    context.expect(FAILING).not.toContain(status);
  }
}

const FAILING: readonly string[] = ["fail", "untestable", "xpass", "inconclusive", "harness-error"];
/** What the kit promises for a run, and a little for the machine. */
const RUN_MS = 65_000;

/** One run of the suite, which the tests wait for. */
class SuiteRun {
  readonly #name: string;
  readonly #server: ServerAddresses | StartServer;
  readonly #options: ServerConformanceOptions & { startTimeoutMs: number };
  readonly #told = new Map<string, CaseResult | undefined>();
  readonly #waiting = new Map<string, (result: CaseResult) => void>();
  #outcome: Promise<RunOutcome> | undefined;
  #started: StartedServer | undefined;

  constructor(
    name: string,
    server: ServerAddresses | StartServer,
    options: ServerConformanceOptions & { startTimeoutMs: number },
  ) {
    this.#name = name;
    this.#server = server;
    this.#options = options;
  }

  /** Begins the run, if it has not begun. */
  begin(definitions: () => readonly ServerCase[]): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = this.#run(definitions());
    // It is the tests that say so.
    this.#outcome.catch(() => {});
  }

  /** @returns the result of a case: as soon as it is final, at the end of the run at the latest. */
  async resultOf({ id }: ServerCase): Promise<CaseResult> {
    const told = this.#told.get(id);
    if (told !== undefined) return told;
    const soon = new Promise<CaseResult>((resolve) => this.#waiting.set(id, resolve));
    const atEnd = this.#outcome?.then((outcome) => resultIn(outcome, id));
    return atEnd === undefined ? soon : Promise.race([soon, atEnd]);
  }

  async end(): Promise<void> {
    await this.#outcome?.catch(() => {});
    await this.#stop();
  }

  async #run(definitions: readonly ServerCase[]): Promise<RunOutcome> {
    const subject: ServerSubject = { name: this.#name };
    if (typeof this.#server === "function") {
      const start = this.#server;
      await this.#start(start, subject);
      let fresh = true;
      subject.start = async () => {
        if (!fresh) await this.#start(start, subject);
        fresh = false;
      };
    } else assignAddresses(subject, this.#server);
    const { profiles, run, skip, baseline = [], verbose: _, startTimeoutMs: __, ...rest } = this.#options;
    const some = baseline.length === 0 ? definitions.map(({ id }) => id) : run;
    return runServerConformance(subject, {
      ...rest,
      baseline,
      selection: { ...(profiles && { profiles }), ...(some && { run: some }), ...(skip && { skip }) },
      onResult: (result) => this.#tell(result),
    });
  }

  #tell(result: CaseResult): void {
    const { id, status } = result;
    const first = !this.#told.has(id);
    // What is inconclusive is tried again, and what a baseline makes of it is known at the end.
    const final = first && status !== "inconclusive" && (this.#options.baseline ?? []).length === 0;
    this.#told.set(id, final ? result : undefined);
    if (final) this.#waiting.get(id)?.(result);
  }

  async #start(start: StartServer, subject: ServerSubject): Promise<void> {
    const { startTimeoutMs } = this.#options;
    const starting = this.#stop()
      // It is started again because it has died: then there may be nothing to stop.
      .catch(() => {})
      .then(start);
    // Without types, it may forget to return anything: then the run says what is missing.
    this.#started = (await inTime(starting, startTimeoutMs)) ?? {};
    assignAddresses(subject, this.#started);
  }

  async #stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.stop?.();
  }
}

/** A server that starts after its time is stopped at once. */
async function inTime(starting: Promise<StartedServer>, timeoutMs: number): Promise<StartedServer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The start function did not resolve within ${timeoutMs} ms (startTimeoutMs).`));
      starting.then((late) => late.stop?.()).catch(() => {});
    }, timeoutMs);
  });
  return Promise.race([starting, tooLate]).finally(() => clearTimeout(timer));
}

function assignAddresses(subject: ServerSubject, { ws, sse, publish, access }: ServerAddresses): void {
  Object.assign(subject, { ws, sse, publish, access });
}

function defaultProfiles(server: ServerAddresses | StartServer): Profile[] {
  if (typeof server !== "function") return profilesOf(addressesOf(server));
  throw new UsageError(
    'With a start function, the option profiles is needed, such as { profiles: ["core-ws"] }: tests are declared before the server is started.',
  );
}

function resultIn({ result }: RunOutcome, id: string): CaseResult {
  const found = result.cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the kit's run has no result for ${id}`);
  // Of a server that was lost, each case that was not run says why.
  const lost = result.message !== undefined && found.status === "inconclusive" && found.transcript === undefined;
  return lost ? { ...found, message: `Not run: ${result.message}` } : found;
}

const testName = ({ id, title }: ServerCase) => `${id}  ${title}`;

/** @returns what tells the cases whose tests, somewhere in a suite, `-t` and `.only` leave. */
function isToRun(suite: RunnerTestSuite | undefined): (definition: ServerCase) => boolean {
  const groups = (suite?.tasks ?? []).filter((task) => task.type === "suite");
  const left = groups.flatMap(({ tasks }) => tasks.filter(({ mode }) => mode !== "skip").map((task) => task.name));
  return (definition) => left.includes(testName(definition));
}

/** @returns what a report says of a case below its name. */
function describeResult(result: CaseResult, verbose = false): string {
  const [, ...lines] = renderCase(result, { colour: false, verbose }).split("\n");
  return lines.map((line) => line.replace(/^ {4}/, "")).join("\n");
}

/** @returns what makes errors whose stack is one line: where in the test file a function was called. */
function failureAt(called: (...args: never[]) => void): (message: string) => Error {
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, called);
  const [, caller] = here.stack?.split("\n") ?? [];
  return (message) => {
    const error = new Error(message);
    error.stack = [String(error), caller ?? []].flat().join("\n");
    return error;
  };
}
