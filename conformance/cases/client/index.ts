/** All cases for clients, in the order in which they are listed, reported and run. */
import type { ClientCase } from "../../client-case.ts";
import * as again from "./again.ts";
import * as heartbeat from "./heartbeat.ts";
import * as messagesIn from "./messages-in.ts";
import * as messagesOut from "./messages-out.ts";
import * as opening from "./opening.ts";
import * as reading from "./reading.ts";
import * as resuming from "./resuming.ts";
import * as streamAnswers from "./stream-answers.ts";
import * as streams from "./streams.ts";
import * as wire from "./wire.ts";

/** The cases for clients. */
export const clientCases: readonly ClientCase[] = [
  opening.opens,
  again.afterReset,
  opening.errorAfterFailure,
  opening.closeAfterLoss,
  opening.request,
  opening.wrongAccept,
  opening.otherStatus,
  heartbeat.eachInterval,
  heartbeat.notMore,
  heartbeat.noneAfterClose,
  messagesIn.pongsHidden,
  messagesIn.eachOnce,
  messagesIn.anyKind,
  messagesIn.values,
  messagesIn.events,
  messagesIn.inOrder,
  messagesIn.badJsonStaysOpen,
  messagesIn.badJsonGoesOn,
  messagesOut.eachOnce,
  messagesOut.inOrder,
  messagesOut.queuedWhileConnecting,
  messagesOut.queuedWhileWaiting,
  again.afterLoss,
  again.manyLosses,
  again.afterFailure,
  again.nobodyListens,
  again.notAtOnce,
  again.longestDelay,
  again.limit,
  again.countsAnew,
  again.closes,
  wire.frames,
  wire.compressed,
  wire.fragments,
  wire.pieces,
  wire.behindTheAnswer,
  wire.closeAnswered,
  wire.pingsAnswered,

  streams.showsEvent,
  streams.again,
  streams.eachOnce,
  streams.anyKind,
  streams.anyJson,
  streams.typeMessage,
  streams.values,
  streams.mediaType,
  streams.badData,
  streams.namedOfCore,
  streams.namedEvents,
  streams.afterEachEnd,
  streams.manyEnds,
  streams.showsAgain,
  streams.closes,
  reading.lineEnds,
  reading.noLineEnds,
  reading.byteOrderMark,
  reading.otherMarks,
  reading.dataInLines,
  reading.fields,
  reading.unknownFields,
  reading.comments,
  reading.blocks,
  reading.nameEmptied,
  reading.characters,
  reading.notUtf8,
  reading.manyAtOnce,
  reading.unfinished,
  resuming.lastId,
  resuming.idAfterFailure,
  resuming.idKept,
  resuming.idWithNul,
  resuming.idOfAnyEvent,
  resuming.idWithoutData,
  resuming.idEmptied,
  resuming.anyText,
  resuming.notAscii,
  resuming.eachOnce,
  resuming.retry,
  resuming.noRetry,
  streamAnswers.noContent,
  streamAnswers.end,
  streamAnswers.networkErrors,
  streamAnswers.nobodyListens,
  streamAnswers.serverErrors,
  streamAnswers.tooMany,
  streamAnswers.refused,
  streamAnswers.otherMediaTypes,
  streamAnswers.alikeMediaTypes,
  streamAnswers.anySpelling,
  streamAnswers.redirects,
  streamAnswers.redirectedAgain,
];

/** The gates that the cases of a transport need, where they don't say it themselves. */
const GATES = { ws: ["client-opening/open"], sse: ["client-stream/event"] } as const;

/** @returns the ids of the gate cases that have to pass before a case. */
export function clientNeedsOf({ id, needs, transport }: ClientCase): readonly string[] {
  return needs ?? GATES[transport].filter((gate) => gate !== id);
}
