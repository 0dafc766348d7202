/**
 * The conformance kit: judges any server, over the wire alone.
 *
 * @packageDocumentation
 */
export { type Baseline, parseBaseline } from "./baseline.ts";
export {
  type Lane,
  levelOf,
  type MeansOfPublishing,
  type Peers,
  profileOf,
  type ServerCase,
  type ServerContext,
  serverCase,
} from "./case.ts";
export { serverCases } from "./cases/index.ts";
export { Finding, type FindingDetails } from "./finding.ts";
export type { Received } from "./inbox.ts";
export type { Message } from "./marks.ts";
export { profiles } from "./profiles.ts";
export type { Receiver } from "./receiver.ts";
export { renderJunit } from "./reports/junit.ts";
export { renderCase, renderSummary, type TextOptions } from "./reports/text.ts";
export { CaseResult, Result } from "./result.ts";
export type { Patience, PatienceLimits } from "./runner/patience.ts";
export { type RunOptions, type RunOutcome, runServerConformance, type ServerSubject } from "./runner/run.ts";
export type { Selection } from "./selection.ts";
export { ServerProcess, StartFailure } from "./subjects/server-process.ts";
export type { Transcript, TranscriptEntry } from "./transcript.ts";
export { UsageError } from "./usage-error.ts";
export { type CaseStatus, caseStatuses, ExitStatus, type RuleStatus, type Verdict } from "./verdict.ts";
export type { EventStreamPeer, StreamOptions } from "./wire/event-stream-peer.ts";
export type { RequestHeader } from "./wire/http-request.ts";
export type { Answer, PublishRequest } from "./wire/publish-request.ts";
export type { Access } from "./wire/tcp.ts";
export type { HandshakeOptions } from "./wire/websocket-handshake.ts";
export type { OpeningSurroundings } from "./wire/websocket-opening.ts";
export type { HalfOpening, PeerSurroundings, WebSocketPeer } from "./wire/websocket-peer.ts";
