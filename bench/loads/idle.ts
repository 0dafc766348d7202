/** The load `idle`: what a connection costs that nothing is sent on. */
import { setTimeout as delay } from "node:timers/promises";
import { memoryOf } from "../target/server-process.ts";
import { TargetFailure } from "../target/target-failure.ts";
import { type ConnectionLoad, type ConnectionRound, LoadedSubscribers } from "./loaded-subscribers.ts";

const AT_ONCE = 64;
/** How long the server is left alone before its memory is read, in milliseconds. */
const SETTLE_MS = 1_000;

/**
 * Opens half of the subscribers, then the rest, and tells by how much the server's memory grew with each of the rest. What
 * a runtime does about garbage makes it noisy: below some thousand connections it says little, and memory that did not grow
 * says nothing. A server that has had connections before uses their memory again: it has to be started anew.
 *
 * @throws TargetFailure if the server's process is not known, or a subscriber is refused
 */
export async function idle(load: ConnectionLoad): Promise<ConnectionRound> {
  const { pid, subscribers: count } = load;
  if (pid === undefined || memoryOf(pid) === undefined) {
    throw new TargetFailure(
      "the load idle reads the server's memory: have it started with --start, or name its process with --pid, on Linux",
    );
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
  const bytesPerConnection = (atAll - atHalf) / (count - half);
  if (bytesPerConnection > 0) return { figures: { bytesPerConnection, serverMemoryBytes: atAll }, failures: [] };
  return {
    figures: { serverMemoryBytes: atAll },
    failures: [],
    notes: [
      `The server's memory did not grow from ${half} to ${count} connections: they found room in what it had. So there is ` +
        "no figure for a connection; take more of them.",
    ],
  };
}
