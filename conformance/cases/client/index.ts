/** All cases for clients, in the order in which they are listed, reported and run. */
import type { ClientCase } from "../../client-case.ts";
import * as again from "./again.ts";
import * as closeCodes from "./close-codes.ts";
import * as closing from "./closing.ts";
import * as delaysShown from "./delays-shown.ts";
import * as hanging from "./hanging.ts";
import * as heartbeat from "./heartbeat.ts";
import * as hints from "./hints.ts";
import * as liveness from "./liveness.ts";
import * as messagesIn from "./messages-in.ts";
import * as messagesOut from "./messages-out.ts";
import * as oneAtATime from "./one-at-a-time.ts";
import * as opening from "./opening.ts";
import * as streams from "./streams.ts";
import * as ranges from "./ranges.ts";
import * as states from "./states.ts";
import * as queue from "./queue.ts";
import * as queueOrder from "./queue-order.ts";
import * as queueWaiting from "./queue-waiting.ts";
import * as wire from "./wire.ts";

/** The cases for clients. */
export const clientCases: readonly ClientCase[] = [
  opening.opens,
  again.afterReset,
  opening.errorAfterFailure,
  opening.closeAfterLoss,
  opening.eachTime,
  opening.request,
  opening.wrongAccept,
  opening.withoutAccept,
  opening.otherStatus,
  heartbeat.eachInterval,
  heartbeat.whileBusy,
  heartbeat.notMore,
  heartbeat.noneAfterClose,
  heartbeat.noneAfterAnswer,
  messagesIn.pongsHidden,
  messagesIn.eachOnce,
  messagesIn.afterPongs,
  messagesIn.repeated,
  messagesIn.onLaterConnections,
  messagesIn.anyKind,
  messagesIn.values,
  messagesIn.events,
  messagesIn.inOrder,
  messagesIn.badJsonStaysOpen,
  messagesIn.badJsonGoesOn,
  messagesOut.eachOnce,
  messagesOut.repeated,
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
  again.delaysAnew,
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
  // reconnect, the long ones first
  ranges.doubles,
  ranges.unstable,
  ...ranges.onConnections,
  ...ranges.onStreams,
  closeCodes.policy,
  closeCodes.policyOnline,
  ...oneAtATime.onConnections,
  ...oneAtATime.onStreams,
  ranges.laterSpread,
  ranges.bounded,
  ranges.limit,
  ...closing.onConnections,
  ...closing.onStreams,
  closing.anyCall,
  closing.anyCallOnStreams,
  ...delaysShown.onConnections,
  ...delaysShown.onStreams,
  ...hanging.onConnections,
  ...hanging.onStreams,
  hanging.counted,
  closeCodes.retried,
  closeCodes.refusedAnew,
  closeCodes.stops,
  closeCodes.stopShown,
  closeCodes.tooLong,
  closeCodes.soon,
  closeCodes.refusedTwice,
  hints.reasonHint,
  ...hints.onConnections,
  ...hints.onStreams,
  // state
  ...states.onConnections,
  ...states.onStreams,
  states.failed,
  states.failedShown,
  queue.anyState,
  queue.afterGivingUp,
  queue.whenFull,
  queue.told,
  queue.rejectedAfterClose,
  queue.notSentAfterClose,
  queue.ownLimit,
  queue.limitSet,
  queue.ownBytes,
  queue.bytesSet,
  queue.keepsFirst,
  queue.reject,
  queue.dropNewest,
  queue.dropOldest,
  queue.lossesShown,
  queue.dropsShown,
  queueOrder.failedAttempts,
  queueOrder.aheadOfNew,
  queueOrder.aheadWhileStuck,
  queueOrder.restKept,
  queueOrder.handedOnce,
  queueOrder.handedOnceWhileStuck,
  queueOrder.looksAtTheBuffer,
  queueOrder.pingsMeanwhile,
  queueWaiting.ttlTaken,
  queueWaiting.expired,
  queueWaiting.expiryShown,
  queueWaiting.volatileTaken,
  queueWaiting.volatileNotQueued,
  queueWaiting.pingsNotQueued,
  queueWaiting.rejectedByClose,
  queueWaiting.notSentAfterClose,
  queueWaiting.rejectedByGivingUp,
  liveness.silentFromTheStart,
  liveness.fallsSilent,
  liveness.givesUp,
  liveness.deadPeerNotAwaited,
  liveness.latePongs,
  liveness.latePongsOfRarePings,
  liveness.messagesAreLife,
  liveness.lateTimers,
  liveness.diedMeanwhile,
  liveness.oneHeartbeat,
];

/** The gates that the cases of a transport need, where they don't say it themselves. */
const GATES = { ws: ["client-opening/open"], sse: ["client-stream/event"] } as const;

/** @returns the ids of the gate cases that have to pass before a case. */
export function clientNeedsOf({ id, needs, transport }: ClientCase): readonly string[] {
  return needs ?? GATES[transport].filter((gate) => gate !== id);
}
