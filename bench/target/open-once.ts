/** Finds out whether a server takes subscribers. */

import { deaf, subscriberLine } from "../generator/subscriber-line.ts";
import type { Dialect } from "./dialect.ts";

/**
 * Opens a subscriber and ends it again.
 *
 * @throws Error that says why the server does not take it
 */
export async function openOnce(use: Dialect["subscribe"]): Promise<void> {
  const line = subscriberLine(use, deaf);
  await line.open();
  await line.close();
}
