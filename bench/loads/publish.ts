/** The load `publish`: as many POSTs as the server answers, while subscribers count what comes of them. */
import { setTimeout as delay } from "node:timers/promises";
import autocannon from "autocannon";
import { Generator } from "../generator/generator.ts";
import type { Answered, Asked } from "../generator/protocol.ts";
import { messageText, newRunId } from "../numbered-messages.ts";
import { nowMicros } from "../shared-clock.ts";
import { TargetFailure } from "../target-failure.ts";
import type { ConnectionLoad, ConnectionRound } from "./loaded-subscribers.ts";

/** Connections that post one message after the other. Messages of different connections may overtake each other. */
const CONNECTIONS = 10;
/** A number that was given to no message that was sent is missing for ever, so all that follow are on their way. */
const MOST_POSTS_PER_SECOND = 50_000;
const AT_ONCE = 64;
const LOOK_EVERY_MS = 20;

/**
 * Posts for `durationMs`. Every message that was answered by 2xx has to come to every subscriber, and none twice; one whose
 * answer was not waited for at the end may have come or not.
 *
 * @throws TargetFailure if the server does not take POSTs, or does not relay them
 */
export async function publish(load: ConnectionLoad): Promise<ConnectionRound> {
  const { dialect, messageBytes, durationMs, subscribers, onProgress } = load;
  if (dialect.publish.via !== "post") throw new TargetFailure("the load publish posts: it needs --publish with a URL");
  const run = newRunId();
  await using generator = new Generator();
  const first = await subscribe(load, generator, run);
  onProgress?.({ doing: "posting", delivered: 0 });

  let next = first;
  const { url, contentType = "application/json", template = "{message}" } = dialect.publish;
  const headers = { "content-type": contentType };
  const started = performance.now();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: durationMs / 1_000,
    requests: [
      {
        method: "POST",
        headers,
        setupRequest: (request) => {
          const text = messageText(run, next++, nowMicros(), messageBytes);
          return { ...request, body: template.replace("{message}", () => text) };
        },
      },
    ],
  });
  const seconds = (performance.now() - started) / 1_000;
  const { counted, reached } = await drain(load, generator, next);
  const accepted = result["2xx"];
  const failures = [
    ...(result.errors + result.non2xx > 0
      ? [`${result.errors} POSTs failed, ${result.non2xx} were answered by another status than 2xx`]
      : []),
    // Two fences were published, too.
    ...(reached && counted.leastReceived >= accepted + 2
      ? []
      : [`a subscriber got ${counted.leastReceived} messages, of ${accepted + 2} that were accepted`]),
    ...(counted.duplicated > 0 ? [`${counted.duplicated} deliveries came twice`] : []),
    ...(counted.disconnected > 0 ? [`the server ended ${counted.disconnected} connections`] : []),
  ];
  if (failures.length > 0) return { figures: {}, failures };
  return {
    figures: {
      postsPerSecond: accepted / result.duration,
      postLatencyP50Ms: result.latency.p50,
      postLatencyP99Ms: result.latency.p99,
      deliveriesPerSecond: (accepted * subscribers) / seconds,
    },
    failures,
  };
}

async function subscribe(load: ConnectionLoad, generator: Generator, run: string): Promise<number> {
  const { dialect, messageBytes, durationMs, subscribers, patienceMs } = load;
  const mostInFlight = Math.ceil((durationMs / 1_000 + 1) * MOST_POSTS_PER_SECOND);
  await generator.ask("prepare", { run, messageBytes, mostInFlight });
  const use = dialect.subscribe as Asked<"subscribe">["use"];
  await generator.ask("subscribe", { use, count: subscribers, atOnce: AT_ONCE });
  await generator.ask("openPublisher", { use: dialect.publish as Asked<"openPublisher">["use"] });
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

/** What comes twice or late comes before the second of two more messages. */
async function drain(
  { patienceMs }: ConnectionLoad,
  generator: Generator,
  next: number,
): Promise<{ counted: Answered<"collect">; reached: boolean }> {
  let reached = true;
  for (const sequence of [next, next + 1]) {
    await generator.ask("publish", { sequence });
    let stillMs = 0;
    let before = -1;
    for (;;) {
      const look = await generator.ask("look", {});
      if (look.reached > sequence) break;
      stillMs = look.delivered === before ? stillMs + LOOK_EVERY_MS : 0;
      before = look.delivered;
      reached = stillMs <= patienceMs && look.disconnected === 0;
      if (!reached) break;
      await delay(LOOK_EVERY_MS);
    }
  }
  const counted = await generator.ask("collect", {});
  await generator.ask("close", {});
  return { counted, reached };
}
