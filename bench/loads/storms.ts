/** The loads `connect-storm` and `reconnect-storm`: how fast subscribers get in. */
import { cpuSecondsOf } from "../target/server-process.ts";
import { type ConnectionLoad, type ConnectionRound, LoadedSubscribers } from "./loaded-subscribers.ts";

/** Handshakes that are under way at any time in a `connect-storm`. */
const AT_ONCE = 64;
const MICROSECONDS = 1_000_000;

/**
 * All subscribers connect, 64 at a time.
 *
 * @throws TargetFailure if any is refused, or gets no message afterwards
 */
export async function connectStorm(load: ConnectionLoad): Promise<ConnectionRound> {
  await using subscribers = new LoadedSubscribers(load);
  await subscribers.prepare();
  const cpu = () => (load.pid === undefined ? undefined : cpuSecondsOf(load.pid));
  const before = cpu();
  const { seconds, cpuPercent } = await subscribers.open(load.subscribers, AT_ONCE);
  const after = cpu();
  await subscribers.proveAll(load.subscribers);
  await subscribers.close();
  const used = before === undefined || after === undefined ? undefined : after - before;
  return {
    figures: {
      connectionsPerSecond: load.subscribers / seconds,
      generatorCpuPercent: cpuPercent,
      ...(used !== undefined && { serverCpuMicrosPerConnection: (used * MICROSECONDS) / load.subscribers }),
    },
    failures: [],
  };
}

/**
 * All subscribers are cut at once, and all come back at once, without waiting for each other.
 *
 * @throws TargetFailure if any is refused, or gets no message afterwards
 */
export async function reconnectStorm(load: ConnectionLoad): Promise<ConnectionRound> {
  await using subscribers = new LoadedSubscribers(load);
  await subscribers.prepare();
  await subscribers.open(load.subscribers, AT_ONCE);
  await subscribers.proveAll(load.subscribers);
  await subscribers.cut();
  await subscribers.prepare();
  const { seconds, cpuPercent } = await subscribers.open(load.subscribers, load.subscribers);
  await subscribers.proveAll(load.subscribers);
  await subscribers.close();
  return {
    figures: {
      secondsUntilAllAreBack: seconds,
      connectionsPerSecond: load.subscribers / seconds,
      generatorCpuPercent: cpuPercent,
    },
    failures: [],
  };
}
