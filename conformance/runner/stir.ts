/** Waiting for receivers to show something, while messages are published that bring it forth. */
import { randomBytes } from "node:crypto";
import { Finding } from "../finding.ts";
import type { Receiver } from "../receiver.ts";
import type { Patience } from "./patience.ts";

/** What is awaited, and how it is brought forth. */
export interface StirOptions<One extends Receiver> {
  receivers: readonly One[];
  /** Whether it holds for a receiver. */
  awaited: (receiver: One) => boolean;
  /** Says what is awaited, in words that follow "did not". */
  what: string;
  /** Publishes a message with these members. Without it the server is left to what it sends by itself. */
  publish?: ((members: Record<string, unknown>) => Promise<void>) | undefined;
  /** What whoever reads the finding may do, where nothing is published. */
  advice: string;
  /** Messages were accepted, and none of them came: so a stream that shows nothing keeps something from its client. */
  unheard: boolean;
  patience: Patience;
  timeScale: number;
}

/** How long a server that nobody can publish to may take to show an event by itself. */
const OWN_EVENT_MS = 10_000;
/** How long the head of a stream is waited for, before something is published that may bring it forth. */
const HEAD_MS = 100;
const EVERY_MS = 250;
/** Which of the messages published in vain are long, so that they fill whatever buffer the others got stuck in. */
const LONG_ONES = [3, 4];
/** Of long messages: bytes that no compression makes less, twice as many characters. */
const LONG_ONE_BYTES = 20_000;

/** Publishes until what is awaited holds for each receiver, or waits for it where nobody can publish. */
export async function stir<One extends Receiver>(options: StirOptions<One>): Promise<void> {
  const { receivers, awaited, what, publish, patience, timeScale } = options;
  const waiting = () => receivers.filter((receiver) => !awaited(receiver));
  let published = 0;
  let over = false;
  const wait = patience
    .until(
      () => waiting().length === 0,
      (awaitedFor) => absence(options, waiting(), published, awaitedFor),
      () =>
        waiting()
          .map((receiver) => receiver.lost(`before it could ${what}`))
          .find((finding) => finding !== undefined),
      publish === undefined ? OWN_EVENT_MS * timeScale : undefined,
    )
    .finally(() => {
      over = true;
    });
  if (publish === undefined) return wait;
  const publishing = async () => {
    const headsAwaited = () => receivers.some(({ answered }) => answered === false);
    for (const until = performance.now() + HEAD_MS; !over && headsAwaited() && performance.now() < until; )
      await pause(5);
    while (!over) {
      const filling = LONG_ONES.includes(published) ? { filling: randomBytes(LONG_ONE_BYTES).toString("hex") } : {};
      await publish({ text: "to see whether it comes", ...filling });
      published++;
      for (const until = performance.now() + EVERY_MS; !over && performance.now() < until; ) await pause(5);
    }
  };
  const stirring = publishing().catch((error: unknown) => {
    // When the time of the case is over, it is over for a message under way, too: what counts is what did not come.
    if (!(error instanceof Finding && error.details.outOfTime)) throw error;
  });
  await Promise.all([wait, stirring]);
}

function absence<One extends Receiver>(
  { receivers, what, publish, advice, unheard }: StirOptions<One>,
  waiting: readonly One[],
  published: number,
  awaitedFor: string,
): Finding {
  const [receiver] = waiting;
  const leftOver = receiver?.leftOver ?? "";
  const came = leftOver === "" ? "nothing" : `only ${JSON.stringify(leftOver.slice(0, 200))}`;
  if (publish !== undefined) {
    return new Finding(`${receiver?.name} did not ${what}`, {
      expected: `to ${what}, as messages are published`,
      actual: `${came} ${awaitedFor}; ${published} messages were accepted meanwhile`,
    });
  }
  // A server that has nothing to say breaks no rule; one that says it to some only may.
  const toOthersOnly = receiver?.begun === false && waiting.length < receivers.length;
  return new Finding(`${receiver?.name} did not ${what}`, {
    expected: `to ${what}${advice}`,
    actual: `${came} ${awaitedFor}`,
    presupposed: leftOver === "" && !unheard && !toOthersOnly,
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
