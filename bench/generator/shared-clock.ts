/** The clock that all processes of a machine share. */

const NANOSECONDS = 1_000n;

/** From this process' own clock, which begins with the process, to the monotonic clock of the machine, in microseconds. */
const offset = Number(process.hrtime.bigint() / NANOSECONDS) - performance.now() * 1_000;

/** Microseconds since some instant that is the same for all processes of this machine. It never goes back. */
export function nowMicros(): number {
  return performance.now() * 1_000 + offset;
}
