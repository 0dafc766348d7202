/** Finds out whether a server takes subscribers. */
import type { Dialect } from "../target/dialect.ts";
import { deaf, subscriberLine } from "./subscriber-line.ts";

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
