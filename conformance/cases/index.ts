/** All cases, in the order in which they are listed, reported and, within a lane, run. */
import type { ServerCase } from "../case.ts";
import * as badInput from "./server/bad-input.ts";
import * as delivery from "./server/delivery.ts";
import * as heartbeat from "./server/heartbeat.ts";
import * as opening from "./server/opening.ts";
import * as order from "./server/order.ts";
import * as silence from "./server/silence.ts";
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
];
