/** All cases, in the order in which they are listed, reported and, within a lane, run. */
import type { ServerCase } from "../case.ts";
import * as badInput from "./server/bad-input.ts";
import * as bridge from "./server/bridge.ts";
import * as delivery from "./server/delivery.ts";
import * as heartbeat from "./server/heartbeat.ts";
import * as opening from "./server/opening.ts";
import * as order from "./server/order.ts";
import * as publishing from "./server/publishing.ts";
import * as publishingRefused from "./server/publishing-refused.ts";
import * as silence from "./server/silence.ts";
import * as stream from "./server/stream.ts";
import * as streamEvents from "./server/stream-events.ts";
import * as streams from "./server/streams.ts";
import * as values from "./server/values.ts";
import * as wire from "./server/wire.ts";

/** The cases for servers. */
export const serverCases: readonly ServerCase[] = [
  opening.handshake,
  opening.staysOpen,
  opening.likeFirefox,
  opening.anySpelling,
  opening.inPieces,
  opening.keepsServing,
  opening.silentListener,
  heartbeat.answered,
  heartbeat.eachOnce,
  heartbeat.anySpelling,
  heartbeat.inTime,
  heartbeat.onlyWhoAsked,
  heartbeat.noneUnasked,
  heartbeat.notRelayed,
  delivery.atAll,
  delivery.everybodyOnce,
  delivery.burst,
  delivery.events,
  delivery.anySize,
  delivery.repeated,
  delivery.partingWords,
  delivery.whileSending,
  delivery.steadyStream,
  delivery.manySenders,
  delivery.crowd,
  values.asText,
  values.strings,
  values.numbers,
  values.structure,
  values.long,
  values.anyObject,
  values.emptyObject,
  order.burst,
  order.fragmented,
  order.severalSenders,
  order.oneForAll,
  // First of its topic: a server that dies of such a text breaks this rule, whatever else it does.
  badInput.badJsonOthersServed,
  badInput.badJsonSenderServed,
  badInput.badJsonNotRelayed,
  ...badInput.nonObjectsOthersServed,
  ...badInput.binaryOthersServed,
  wire.fragments,
  wire.fragmentsApart,
  wire.controlBetweenFragments,
  wire.segments,
  wire.slowFrame,
  wire.closeHandshake,
  wire.resets,
  wire.hangUps,
  wire.halfFrames,
  wire.comeAndGo,
  wire.halfHandshakes,
  silence.afterOpening,
  // Before the streams: whether anything can be published decides what can be said of them.
  publishing.isAccepted,
  stream.opening,
  stream.likeABrowser,
  stream.comingBack,
  stream.plainRequest,
  stream.staysOpen,
  stream.withoutPause,
  streamEvents.json,
  streamEvents.ownEvents,
  streamEvents.lineBreaks,
  streamEvents.strings,
  streamEvents.long,
  streams.sideBySide,
  streams.six,
  streams.leaving,
  streams.comeAndGo,
  publishing.once,
  publishing.repeated,
  ...publishing.values,
  publishing.wholeBody,
  publishing.inOrder,
  publishingRefused.longestOfCore,
  publishingRefused.notJson,
  publishingRefused.notAnObject,
  publishingRefused.reservedTypes,
  publishingRefused.nothingDelivered,
  publishingRefused.tooLong,
  publishingRefused.othersServed,
  bridge.toStreams,
  bridge.broadcastsMapped,
  bridge.eventsMapped,
  bridge.postedMapped,
  bridge.ownId,
  bridge.toConnections,
  bridge.valuesToConnections,
  bridge.oneOrder,
  bridge.oneOrderApart,
  bridge.notRelayed,
];
