/**
 * The conformance kit: judges any server over the wire alone, and any client through an adapter.
 *
 * @packageDocumentation
 */

export { Adapter, AdapterFailure } from "./adapter/adapter.ts";
export { type AdapterSource, ProcessSource, type ReadyAdapter } from "./adapter/adapter-source.ts";
export { type ControlOptions, ControlServer } from "./adapter/control-server.ts";
export { type Diagnosis, examineAdapter } from "./adapter/doctor.ts";
export type { AdapterLink, LinkListener } from "./adapter/link.ts";
export {
  Answer as AdapterAnswer,
  type Command as AdapterCommand,
  Hello,
  type OpenOptionName,
  OpenOptions,
  openOptionNames,
  Report,
  type SendOptions,
  type Transport,
  transports,
} from "./adapter/protocol.ts";
export { type Baseline, parseBaseline } from "./baseline.ts";
export {
  type Case,
  type Lane,
  levelOf,
  type MeansOfPublishing,
  type Peers,
  profileOf,
  type ServerCase,
  type ServerContext,
  serverCase,
} from "./case.ts";
export { clientCases } from "./cases/client/index.ts";
export { serverCases } from "./cases/index.ts";
export {
  type ClientCase,
  type ClientContext,
  type ClientRequirements,
  clientCase,
  NotApplicable,
} from "./client-case.ts";
export { DrivenClient } from "./driven-client.ts";
export { Finding, type FindingDetails } from "./finding.ts";
export type { Received } from "./inbox.ts";
export type { Message } from "./marks.ts";
export { profiles } from "./profiles.ts";
export type { Receiver } from "./receiver.ts";
export { renderJunit } from "./reports/junit.ts";
export { renderCase, renderSummary, type TextOptions } from "./reports/text.ts";
export { CaseResult, Result } from "./result.ts";
export { type ClientSubject, runClientConformance } from "./runner/client-run.ts";
export type { RunOutcome } from "./runner/outcome.ts";
export type { Patience, PatienceLimits } from "./runner/patience.ts";
export { type RunOptions, runServerConformance, type ServerSubject } from "./runner/run.ts";
export type { Selection } from "./selection.ts";
export { ServerProcess, StartFailure } from "./subjects/server-process.ts";
export type { Transcript, TranscriptEntry } from "./transcript.ts";
export { UsageError } from "./usage-error.ts";
export { type CaseStatus, caseStatuses, ExitStatus, type RuleStatus, type Verdict } from "./verdict.ts";
export { type SeenReport, type Told, WatchedClient } from "./watched-client.ts";
export type { AcceptOptions, Attempt, StreamAnswer } from "./wire/attempt.ts";
export type { EventStreamPeer, StreamOptions } from "./wire/event-stream-peer.ts";
export type { RequestHeader } from "./wire/http-request.ts";
export type { Answer, PublishRequest } from "./wire/publish-request.ts";
export type { RequestHead } from "./wire/request-head.ts";
export { ScriptedServer } from "./wire/scripted-server.ts";
export type { Answering, ServedConnection, ServedMessage } from "./wire/served-connection.ts";
export type { EndedBy, ServingSurroundings } from "./wire/served-socket.ts";
export type { EventFields, ServedStream } from "./wire/served-stream.ts";
export type { Access } from "./wire/tcp.ts";
export type { FrameOptions } from "./wire/websocket-frames.ts";
export type { HandshakeOptions } from "./wire/websocket-handshake.ts";
export type { OpeningSurroundings } from "./wire/websocket-opening.ts";
export type { HalfOpening, PeerSurroundings, WebSocketPeer } from "./wire/websocket-peer.ts";
