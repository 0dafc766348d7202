/** Prints how clients come back after an outage: those of this library, and others with delays that only grow in steps. */
import { type Comeback, linearHerd, simulateHerd } from "./simulated-herd.ts";

const CLIENTS = 10_000;
const OUTAGES_MS = [2_000, 8_000, 16_000, 60_000];
/** The most of all clients that may come back within 100 milliseconds. */
const MAX_PEAK = 0.15;

const seconds = (ms: number) => (Number.isFinite(ms) ? `${(ms / 1_000).toFixed(1)} s` : "never");
const row = (outageMs: number, { peak, p50Ms, p99Ms, gaveUp }: Comeback) =>
  [
    `${outageMs / 1_000} s`.padStart(6),
    `${peak}`.padStart(16),
    `${((100 * peak) / CLIENTS).toFixed(1)} %`.padStart(8),
    seconds(p50Ms).padStart(8),
    seconds(p99Ms).padStart(8),
    `${gaveUp}`.padStart(8),
  ].join("  ");

console.log(`${CLIENTS} clients lose one server in the same instant.\n`);
console.log("outage  peak in 100 ms  of all     p50 back  p99 back  gave up");
console.log("half jitter over a delay that doubles, from 1 s to 30 s: createClient as it comes");
const comebacks = OUTAGES_MS.map((outageMs) => simulateHerd({ clients: CLIENTS, outageMs, random: Math.random }));
for (const [index, comeback] of comebacks.entries()) console.log(row(OUTAGES_MS[index] ?? 0, comeback));
console.log("full jitter over the same delays");
for (const outageMs of OUTAGES_MS) {
  // Chances from -1 to 1 make of "between half and all" a "between nothing and all".
  console.log(row(outageMs, simulateHerd({ clients: CLIENTS, outageMs, random: () => 2 * Math.random() - 1 })));
}
console.log("1, 2, 3, 4 and 5 seconds, without chance");
for (const outageMs of OUTAGES_MS) console.log(row(outageMs, linearHerd({ clients: CLIENTS, outageMs })));

if (comebacks.some(({ peak, gaveUp }) => peak > MAX_PEAK * CLIENTS || gaveUp > 0)) {
  console.error(`\nMore than ${100 * MAX_PEAK} % came back within 100 ms, or somebody gave up.`);
  process.exitCode = 1;
}
