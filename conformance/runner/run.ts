/** Runs the selected cases against a server, lane by lane, and makes the result. */
import { CoreLimits } from "../../spec/limits.ts";
import type { Profile } from "../../spec/rules.ts";
import type { Baseline } from "../baseline.ts";
import { type Lane, levelOf, type MeansOfPublishing, profileOf, type ServerCase } from "../case.ts";
import { serverCases } from "../cases/index.ts";
import { newRunMark } from "../marks.ts";
import type { CaseResult } from "../result.ts";
import { checkProfiles, needsOf, type Selection, select } from "../selection.ts";
import { shownUrl } from "../shown-url.ts";
import { UsageError } from "../usage-error.ts";
import type { CaseStatus } from "../verdict.ts";
import { type Access, openSocket, Unreachable } from "../wire/tcp.ts";
import { type Addresses, addressesOf, checkAddresses, profilesOf } from "./addresses.ts";
import { LagMeter } from "./lag.ts";
import { outcomeOf, type RunOutcome } from "./outcome.ts";
import { type CaseRun, describeCase, runCase } from "./run-case.ts";

/** The server under test. */
export interface ServerSubject {
  /** What reports call it. Default: its address. */
  name?: string;
  /** Its WebSocket address, `ws:` or `wss:`. */
  ws?: string;
  /** Its address for streams of server-sent events, `http:` or `https:`. */
  sse?: string;
  /** Its address that messages are published to by POST, `http:` or `https:`. Without it the kit never posts. */
  publish?: string;
  /** What it asks of a client. Default: nothing. */
  access?: Access;
  /**
   * Starts it, before the run and again after it has died of a case. Without it, the subject has to run already, and the
   * cases after one that it died of are untestable. Started again, it may set other addresses than it had.
   *
   * @throws any error, whose message says why it can't be started.
   */
  start?(): Promise<void>;
}

/** How to run. */
export interface RunOptions {
  selection?: Selection;
  baseline?: Baseline;
  /** A warning counts as a failure. Default false. */
  strict?: boolean;
  /** Factor for the upper bounds that rules state, and for all patience. Default 1. */
  timeScale?: number;
  /** How many cases run side by side. Default 8. */
  jobs?: number;
  /** Keep the transcripts of cases that pass. Default false. */
  keepTranscripts?: boolean;
  /** Told of each case as it ends, before the baseline is applied. */
  onResult?(result: CaseResult): void;
  /** How long a subject may show no sign of life before what is awaited counts as absent, in milliseconds. Default 3000. */
  stallMs?: number;
}

const CASE_MS = 20_000;
/** A server that only says something by itself, every few seconds, sets the pace of the cases about its streams. */
const CASE_OF_OWN_EVENTS_MS = 40_000;
/** A subject that never does the least must not use up the time in which others are judged. */
const GATE_MS = 12_000;
/** All cases together: with what is then under way, a run ends within 60 s whatever the subject does. */
const RUN_MS = 54_000;
const PROBES = 5;
const PROBE_EVERY_MS = 60;

/**
 * Runs the conformance suite against a server.
 *
 * @throws UsageError where the subject's address is none, the selection is wrong, or it selects nothing that binds.
 */
export async function runServerConformance(subject: ServerSubject, options: RunOptions = {}): Promise<RunOutcome> {
  const addresses = addressesOf(subject);
  const claimed = checkProfiles(options.selection?.profiles ?? profilesOf(addresses), "server");
  for (const profile of claimed) checkAddresses(profile, addresses);
  const selected = select(serverCases, claimed, options.selection ?? {}, (one) => needsOf(one, serverCases));
  if (!selected.some((definition) => levelOf(definition) === "MUST")) {
    throw new UsageError("The selection leaves no case that judges a MUST: nothing would be proved.");
  }
  const run = new ServerRun(subject, addresses, claimed, options, selected);
  return run.run();
}

class ServerRun {
  readonly #subject: ServerSubject;
  readonly #options: RunOptions;
  readonly #selected: ServerCase[];
  readonly #timeScale: number;
  readonly #lag = new LagMeter();
  readonly #runMark = newRunMark();
  readonly #results = new Map<string, CaseResult>();
  readonly #startedAt = performance.now();
  readonly #endsAt: number;
  #addresses: Addresses;
  #publishing: MeansOfPublishing | undefined;
  readonly #access: Access;
  /** The gate that showed that nothing can be published, though it should be possible. */
  #publishingFailed: string | undefined;
  #caseNumber = 0;
  /** Why the subject is gone; it stays so also where it was started again. */
  #lost: string | undefined;
  /** It was there, and died in a case that it had no reason to die of. */
  #died = false;
  #startedAgain = false;
  #diedOf: string | undefined;

  constructor(
    subject: ServerSubject,
    addresses: Addresses,
    claimed: readonly Profile[],
    options: RunOptions,
    selected: ServerCase[],
  ) {
    this.#subject = subject;
    this.#options = options;
    this.#selected = selected;
    this.#timeScale = options.timeScale ?? 1;
    this.#endsAt = this.#startedAt + RUN_MS * this.#timeScale;
    this.#addresses = addresses;
    if (addresses.publish !== undefined) this.#publishing = "post";
    else if (claimed.includes("bridge")) this.#publishing = "connection";
    this.#access = subject.access ?? { headers: [] };
  }

  async run(): Promise<RunOutcome> {
    const startedAt = new Date();
    const lane = (wanted: Lane) => this.#selected.filter((definition) => (definition.lane ?? "parallel") === wanted);
    try {
      this.#lost = (await this.#startFailure()) ?? (await this.#refusal());
      for (const definition of lane("gate")) await this.#runGate(definition);
      await this.#runSideBySide(lane("parallel"));
      for (const definition of lane("alone")) await this.#runOne(definition);
      for (const definition of [...lane("parallel"), ...lane("alone")]) await this.#runAgainIfInconclusive(definition);
      await this.#startAgainIfLost();
      for (const definition of lane("last")) await this.#runDeadly(definition);
    } finally {
      this.#lag.stop();
    }
    return this.#conclude(startedAt);
  }

  async #runGate(definition: ServerCase): Promise<void> {
    if (definition.mayKill) return this.#runDeadly(definition);
    await this.#runOne(definition);
    await this.#runAgainIfInconclusive(definition);
    const failed = this.#results.get(definition.id)?.status === "fail";
    if (!failed || definition.proves === undefined || definition.proves !== this.#publishing) return;
    this.#publishing = undefined;
    this.#publishingFailed = definition.id;
  }

  /** Side by side, as long as there are not more streams than a server has to serve at a time. */
  async #runSideBySide(definitions: ServerCase[]): Promise<void> {
    const waiting = [...definitions];
    const running = new Set<Promise<void>>();
    let streams = 0;
    while (waiting.length > 0 || running.size > 0) {
      const fits = ({ streams: more = 0 }: ServerCase) => streams + more <= CoreLimits.maxStreams;
      const next = running.size < (this.#options.jobs ?? 8) ? waiting.findIndex(fits) : -1;
      const [definition] = next < 0 ? [] : waiting.splice(next, 1);
      if (definition === undefined) {
        await Promise.race(running);
        continue;
      }
      streams += definition.streams ?? 0;
      const run = this.#runOne(definition, true).finally(() => {
        streams -= definition.streams ?? 0;
        running.delete(run);
      });
      running.add(run);
    }
  }

  async #runOne(definition: ServerCase, besideOthers = false): Promise<void> {
    const obstacle = this.#obstacle(definition);
    if (obstacle !== undefined) return this.#report(obstacle);
    const { result, lostConnection, outOfTime, seen } = await this.#try(definition);
    if (outOfTime && besideOthers) {
      // Everybody gets what all cases send: a slow server may have had too much to do.
      const message = `${seen}; it is tried again when the others are done`;
      return this.#report({ ...result, status: "inconclusive", message });
    }
    if (lostConnection && (await this.#hasDied())) {
      this.#died = true;
      this.#lost ??= `The server stopped accepting connections while ${definition.id} ran: look at its own log, then run again.`;
      const { expected: _, actual: __, judged: ___, ...rest } = result;
      return this.#report({
        ...rest,
        status: "inconclusive",
        message: `The server died while this case ran: ${seen}`,
      });
    }
    this.#report(result);
  }

  /**
   * What it died of may be told by the cases that a server may die of, each on a server that has just been started: so a
   * server that dies whenever a client leaves fails for that, and not only ends the run.
   */
  async #startAgainIfLost(): Promise<void> {
    if (!this.#died || this.#subject.start === undefined) return;
    this.#startedAgain = (await this.#startFailure()) === undefined;
  }

  async #runAgainIfInconclusive(definition: ServerCase): Promise<void> {
    const first = this.#results.get(definition.id);
    if (first?.status !== "inconclusive" || this.#obstacle(definition) !== undefined) return;
    await this.#runOne(definition);
    const second = this.#results.get(definition.id);
    if (second === undefined) return;
    second.attempts = [first, second].map(({ status, durationMs, message }) => ({
      status,
      durationMs,
      ...(message !== undefined && { message }),
    }));
  }

  async #runDeadly(definition: ServerCase): Promise<void> {
    const obstacle = this.#obstacle(definition);
    if (obstacle !== undefined) return this.#report(obstacle);
    const isGate = definition.lane === "gate";
    // What made it die once may have been in the making for long: each case gets a server that has seen nothing yet.
    if (this.#startedAgain) await this.#startFailure();
    let { result, lostConnection, seen = "all was well, until then" } = await this.#try(definition);
    const died = lostConnection || isGate ? await this.#hasDied() : (await this.#refusal()) !== undefined;
    if (died) {
      result = {
        ...result,
        status: "fail",
        message: `The server stopped accepting connections after this: ${seen}`,
        judged: result.judged ?? definition.covers[0],
        expected: "a server that goes on serving everybody else",
        actual: "it does not accept connections any more",
      };
      this.#diedOf = definition.id;
      // Of what a gate tries, it would die again and again.
      if (this.#subject.start !== undefined && !isGate) {
        const failure = await this.#startFailure();
        if (failure === undefined) this.#diedOf = undefined;
        else result.message = `${result.message}; and it could not be started again: ${failure}`;
      }
    }
    this.#report(result);
  }

  /** @returns the result of a case that can't run, or undefined where it can. */
  #obstacle(definition: ServerCase): CaseResult | undefined {
    const without = (status: CaseStatus, message: string): CaseResult => ({
      ...describeCase(definition),
      status,
      durationMs: 0,
      message,
    });
    if (this.#lost !== undefined && !this.#startedAgain) return without("inconclusive", "Not run: the server was gone");
    if (this.#diedOf !== undefined) {
      const gate = serverCases.find(({ id }) => id === this.#diedOf)?.lane === "gate";
      const advice = gate ? "mend that first" : "with --start the kit could start it again";
      return without("untestable", `Not run: the server died of ${this.#diedOf}; ${advice}`);
    }
    const publishes = definition.requires === "publishing" || definition.requires === "post";
    if (publishes && this.#publishingFailed !== undefined && this.#publishing === undefined) {
      // As a gate it does not apply any more; what else takes a publisher can't be told.
      const status = definition.lane === "gate" ? "not-applicable" : "untestable";
      return without(status, `Not run: it needs ${this.#publishingFailed}, which did not pass`);
    }
    if (definition.requires === "publishing" && this.#publishing === undefined) {
      return without("not-applicable", "Not judged: nobody can publish to this server (--publish)");
    }
    if (definition.requires === "post" && this.#addresses.publish === undefined) {
      return without("not-applicable", "Not judged: it takes an address to POST to (--publish)");
    }
    const failed = needsOf(definition, serverCases).find((id) => {
      const gate = this.#results.get(id);
      // What has not even been tried on the server that died says nothing of the one that was started again.
      if (this.#startedAgain && gate?.status === "inconclusive") return false;
      if (serverCases.find((one) => one.id === id)?.mayKill) return gate?.status === "fail";
      return gate !== undefined && gate.status !== "pass" && gate.status !== "not-applicable";
    });
    if (failed !== undefined) {
      const unknown = ["inconclusive", "harness-error"].includes(this.#results.get(failed)?.status ?? "");
      return without(unknown ? "inconclusive" : "untestable", `Not run: it needs ${failed}, which did not pass`);
    }
    if (performance.now() > this.#endsAt) {
      const seconds = Math.round((RUN_MS * this.#timeScale) / 1000);
      return without(
        "inconclusive",
        `Not run: the ${seconds} s of a run were over; give a slow server more with --time-scale`,
      );
    }
    return undefined;
  }

  #try(definition: ServerCase): Promise<CaseRun> {
    const limits = {
      stallMs: (this.#options.stallMs ?? 3_000) * this.#timeScale,
      caseMs: this.#caseMs(definition) * this.#timeScale,
      runEndsAt: this.#endsAt,
    };
    return runCase(definition, ++this.#caseNumber, limits, {
      addresses: this.#addresses,
      access: this.#access,
      publishing: this.#publishing,
      unheard: this.#publishingFailed !== undefined && this.#results.get("publish/accepted")?.status === "pass",
      runMark: this.#runMark,
      lag: this.#lag,
      timeScale: this.#timeScale,
      keepTranscripts: this.#options.keepTranscripts ?? false,
    });
  }

  #caseMs(definition: ServerCase): number {
    if (definition.lane === "gate") return GATE_MS;
    const waits = this.#publishing === undefined && (definition.streams ?? 0) > 0;
    return waits ? CASE_OF_OWN_EVENTS_MS : CASE_MS;
  }

  /** @returns why the subject could not be started, or undefined where it was or nobody has to. */
  async #startFailure(): Promise<string | undefined> {
    try {
      await this.#subject.start?.();
      this.#addresses = addressesOf(this.#subject);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** @returns why the subject does not accept a connection at one of its addresses, or undefined where it does. */
  async #refusal(): Promise<string | undefined> {
    const urls = Object.values(this.#addresses) as URL[];
    const byHost = new Map(urls.map((url) => [`${url.protocol.replace("http", "ws")}//${url.host}`, url]));
    for (const url of byHost.values()) {
      try {
        const { stream } = await openSocket(url, this.#access, 5_000 * this.#timeScale);
        stream.end();
        stream.destroy();
      } catch (error) {
        if (error instanceof Unreachable) return error.message;
        throw error;
      }
    }
    return undefined;
  }

  /** A process that dies may accept a connection on its way: so it is asked several times. */
  async #hasDied(): Promise<boolean> {
    for (let probe = 1; probe <= PROBES; probe++) {
      if ((await this.#refusal()) !== undefined) return true;
      if (probe < PROBES) await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
    }
    return false;
  }

  #report(result: CaseResult): void {
    this.#results.set(result.id, result);
    // What could not even be begun, since the server is gone, is said once for all.
    if (this.#lost === undefined || this.#startedAgain || result.transcript !== undefined)
      this.#options.onResult?.(result);
  }

  #conclude(startedAt: Date): RunOutcome {
    const urls = Object.fromEntries(
      Object.entries(this.#addresses).map(([transport, url]) => [transport, shownUrl(url as URL)]),
    );
    return outcomeOf({
      subject: { role: "server", name: this.#subject.name ?? [...new Set(Object.values(urls))].join(", "), urls },
      cases: this.#selected.flatMap((definition) => this.#results.get(definition.id) ?? []),
      profiles: new Set(this.#selected.map(profileOf)),
      startedAt,
      startedAtMs: this.#startedAt,
      lag: this.#lag,
      timeScale: this.#timeScale,
      lost: this.#lost,
      baseline: this.#options.baseline,
      strict: this.#options.strict,
    });
  }
}
