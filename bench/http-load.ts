/** The load on a server's plain HTTP side, by autocannon. */
import autocannon from "autocannon";
import { TargetFailure } from "./target-failure.ts";

/** Connections that ask one request after the other. */
const CONNECTIONS = 10;

/**
 * Requests answered by 2xx per second, from 10 connections that GET a URL for `durationMs`.
 *
 * @throws TargetFailure if any request fails or is answered otherwise: such a run has no figure
 */
export async function measureRequests(url: string, durationMs: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: durationMs / 1_000 });
  const { errors, non2xx } = result;
  if (errors + non2xx > 0 || result["2xx"] === 0) {
    throw new TargetFailure(
      `GET ${url}: ${errors} requests failed, ${non2xx} were answered by another status than 2xx`,
    );
  }
  return result["2xx"] / result.duration;
}
