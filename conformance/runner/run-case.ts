/** Runs one case once against a server: gives it its peers, and turns what comes of it into a status. */
import type { RuleId } from "../../spec/rules.ts";
import { levelOf, type Peers, profileOf, type ServerCase, type ServerContext } from "../case.ts";
import { Finding } from "../finding.ts";
import { MessageMaker } from "../marks.ts";
import type { CaseResult } from "../result.ts";
import { Transcript } from "../transcript.ts";
import type { CaseStatus } from "../verdict.ts";
import { type Access, Unreachable } from "../wire/tcp.ts";
import type { HandshakeOptions } from "../wire/websocket-handshake.ts";
import { type HalfOpening, WebSocketPeer } from "../wire/websocket-peer.ts";
import type { LagMeter } from "./lag.ts";
import { OutOfTime, Patience, type PatienceLimits } from "./patience.ts";

/** What all cases of a run share. */
export interface CaseSurroundings {
  ws: URL;
  access: Access;
  runMark: string;
  lag: LagMeter;
  timeScale: number;
  /** Keep the transcript of cases that pass, too. */
  keepTranscripts: boolean;
}

/** One try of a case. */
export interface CaseRun {
  result: CaseResult;
  /** The case ended because a connection was lost or refused: the subject may have died. */
  lostConnection: boolean;
}

const CONNECT_AT_ONCE = 20;

/** @returns the fields of a result that the case itself determines. */
export function describeCase(
  definition: ServerCase,
): Pick<CaseResult, "id" | "title" | "covers" | "profile" | "level"> {
  const { id, title, covers } = definition;
  return { id, title, covers: [...covers], profile: profileOf(definition), level: levelOf(definition) };
}

/** Runs a case. Never throws: a case that does is a `harness-error`. */
export async function runCase(
  definition: ServerCase,
  caseNumber: number,
  limits: PatienceLimits,
  surroundings: CaseSurroundings,
): Promise<CaseRun> {
  const { ws, access, runMark, lag, timeScale } = surroundings;
  const startedAt = performance.now();
  const patience = new Patience(limits, lag);
  const transcript = new Transcript();
  const maker = new MessageMaker(runMark, caseNumber);
  const peers: WebSocketPeer[] = [];
  const halves: HalfOpening[] = [];
  let over = false;
  let judged: RuleId | undefined;

  const peerSurroundings = { url: ws, access, patience, transcript, markPrefix: maker.prefix, runMark };
  const open = async (name: string, options?: HandshakeOptions): Promise<WebSocketPeer> => {
    const peer = await reachable(name, WebSocketPeer.open(name, peerSurroundings, options));
    // Where one of several that open at once fails, the case is over before the others are there.
    if (over) void peer.leave();
    peers.push(peer);
    return peer;
  };
  const openHalf = async (name: string): Promise<HalfOpening> => {
    const half = await reachable(name, WebSocketPeer.openHalf(name, peerSurroundings));
    if (over) half.abandon();
    halves.push(half);
    return {
      hangUp: () => half.hangUp(),
      abandon: () => half.abandon(),
      async complete() {
        const peer = await half.complete();
        peers.push(peer);
        return peer;
      },
    };
  };
  const join = async (name: string): Promise<WebSocketPeer> => {
    const peer = await open(name);
    await peer.fence();
    return peer;
  };
  const context: ServerContext = {
    timeScale,
    open,
    openHalf,
    async connect<const Names extends readonly string[]>(...names: Names) {
      return (await Promise.all(names.map(join))) as unknown as Peers<Names>;
    },
    async connectMany(name, count) {
      const joined: WebSocketPeer[] = [];
      while (joined.length < count) {
        const batch = Array.from({ length: Math.min(CONNECT_AT_ONCE, count - joined.length) }, (_, index) =>
          join(`${name}-${joined.length + index + 1}`),
        );
        joined.push(...(await Promise.all(batch)));
      }
      return joined;
    },
    judging(rule) {
      judged = rule;
    },
    message: (members) => maker.message(members),
    event: (name, data, members) => maker.event(name, data, members),
    messages: (count, members) => maker.messages(count, members),
    written: (write) => maker.written(write),
    mark: () => maker.mark(),
    quietFor: (windowMs) => new Promise((resolve) => setTimeout(resolve, windowMs)),
  };

  let outcome: Partial<CaseResult> & { status: CaseStatus } = { status: "pass" };
  let lostConnection = false;
  try {
    await definition.run(context);
  } catch (error) {
    if (error instanceof Finding) {
      lostConnection = error.details.lostConnection ?? false;
      outcome = judge(definition, error, judged, lag.worstSince(startedAt));
    } else if (error instanceof OutOfTime) {
      outcome = { status: "inconclusive", message: error.message };
    } else {
      outcome = { status: "harness-error", message: `The kit itself failed: ${(error as Error).message}` };
    }
  }
  const durationMs = Math.round(performance.now() - startedAt);
  over = true;
  // What comes from here on is how the kit tidies up: no part of the case.
  const { entries } = transcript;
  await Promise.all(peers.map((peer) => peer.leave()));
  for (const half of halves) half.abandon();
  const keep = outcome.status !== "pass" || surroundings.keepTranscripts;
  return {
    lostConnection,
    result: {
      ...describeCase(definition),
      durationMs,
      ...outcome,
      ...(keep && { transcript: entries }),
    },
  };
}

/** Turns a refused connection into a finding: within a case, the subject has to accept. */
async function reachable<Opened>(name: string, opening: Promise<Opened>): Promise<Opened> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Finding(`${name} could not connect: ${error.message}`, {
      expected: "a server that accepts connections",
      actual: error.message,
      lostConnection: true,
    });
  }
}

function judge(
  definition: ServerCase,
  finding: Finding,
  judged: RuleId | undefined,
  worstLagMs: number,
): Partial<CaseResult> & { status: CaseStatus } {
  const { expected, actual, mark, lateByMs } = finding.details;
  const seen = {
    ...(judged !== undefined && { judged }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
    ...(mark !== undefined && { about: mark }),
  };
  if (judged === undefined) {
    return { status: "untestable", message: `Could not be judged, because before that ${finding.message}`, ...seen };
  }
  if (lateByMs !== undefined && worstLagMs > lateByMs) {
    const message = `${finding.message}, but by less than this machine's own lag of ${Math.round(worstLagMs)} ms`;
    return { status: "inconclusive", message, ...seen };
  }
  return { status: levelOf(definition) === "MUST" ? "fail" : "warn", message: finding.message, ...seen };
}
