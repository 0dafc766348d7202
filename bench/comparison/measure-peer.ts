/** Measures one server of a comparison for one round. */
import { whyBehind } from "../fan-out/bottleneck.ts";
import { measureCapacity } from "../fan-out/fan-out.ts";
import { faultsOf } from "../fan-out/faults.ts";
import type { Round } from "../fan-out/round.ts";
import { runRound } from "../fan-out/run-round.ts";
import { type GeneratedFigures, generate } from "../limit/generator-in-c.ts";
import { idle } from "../loads/idle.ts";
import type { ConnectionRound } from "../loads/loaded-subscribers.ts";
import { connectStorm } from "../loads/storms.ts";
import type { Capacity } from "../result.ts";
import { startCommand } from "../target/target.ts";
import type { ComparedLoad } from "./compare-peers.ts";
import type { Measure, Measured } from "./comparison.ts";

const WARM_UP_MS = 700;
const DURATION_MS = 3_000;
const PATIENCE_MS = 10_000;

/** Starts the server by its dialect, loads it as is asked, and ends it. A round of a loop counts for 3 s. */
export const measurePeer: Measure<ComparedLoad> = async (dialect, compared) => {
  await using target = await startCommand(dialect);
  const { subscribers, messageBytes } = compared;
  const load = {
    ...{ dialect: target.dialect, pid: target.pid, subscribers, messageBytes, generators: 1 },
    ...{ durationMs: DURATION_MS, warmUpMs: WARM_UP_MS, patienceMs: PATIENCE_MS },
  };
  const inC = { subscribers, messageBytes, seconds: DURATION_MS / 1_000, pid: target.pid };
  const port = Number(new URL(target.dialect.subscribe.url).port);
  switch (compared.kind) {
    case "closed loop":
      return ofRound(await runRound({ ...load, pacing: { window: compared.window } }));
    case "open loop":
      return ofRound(await runRound({ ...load, pacing: { rate: compared.rate } }));
    case "closed loop in C":
      return ofGenerated(await generate(port, { ...inC, pacing: { window: compared.window } }));
    case "open loop in C":
      return ofGenerated(await generate(port, { ...inC, pacing: { rate: compared.rate } }));
    case "two generators": {
      const pacing = { window: compared.window };
      return both(ofRound(await runRound({ ...load, pacing })), ofGenerated(await generate(port, { ...inC, pacing })));
    }
    case "capacity":
      return ofCapacity(await measureCapacity(load, compared.objective, 1));
    case "idle":
      return ofConnections(await idle(load));
    case "connecting":
      return ofConnections(await connectStorm(load));
  }
};

function ofRound({ figures, reason, invalid, ...round }: Round): Measured {
  if (invalid !== undefined) return { reason: invalid };
  if (figures) return { figures: { ...figures } };
  const reasons = [round.overloaded ? whyBehind(round) : undefined, faultsOf(round), reason];
  return { reason: reasons.filter((each) => each !== undefined).join("; ") || undefined };
}

/** A server that meets the objective at no rate has no capacity, rather than one of 0. */
export function ofCapacity({ messagesPerSecond, deliveriesPerSecond, latencyMs, steps }: Capacity): Measured {
  const last = steps.at(-1);
  if (latencyMs === undefined) return { reason: `no rate was met: ${last?.why} at ${last?.rate} messages/s` };
  const { generatorCpuPercent, serverCpuPercent } =
    steps.find(({ rate, met }) => met && rate === messagesPerSecond) ?? {};
  return {
    figures: {
      ...{ messagesPerSecond, deliveriesPerSecond, latencyMs: latencyMs.median },
      ...(generatorCpuPercent !== undefined && { generatorCpuPercent }),
      ...(serverCpuPercent !== undefined && { serverCpuPercent }),
    },
  };
}

function ofGenerated({ deliveriesPerSecond, p50Ms, p99Ms, ...found }: GeneratedFigures): Measured {
  if (deliveriesPerSecond === null) return { reason: faultsOf(found) };
  const { generatorCpuPercent, serverCpuPercent } = found;
  return {
    figures: {
      ...{ deliveriesPerSecond, latencyP50Ms: p50Ms, latencyP99Ms: p99Ms, generatorCpuPercent },
      ...(serverCpuPercent && {
        serverCpuPercent,
        deliveriesPerServerCpuSecond: (deliveriesPerSecond / serverCpuPercent) * 100,
      }),
    },
  };
}

/** What two generators say of the same server. */
function both(here: Measured, inC: Measured): Measured {
  if (!here.figures || !inC.figures) return { reason: here.reason ?? inC.reason };
  const { deliveriesPerSecond = Number.NaN, generatorCpuPercent = Number.NaN } = here.figures;
  const { deliveriesPerSecond: deliveriesPerSecondInC = Number.NaN } = inC.figures;
  const { generatorCpuPercent: generatorCpuPercentInC = Number.NaN } = inC.figures;
  const timesThoseInC = deliveriesPerSecond / deliveriesPerSecondInC;
  return {
    figures: {
      ...{ deliveriesPerSecond, deliveriesPerSecondInC, timesThoseInC },
      ...{ generatorCpuPercent, generatorCpuPercentInC },
    },
  };
}

function ofConnections({ figures, failures, notes = [] }: ConnectionRound): Measured {
  const reasons = [...failures, ...notes];
  return reasons.length > 0 ? { reason: reasons.join("; ") } : { figures };
}
