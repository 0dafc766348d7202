/** Measures one server of a comparison for one round. */
import type { ComparedLoad } from "./compare-peers.ts";
import type { Measure } from "./peers/comparison.ts";
import { runRound } from "./round.ts";
import { startCommand } from "./target.ts";

const WARM_UP_MS = 700;
const DURATION_MS = 3_000;
const PATIENCE_MS = 10_000;

/** Starts the server by its dialect, loads it in a closed loop for 3 s, and ends it. */
export const measurePeer: Measure<ComparedLoad> = async (dialect, { subscribers, window, messageBytes }) => {
  await using target = await startCommand(dialect);
  const { figures, reason, ...round } = await runRound({
    ...{ dialect: target.dialect, pid: target.pid, subscribers, pacing: { window }, messageBytes },
    ...{ durationMs: DURATION_MS, warmUpMs: WARM_UP_MS, patienceMs: PATIENCE_MS, generators: 1 },
  });
  if (figures) return { figures: { ...figures } };
  const { lost, duplicated, reordered, disconnected } = round;
  const faults = `${lost} lost, ${duplicated} duplicated, ${reordered} reordered, ${disconnected} disconnected`;
  return { reason: reason === undefined ? faults : `${faults}: ${reason}` };
};
