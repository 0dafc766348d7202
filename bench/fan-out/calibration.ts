/** The generator's own ceiling: what it can count at most, with as many messages in a read as a server has. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { program } from "../generator/generator.ts";
import type { Figures } from "./figures.ts";
import type { Load } from "./load.ts";
import { runRound } from "./run-round.ts";

/** What the generator can do. */
export interface Ceiling {
  /** Deliveries per second if its processes have a core each for themselves. */
  deliveriesPerSecond: number;
  /** With so many messages in each read. */
  messagesPerRead: number;
}

const CALIBRATED_MS = 700;

/** What a server was measured to do. */
type Done = Pick<Figures, "deliveriesPerSecond" | "messagesPerRead" | "generatorCpuPercent">;

/**
 * Loads a relay that does next to nothing, with as many messages in a read as a server had. The ceiling follows from the CPU
 * time that the generator needs for that: on a machine with few cores both may wait for each other. Where it needed more for
 * a delivery of the server, since that sends each subscriber something else or cuts it otherwise, that is what counts.
 *
 * @returns nothing if the relay could not be measured rightly
 */
export async function calibrate(load: Load, done: Done): Promise<Ceiling | undefined> {
  const { transport, deflate = false } = load.dialect.subscribe;
  const relay = fork(program("relay"), deflate ? [transport, "deflate"] : [transport], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    const [{ port }] = (await once(relay, "message")) as [AddressInfo];
    const round = await runRound({
      ...load,
      pid: undefined,
      beside: undefined,
      pacing: { window: Math.max(1, Math.round(done.messagesPerRead)) },
      durationMs: CALIBRATED_MS,
      dialect: {
        subscribe: { transport, url: `${transport === "ws" ? "ws" : "http"}://127.0.0.1:${port}/`, deflate },
        publish: { via: "ws", url: `ws://127.0.0.1:${port}/publish` },
      },
      onProgress: load.onProgress && (({ delivered }) => load.onProgress?.({ doing: "calibrating", delivered })),
    });
    if (round.figures === undefined) return undefined;
    const deliveriesPerSecond = Math.min(atFullSpeed(done), atFullSpeed(round.figures));
    return { deliveriesPerSecond, messagesPerRead: round.figures.messagesPerRead };
  } finally {
    const exited = once(relay, "exit");
    relay.kill("SIGKILL");
    await exited;
  }
}

function atFullSpeed({ deliveriesPerSecond, generatorCpuPercent }: Done): number {
  return deliveriesPerSecond / Math.min(1, generatorCpuPercent / 100);
}
