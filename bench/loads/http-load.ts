/** The load on a server's plain HTTP side, by autocannon. */
import autocannon from "autocannon";
import { TargetFailure } from "../target/target-failure.ts";

/** Connections that ask one request after the other. */
const CONNECTIONS = 10;

/**
 * Asks once, to know whether the URL can be loaded.
 *
 * @throws TargetFailure if its certificate is not trusted, or it is not answered by 2xx within `patienceMs`
 */
export async function probe(url: string, patienceMs: number): Promise<void> {
  if (url.startsWith("https:")) await mustBeTrusted(url, patienceMs);
  requireSuccess(url, await autocannon({ url, connections: 1, amount: 1, timeout: patienceMs / 1_000 }));
}

/**
 * Requests answered by 2xx per second, from 10 connections that GET a URL for `durationMs`.
 *
 * @throws TargetFailure if any request fails or is answered otherwise: such a run has no figure
 */
export async function measureRequests(url: string, durationMs: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: durationMs / 1_000 });
  requireSuccess(url, result);
  return result["2xx"] / result.duration;
}

function requireSuccess(url: string, { errors, non2xx, "2xx": answered }: autocannon.Result): void {
  if (errors + non2xx === 0 && answered > 0) return;
  throw new TargetFailure(`GET ${url}: ${errors} requests failed, ${non2xx} were answered by another status than 2xx`);
}

/** All else that is measured here checks certificates; autocannon takes any. */
async function mustBeTrusted(url: string, patienceMs: number): Promise<void> {
  try {
    const { body } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    await body?.cancel();
  } catch (error) {
    const { message, cause } = error as Error;
    throw new TargetFailure(`GET ${url}: ${cause instanceof Error ? cause.message : message}`);
  }
}
