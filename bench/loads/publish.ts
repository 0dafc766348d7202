/** The load `publish`: as many POSTs as the server answers, while subscribers count what comes of them. */
import { setTimeout as delay } from "node:timers/promises";
import autocannon from "autocannon";
import type { CpuUse } from "../fan-out/bottleneck.ts";
import { Generator } from "../generator/generator.ts";
import { newRunId } from "../generator/numbered-messages.ts";
import type { Answered, Asked } from "../generator/protocol.ts";
import { nowMicros } from "../generator/shared-clock.ts";
import { TargetFailure } from "../target/target-failure.ts";
import { cpuBetween } from "./cpu-between.ts";
import type { ConnectionLoad, ConnectionRound } from "./loaded-subscribers.ts";
import { Posts } from "./posts.ts";

/** Connections that post one message after the other. Messages of different connections may overtake each other. */
const CONNECTIONS = 10;
const MOST_IN_FLIGHT = 100_000;
/** A number whose POST was never sent is missing for ever, and all that follow are ahead of it. */
const MOST_POSTS_PER_SECOND = 50_000;
const AT_ONCE = 64;
const LOOK_EVERY_MS = 20;
/** How long it goes on after the measurement, and how often autocannon looks whether its time is over, in milliseconds. */
const AFTER_MS = 100;

/**
 * Posts for a warm-up and `durationMs`, which is measured. Every message that was answered by 2xx has to come to every
 * subscriber, and none twice; one whose answer was not waited for at the end may have come or not.
 *
 * @throws TargetFailure if the server does not take POSTs, or does not relay them
 */
export async function publish(load: ConnectionLoad): Promise<ConnectionRound> {
  const { dialect, messageBytes, durationMs, warmUpMs, onProgress } = load;
  const use = dialect.publish;
  if (use.via !== "post") throw new TargetFailure("the load publish posts: it needs --publish with a URL");
  const run = newRunId();
  await using generator = new Generator();
  const first = await subscribe(load, generator, run);
  onProgress?.({ doing: "posting", delivered: 0 });

  const from = nowMicros() + warmUpMs * 1_000;
  const to = from + durationMs * 1_000;
  await generator.ask("measure", { from, to });
  const posts = new Posts({ run, messageBytes, first, template: use.template, from, to });
  const watched = cpuBetween(load.pid, from, to);
  const headers = { "content-type": use.contentType ?? "application/json" };
  const result = await autocannon({
    url: use.url,
    connections: CONNECTIONS,
    duration: (warmUpMs + durationMs + AFTER_MS) / 1_000,
    sampleInt: AFTER_MS,
    requests: [{ method: "POST", headers, setupRequest: posts.setUp, onResponse: posts.answered }],
  });
  const cpu = await watched;
  const { counted, missing } = await drain(load, generator, posts);
  const failures = [
    ...(result.errors + result.non2xx > 0
      ? [`${result.errors} POSTs failed, ${result.non2xx} were answered by another status than 2xx`]
      : []),
    ...(posts.measured === 0 ? ["no POST was answered while it was measured"] : []),
    ...(missing > 0 ? [`${missing} deliveries are missing, of ${posts.accepted} messages that were accepted`] : []),
    ...(counted.duplicated > 0 ? [`${counted.duplicated} deliveries came twice`] : []),
    ...(counted.disconnected > 0 ? [`the server ended ${counted.disconnected} connections`] : []),
  ];
  return failures.length > 0 ? { figures: {}, failures } : { figures: figuresOf(load, posts, counted, cpu), failures };
}

function figuresOf({ durationMs }: ConnectionLoad, posts: Posts, counted: Answered<"collect">, cpu: CpuUse) {
  const seconds = durationMs / 1_000;
  const deliveriesPerSecond = counted.deliveries / seconds;
  const { generatorCpuPercent = 0, serverCpuPercent } = cpu;
  return {
    postsPerSecond: posts.measured / seconds,
    postLatencyP50Ms: posts.latencyMs(50),
    postLatencyP99Ms: posts.latencyMs(99),
    deliveriesPerSecond,
    messagesPerRead: counted.deliveries / Math.max(1, counted.reads),
    // One process posts, and another one counts.
    generatorCpuPercent: Math.max(generatorCpuPercent, counted.cpuPercent),
    ...(serverCpuPercent !== undefined && { serverCpuPercent }),
    ...(serverCpuPercent && { deliveriesPerServerCpuSecond: (deliveriesPerSecond / serverCpuPercent) * 100 }),
  };
}

async function subscribe(load: ConnectionLoad, generator: Generator, run: string): Promise<number> {
  const { dialect, messageBytes, durationMs, warmUpMs, subscribers, patienceMs } = load;
  const mostAhead = Math.ceil(((warmUpMs + durationMs) / 1_000 + 1) * MOST_POSTS_PER_SECOND);
  await generator.ask("prepare", { run, messageBytes, mostInFlight: MOST_IN_FLIGHT, mostAhead });
  const use = dialect.subscribe as Asked<"subscribe">["use"];
  await generator.ask("subscribe", { use, count: subscribers, atOnce: AT_ONCE });
  // Over TLS it checks the certificate, which autocannon does not.
  await openPublisher(load, generator);
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += LOOK_EVERY_MS) {
    const { next } = await generator.ask("publish", {});
    await delay(LOOK_EVERY_MS);
    const { ready, reason } = await generator.ask("look", {});
    if (reason !== undefined) throw new TargetFailure(reason);
    if (ready < subscribers) continue;
    await generator.ask("count", { first: next });
    return next;
  }
  throw new TargetFailure(`${dialect.subscribe.url} does not relay what is posted to ${dialect.publish.url}`);
}

async function openPublisher({ dialect }: ConnectionLoad, generator: Generator): Promise<void> {
  await generator.ask("openPublisher", { use: dialect.publish as Asked<"openPublisher">["use"] });
}

/** What comes twice or late comes before the second of two more messages. Tells how many deliveries did not come at all. */
async function drain(
  load: ConnectionLoad,
  generator: Generator,
  { next, unanswered }: Posts,
): Promise<{ counted: Answered<"collect">; missing: number }> {
  // A server ends connections that nothing was sent on for some seconds.
  await openPublisher(load, generator);
  for (const sequence of [next, next + 1]) {
    await generator.ask("publish", { sequence });
    let stillMs = 0;
    let before = -1;
    for (;;) {
      const look = await generator.ask("look", {});
      if (look.reached > sequence || look.disconnected > 0 || stillMs > load.patienceMs) break;
      stillMs = look.delivered === before ? stillMs + LOOK_EVERY_MS : 0;
      before = look.delivered;
      await delay(LOOK_EVERY_MS);
    }
  }
  const counted = await generator.ask("collect", {});
  const { missing } = await generator.ask("compare", { upTo: next + 2, excused: [...unanswered] });
  await generator.ask("close", {});
  return { counted, missing };
}
