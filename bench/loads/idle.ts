/** The load `idle`: what a connection costs that nothing is sent on. */
import { setTimeout as delay } from "node:timers/promises";
import { memoryOf } from "../server-process.ts";
import { TargetFailure } from "../target-failure.ts";
import { type ConnectionLoad, type ConnectionRound, LoadedSubscribers } from "./loaded-subscribers.ts";

const AT_ONCE = 64;
/** How long the server is left alone before its memory is read, in milliseconds. */
const SETTLE_MS = 1_000;

/**
 * Opens half of the subscribers, then the rest, and tells by how much the server's memory grew with each of the rest. What
 * a runtime does about garbage makes it noisy: below some thousand connections it says little.
 *
 * @throws TargetFailure if the server's process is not known, or a subscriber is refused
 */
export async function idle(load: ConnectionLoad): Promise<ConnectionRound> {
  const { pid, subscribers: count } = load;
  if (pid === undefined || memoryOf(pid) === undefined) {
    throw new TargetFailure("the load idle reads the server's memory: have it started with --start, on Linux");
  }
  const settled = async () => {
    await delay(SETTLE_MS);
    return memoryOf(pid)?.bytes ?? Number.NaN;
  };
  await using subscribers = new LoadedSubscribers(load);
  await subscribers.prepare();
  const half = Math.floor(count / 2);
  await subscribers.open(half, AT_ONCE);
  const atHalf = await settled();
  await subscribers.open(count - half, AT_ONCE);
  const atAll = await settled();
  await subscribers.proveAll(count);
  await subscribers.close();
  return {
    figures: { bytesPerConnection: (atAll - atHalf) / (count - half), serverMemoryBytes: atAll },
    failures: [],
  };
}
