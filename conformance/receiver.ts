/** Whoever receives messages in a case: a connection or a stream. */
import type { Finding } from "./finding.ts";
import type { Received } from "./inbox.ts";
import type { Message } from "./marks.ts";
import type { Patience } from "./runner/patience.ts";

/** What cases expect deliveries of. */
export interface Receiver {
  /** Its name in the case. */
  readonly name: string;
  /** The patience of the case. */
  readonly patience: Patience;
  /** Every message that came, in order. */
  readonly received: readonly Received[];
  /** @returns what came of a message of this case, in order: once each, if all is well. */
  deliveriesOf(message: Message): readonly Received[];
  /** Whether anything of this case has come, whole or not. */
  readonly begun: boolean;
  /** Of a stream: whether the head of the response is there. */
  readonly answered?: boolean;
  /** Of a stream: what came and is no event, or not yet. */
  readonly leftOver?: string;
  /** @returns the finding that the connection or stream is lost, if it is. */
  lost(when: string): Finding | undefined;
  /** @returns what there is to see of a message that did not arrive, in words. */
  traceOf?(message: Message): string | undefined;
}
