import { expect, it } from "vitest";
import { endingOfClose } from "./ending.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";
import type { Outcome } from "./outbox.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedTransport } from "./simulated-transport.ts";

/** From which state to which a client may go (RECON-12c). */
const legal: Record<string, string[]> = {
  idle: ["connecting", "closed"],
  connecting: ["open", "waiting", "closed", "failed"],
  open: ["waiting", "closed", "failed"],
  waiting: ["connecting", "closed", "failed"],
  closed: ["connecting"],
  failed: ["connecting", "closed"],
};
const codes = [1000, 1001, 1002, 1005, 1006, 1008, 1009, 1012, 3000, 4100, 4200, 4300, 4400, 4999];

/** Numbers from 0 up to 1, always the same for one seed. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])("keeps every promise through a thousand faults (walk %i)", async (seed) => {
  const random = chances(seed);
  const clock = new SimulatedClock();
  const transport = new SimulatedTransport();
  const due: Notice[] = [];
  let state = "idle";
  const show = (...notices: Notice[]) => void due.push(...notices);
  const settings = {
    baseDelayMs: 1_000,
    maxDelayMs: 30_000,
    maxAttempts: 4,
    stableAfterMs: 5_000,
    connectTimeoutMs: 10_000,
    heartbeatIntervalMs: 7_000,
    pongTimeoutMs: 3_000,
    queueMaxMessages: 5,
    queueMaxBytes: 1_000,
    queueOverflow: "drop-oldest" as const,
  };
  const client = new Lifecycle(settings, { transport, clock, random, show });
  const outcomes: Promise<Outcome>[] = [];
  let given = 0;

  const below = (limit: number) => Math.floor(random() * limit);
  const onLine = (act: (line: (typeof transport.lines)[number]) => void) => {
    const line = transport.lines[below(transport.lines.length)] ?? undefined;
    // Old lines speak as well as the last one: a client does not hear them.
    if (line) act(random() < 0.8 ? transport.last : line);
  };
  const faults: (() => void)[] = [
    () => client.connect(),
    () => random() < 0.3 && client.close(),
    () => client.online(),
    () => client.wake(),
    () => clock.pass(below(2_000)),
    () => clock.pass(below(40_000)),
    () => clock.freeze(below(100_000)),
    () => onLine((line) => line.open()),
    () => onLine((line) => line.open()),
    () => onLine((line) => line.isOpen && line.client.text(random() < 0.5 ? '{"a":1}' : "{")),
    () => onLine((line) => line.isOver || line.end()),
    () => onLine((line) => line.isOver || line.end(endingOfClose(codes[below(codes.length)] ?? 1000, "retry=2000"))),
    () => onLine((line) => Object.assign(line, { bufferedBytes: random() < 0.5 ? 0 : 1_000_000 })),
    () => outcomes.push(client.send(String(given++), random() < 0.3 ? { ttlMs: below(9_000) } : {}).settled),
  ];

  for (let turn = 0; turn < 1_000; turn++) {
    const opened = client.state.state === "connecting" ? transport.last : undefined;
    faults[below(faults.length)]?.();
    for (const notice of due.splice(0)) {
      if (notice.kind !== "state") continue;
      expect(legal[state]).toContain(notice.value.state);
      state = notice.value.state;
    }
    expect(client.state.state).toBe(state);
    expect(transport.alive).toBe(state === "connecting" || state === "open" ? 1 : 0);
    if (opened && state === "open") expect(transport.last).toBe(opened);
  }

  client.close();
  const attempts = transport.lines.length;
  clock.pass(3_600_000);
  expect(transport.lines).toHaveLength(attempts);
  const sent = transport.lines.flatMap((line) => line.sent).filter((text) => text !== '{"type":"ping"}');
  // Each message once at most, in the order in which they were given.
  expect(sent.map(Number)).toEqual([...new Set(sent.map(Number))].sort((one, other) => one - other));
  expect((await Promise.all(outcomes)).filter((outcome) => outcome === "sent")).toHaveLength(sent.length);
  expect(attempts).toBeGreaterThan(20);
});
