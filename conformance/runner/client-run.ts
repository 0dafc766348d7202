/** Runs the selected cases with a client, gates first, then side by side, and makes the result. */
import type { Profile } from "../../spec/rules.ts";
import { AdapterFailure } from "../adapter/adapter.ts";
import type { AdapterSource } from "../adapter/adapter-source.ts";
import type { Hello } from "../adapter/protocol.ts";
import { levelOf, profileOf } from "../case.ts";
import { clientCases, clientNeedsOf } from "../cases/client/index.ts";
import type { ClientCase } from "../client-case.ts";
import { newRunMark } from "../marks.ts";
import type { CaseResult } from "../result.ts";
import { checkProfiles, select } from "../selection.ts";
import { UsageError } from "../usage-error.ts";
import type { CaseStatus } from "../verdict.ts";
import { LagMeter } from "./lag.ts";
import { outcomeOf, type RunOutcome } from "./outcome.ts";
import type { RunOptions } from "./run.ts";
import { describeCase } from "./run-case.ts";
import { runClientCase } from "./run-client-case.ts";

/** The client under test. */
export interface ClientSubject {
  /** What reports call it. Default: the name in its adapter's `hello`. */
  name?: string;
  /** What drives it. */
  adapters: AdapterSource;
  /** Claim all profiles that `hello` names, where the user claims none. Default: the Core profiles of its transports. */
  claimsAll?: boolean;
  /** Do not end the adapters after the run: another one follows. */
  keepsAdapters?: boolean;
}

const CASE_MS = 60_000;
const GATE_MS = 20_000;
/** All cases together; most of a case is waiting for what a client does by its own clock. */
const RUN_MS = 150_000;
const JOBS = 12;

/**
 * Clients are named by their case. No name is used again while this process lives: in another round the same adapters may
 * still have something to report of the clients of the last one.
 */
let casesSoFar = 0;

/**
 * Runs the conformance suite with a client.
 *
 * @throws UsageError where the selection is wrong, or selects nothing that binds.
 */
export async function runClientConformance(subject: ClientSubject, options: RunOptions = {}): Promise<RunOutcome> {
  const run = new ClientRun(subject, options);
  return run.run();
}

class ClientRun {
  readonly #subject: ClientSubject;
  readonly #options: RunOptions;
  readonly #timeScale: number;
  readonly #lag = new LagMeter();
  readonly #runMark = newRunMark();
  readonly #results = new Map<string, CaseResult>();
  readonly #startedAt = performance.now();
  readonly #endsAt: number;
  #selected: ClientCase[] = [];
  #hello: Hello | undefined;
  #lost: string | undefined;

  constructor(subject: ClientSubject, options: RunOptions) {
    this.#subject = subject;
    this.#options = options;
    this.#timeScale = options.timeScale ?? 1;
    this.#endsAt = this.#startedAt + RUN_MS * subject.adapters.pace * this.#timeScale;
  }

  async run(): Promise<RunOutcome> {
    const startedAt = new Date();
    const lane = (wanted: ClientCase["lane"]) =>
      this.#selected.filter((definition) => (definition.lane ?? "parallel") === wanted);
    try {
      await this.#askWho();
      this.#select();
      for (const definition of lane("gate")) await this.#runTwiceIfInconclusive(definition);
      const long = Promise.all(lane("long").map((definition) => this.#runOne(definition)));
      await this.#runSideBySide(lane("parallel"));
      for (const definition of lane("alone")) await this.#runOne(definition);
      await long;
      for (const definition of this.#selected) await this.#runAgainIfInconclusive(definition);
    } finally {
      this.#lag.stop();
      if (!this.#subject.keepsAdapters) await this.#subject.adapters.close();
    }
    return this.#conclude(startedAt);
  }

  async #askWho(): Promise<void> {
    const { adapters } = this.#subject;
    try {
      const ready = await adapters.acquire();
      this.#hello = ready.hello;
      await adapters.release(ready, false);
    } catch (error) {
      if (!(error instanceof AdapterFailure)) throw error;
      this.#lost = error.message;
    }
  }

  #select(): void {
    const selection = this.#options.selection ?? {};
    const claimed = checkProfiles(selection.profiles ?? this.#ownProfiles(), "client");
    this.#selected = select(clientCases, claimed, selection, clientNeedsOf);
    if (!this.#selected.some((definition) => levelOf(definition) === "MUST")) {
      throw new UsageError("The selection leaves no case that judges a MUST: nothing would be proved.");
    }
  }

  #ownProfiles(): readonly string[] {
    if (this.#hello === undefined) return ["core-ws"] satisfies Profile[];
    const core = this.#hello.transports.map((transport) => `core-${transport}`);
    return this.#subject.claimsAll ? (this.#hello.profiles ?? core) : core;
  }

  async #runSideBySide(definitions: readonly ClientCase[]): Promise<void> {
    const waiting = [...definitions];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#runOne(next);
    };
    await Promise.all(Array.from({ length: this.#options.jobs ?? JOBS }, work));
  }

  async #runOne(definition: ClientCase): Promise<void> {
    const result = this.#obstacle(definition) ?? (await this.#try(definition));
    this.#results.set(result.id, result);
    // What could not even be begun, since nothing drives the client, is said once for all.
    if (this.#lost === undefined) this.#options.onResult?.(result);
  }

  async #runTwiceIfInconclusive(definition: ClientCase): Promise<void> {
    await this.#runOne(definition);
    await this.#runAgainIfInconclusive(definition);
  }

  async #runAgainIfInconclusive(definition: ClientCase): Promise<void> {
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

  /** @returns the result of a case that can't run, or undefined where it can. */
  #obstacle(definition: ClientCase): CaseResult | undefined {
    const without = (status: CaseStatus, message: string): CaseResult => ({
      ...describeCase(definition),
      status,
      durationMs: 0,
      message,
    });
    if (this.#hello === undefined) return without("inconclusive", "Not run: nothing drives the client");
    if (!this.#hello.transports.includes(definition.transport)) {
      return without("not-applicable", `Not judged: the adapter does not speak ${definition.transport}`);
    }
    const missing = definition.requires?.options?.filter((option) => !this.#hello?.options?.includes(option)) ?? [];
    if (missing.length > 0) {
      return without("not-applicable", `Not judged: it shows only where ${missing.join(" and ")} can be set`);
    }
    if (definition.requires?.seesAnswers && this.#hello.platform === "browser") {
      return without("not-applicable", "Not judged: browsers don't show what a handshake was answered");
    }
    // What was not selected, or does not apply, is not in the way.
    const failed = clientNeedsOf(definition).find(
      (id) => !["pass", "not-applicable", undefined].includes(this.#results.get(id)?.status),
    );
    if (failed !== undefined) {
      const unknown = ["inconclusive", "harness-error"].includes(this.#results.get(failed)?.status ?? "");
      return without(unknown ? "inconclusive" : "untestable", `Not run: it needs ${failed}, which did not pass`);
    }
    if (performance.now() <= this.#endsAt) return undefined;
    const seconds = Math.round((RUN_MS * this.#subject.adapters.pace * this.#timeScale) / 1_000);
    return without(
      "inconclusive",
      `Not run: the ${seconds} s of a run were over; give a slow client more with --time-scale`,
    );
  }

  #try(definition: ClientCase): Promise<CaseResult> {
    const limits = {
      stallMs: (this.#options.stallMs ?? 3_000) * this.#timeScale,
      caseMs: (definition.lane === "gate" ? GATE_MS : CASE_MS) * this.#timeScale,
      runEndsAt: this.#endsAt,
    };
    return runClientCase(definition, ++casesSoFar, limits, {
      adapters: this.#subject.adapters,
      runMark: this.#runMark,
      lag: this.#lag,
      timeScale: this.#timeScale,
      keepTranscripts: this.#options.keepTranscripts ?? false,
    });
  }

  #conclude(startedAt: Date): RunOutcome {
    const { name, adapters } = this.#subject;
    return outcomeOf({
      subject: {
        role: "client",
        name: name ?? this.#hello?.name ?? adapters.name,
        ...(this.#hello?.version !== undefined && { version: this.#hello.version }),
      },
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
